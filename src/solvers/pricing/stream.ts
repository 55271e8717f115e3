/**
 * Plans tasks that arrive one at a time: each is placed at once, where it costs least at the prices of a forecast, and
 * the prices follow the loads as they come (online dual descent; PORT, arXiv 2509.02718). Nothing placed is ever
 * moved, and no capacity or budget is ever exceeded.
 */
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { pairCostUsd, pairMoneyUsd, pairQuality, pairTokens, whyIneligible } from '../../model/pair.ts'
import type { Certificate } from '../../solve/solver.ts'

export interface StreamOptions {
  /** Prices of a plan of the forecast: tasks expected, with the capacities they will share. */
  readonly certificate?: Certificate
  /** Tasks expected in all; default: the number the instance holds. */
  readonly expectedTasks?: number
}

export interface StreamPlanner {
  /** Places a task of the instance for good; the agent, or -1 when none has room (it is then left out). */
  place(task: number): number
  readonly agentOf: Int32Array
  /** Objective of what has been placed. */
  objective(): number
}

/** How far the prices follow the difference between expected and actual load, relative to the typical cost. */
const STEP = 0.05

/**
 * `instance` holds the tasks in the order in which they may arrive; only the figures of the task being placed, and of
 * those before it, are looked at.
 */
export function createStreamPlanner(instance: Instance, options: StreamOptions = {}): StreamPlanner {
  const { fleet, tasks, policy, dependencies } = instance
  const expected = options.expectedTasks ?? tasks.count
  const prices = readPrices(instance, options.certificate)
  const agentOf = new Int32Array(tasks.count).fill(-1)
  const load = new Int32Array(fleet.numAgents)
  const tokens = new Float64Array(fleet.numAgents)
  const poolLoad = new Float64Array(fleet.numPools)
  const poolTokens = new Float64Array(fleet.numPools)
  const poolMoney = new Float64Array(fleet.numPools)
  const next = fleet.firstAgent.slice(0, fleet.numPools)
  let [spent, arrived, totalCost] = [0, 0, 0]

  /** An agent of the pool with room, or -1; they take turns. */
  const roomIn = (pool: number, size: number): number => {
    const [begin, end] = [fleet.firstAgent[pool]!, fleet.firstAgent[pool + 1]!]
    for (let k = 0; k < end - begin; k++) {
      const agent = next[pool]!
      if (
        load[agent]! + 1 <= fleet.capacityTasks[pool]! &&
        tokens[agent]! + size <= fleet.capacityTokens[pool]!
      )
        return agent
      next[pool] = agent + 1 < end ? agent + 1 : begin
    }
    return -1
  }
  const keepsEdges = (task: number, quality: number): boolean => {
    if (policy.dependency.mode !== 'hard') return true
    for (let at = dependencies.parentStart[task]!; at < dependencies.parentStart[task + 1]!; at++) {
      const parent = dependencies.parents[at]!
      if (agentOf[parent]! >= 0 && pairQuality(instance, parent, fleet.poolOf[agentOf[parent]!]!) > quality)
        return false
    }
    for (let at = dependencies.childStart[task]!; at < dependencies.childStart[task + 1]!; at++) {
      const child = dependencies.children[at]!
      if (agentOf[child]! >= 0 && pairQuality(instance, child, fleet.poolOf[agentOf[child]!]!) < quality)
        return false
    }
    return true
  }
  /** Capacity used ahead of time makes it dearer, capacity left behind cheaper. */
  const pressure = (used: number, capacity: number): number =>
    capacity === Infinity || capacity <= 0 ? 0 : used / capacity - arrived / Math.max(expected, arrived + 1)

  return {
    agentOf,
    objective: () => evaluate(instance, { agentOf }).objective,
    place(task) {
      let [best, bestAgent, least] = [-1, -1, policy.unassignedUsd]
      const typical = arrived > 0 ? totalCost / arrived : 0
      const budgetPressure = pressure(spent, policy.budgetUsd)
      for (let pool = 0; pool < fleet.numPools; pool++) {
        if (whyIneligible(instance, task, pool) !== undefined) continue
        const size = pairTokens(instance, task, pool)
        const money = pairMoneyUsd(instance, task, pool)
        if (spent + money > policy.budgetUsd || poolMoney[pool]! + money > fleet.budgetUsd[pool]!) continue
        if (!keepsEdges(task, pairQuality(instance, task, pool))) continue
        const crowd = Math.max(
          pressure(poolLoad[pool]!, fleet.replicas[pool]! * fleet.capacityTasks[pool]!),
          pressure(poolTokens[pool]!, fleet.replicas[pool]! * fleet.capacityTokens[pool]!),
        )
        const scarce = prices.tasks[pool]! > 0 || prices.tokens[pool]! > 0
        const cost =
          pairCostUsd(instance, task, pool) +
          prices.tasks[pool]! +
          prices.tokens[pool]! * size +
          Math.max(0, prices.budget + prices.poolBudget[pool]! + STEP * budgetPressure) * money +
          (scarce ? STEP * typical * crowd : 0)
        if (cost >= least) continue
        const agent = roomIn(pool, size)
        if (agent < 0) continue
        ;[best, bestAgent, least] = [pool, agent, cost]
      }
      arrived += 1
      if (best < 0) return -1
      const size = pairTokens(instance, task, best)
      const money = pairMoneyUsd(instance, task, best)
      agentOf[task] = bestAgent
      load[bestAgent]! += 1
      tokens[bestAgent]! += size
      poolLoad[best]! += 1
      poolTokens[best]! += size
      poolMoney[best]! += money
      spent += money
      totalCost += pairCostUsd(instance, task, best)
      return bestAgent
    },
  }
}

interface UsdPrices {
  readonly tasks: Float64Array
  readonly tokens: Float64Array
  readonly poolBudget: Float64Array
  readonly budget: number
}

/** Prices in dollars; all zero without a certificate. */
function readPrices({ fleet }: Instance, certificate: Certificate | undefined): UsdPrices {
  const data = certificate?.data ?? {}
  const units = typeof data.unitsPerUsd === 'number' ? data.unitsPerUsd : 1
  const column = (name: string, scale: number): Float64Array => {
    const values = data[name]
    if (!Array.isArray(values) || values.length !== fleet.numPools) return new Float64Array(fleet.numPools)
    return Float64Array.from(values, (value) => Number(value) / scale)
  }
  return {
    tasks: column('tasks', units),
    tokens: column('tokens', units * 2 ** 20),
    poolBudget: column('poolBudget', 2 ** 30),
    budget: Number(data.budget ?? 0) / 2 ** 30,
  }
}
