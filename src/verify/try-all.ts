/**
 * Re-checks a claim of optimality that came without prices, on tiny instances: tries every plan that could be cheaper.
 * It has nothing in common with the solver of that name.
 */
import type { Instance } from '../model/instance.ts'
import { mostMoneyUsd, mostTokens } from '../model/limits.ts'
import { pairQuality, pairTerms, pairTokens, whyIneligible } from '../model/pair.ts'

/** Placements tried and agents looked at before it gives up. */
const MOST_LOOKS = 3_000_000
const MOST_TASKS = 40
/** Plans cheaper by less than this part of the objective are not cheaper. */
const TOLERANCE = 1e-9

interface Option {
  /** -1 for no agent. */
  readonly pool: number
  readonly costUsd: number
  readonly moneyUsd: number
  readonly tokens: number
  readonly quality: number
}

/** True when no feasible plan is below `objectiveUsd`, false when one is; undefined when that takes too long to say. */
export function noneCheaper(instance: Instance, objectiveUsd: number): boolean | undefined {
  const { tasks, fleet, policy, dependencies } = instance
  if (tasks.count > MOST_TASKS || fleet.numAgents > 100 * MOST_TASKS) return undefined
  const target = objectiveUsd - TOLERANCE * Math.abs(objectiveUsd)
  const order = dependencies.topologicalOrder
  const options = Array.from(order, (task) => optionsOf(instance, task))
  // The least that the tasks from position k on can cost.
  const rest = new Float64Array(tasks.count + 1)
  for (let k = tasks.count - 1; k >= 0; k--) rest[k] = rest[k + 1]! + (options[k]![0]?.costUsd ?? Infinity)
  const quality = new Float64Array(tasks.count)
  const loads = new Int32Array(fleet.numAgents)
  const tokens = new Float64Array(fleet.numAgents)
  const spent = new Float64Array(fleet.numPools)
  const within = (usd: number, limit: number): boolean => usd <= mostMoneyUsd(limit)
  let looks = 0

  /** What the dependencies of the task to earlier ones cost at that quality. */
  const dependencyUsd = (task: number, own: number): number => {
    if (policy.dependency.mode === 'off' || Number.isNaN(own)) return 0
    let weaker = 0
    for (let at = dependencies.parentStart[task]!; at < dependencies.parentStart[task + 1]!; at++)
      if (own < quality[dependencies.parents[at]!]!) weaker += 1
    if (weaker === 0) return 0
    return policy.dependency.mode === 'hard' ? Infinity : weaker * policy.dependency.penaltyUsd
  }

  /** Agents of the pool with room, one of those in the same state each. */
  const openAgents = (pool: number, size: number): number[] => {
    const seen = new Set<string>()
    const open: number[] = []
    looks += fleet.replicas[pool]!
    for (let agent = fleet.firstAgent[pool]!; agent < fleet.firstAgent[pool + 1]!; agent++) {
      if (loads[agent]! + 1 > fleet.capacityTasks[pool]!) continue
      if (tokens[agent]! + size > mostTokens(fleet.capacityTokens[pool]!)) continue
      const state = `${loads[agent]} ${tokens[agent]}`
      if (seen.has(state)) continue
      seen.add(state)
      open.push(agent)
    }
    return open
  }

  /** undefined when it gave up. */
  const search = (k: number, costUsd: number, moneyUsd: number): boolean | undefined => {
    if (k === order.length) return false
    const task = order[k]!
    for (const option of options[k]!) {
      const { pool, costUsd: own, moneyUsd: money, tokens: size } = option
      if (costUsd + own + rest[k + 1]! >= target) break
      if (++looks > MOST_LOOKS) return undefined
      const total = costUsd + own + dependencyUsd(task, option.quality)
      if (total + rest[k + 1]! >= target) continue
      quality[task] = option.quality
      if (pool < 0) {
        const answer = search(k + 1, total, moneyUsd)
        if (answer !== true) return answer
        continue
      }
      if (!within(moneyUsd + money, policy.budgetUsd)) continue
      if (!within(spent[pool]! + money, fleet.budgetUsd[pool]!)) continue
      for (const agent of openAgents(pool, size)) {
        loads[agent]! += 1
        tokens[agent]! += size
        spent[pool]! += money
        const answer = search(k + 1, total, moneyUsd + money)
        loads[agent]! -= 1
        tokens[agent]! -= size
        spent[pool]! -= money
        if (answer !== true) return answer
      }
    }
    return true
  }
  return search(0, 0, 0)
}

/** The task's choices by rising cost. */
function optionsOf(instance: Instance, task: number): Option[] {
  const { fleet, policy } = instance
  const options: Option[] = []
  if (policy.unassignedUsd !== Infinity)
    options.push({ pool: -1, costUsd: policy.unassignedUsd, moneyUsd: 0, tokens: 0, quality: Number.NaN })
  for (let pool = 0; pool < fleet.numPools; pool++) {
    if (whyIneligible(instance, task, pool) !== undefined) continue
    const { moneyUsd, overkillUsd, latencyUsd, belowFloorUsd } = pairTerms(instance, task, pool)
    options.push({
      pool,
      costUsd: moneyUsd + overkillUsd + latencyUsd + belowFloorUsd,
      moneyUsd,
      tokens: pairTokens(instance, task, pool),
      quality: pairQuality(instance, task, pool),
    })
  }
  return options.sort((a, b) => a.costUsd - b.costUsd)
}
