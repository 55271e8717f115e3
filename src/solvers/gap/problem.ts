/**
 * A generalised assignment problem: every task once, each pair with its own cost and its own take from the one capacity
 * of the agent. Read from an instance where nothing else binds; knows the way back to plans.
 */
import type { Instance } from '../../model/instance.ts'
import { mostTokens } from '../../model/limits.ts'
import { isEligible, pairCostUsd, pairTokens } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import type { Support } from '../../solve/solver.ts'

export interface GapProblem {
  readonly numTasks: number
  /** Agents of the fleet, and one more without limit where a task may stay unassigned at a price. */
  readonly numAgents: number
  /** Dollars of pair (task, agent) at `task * numAgents + agent`; Infinity where the pair is not eligible. */
  readonly cost: Float64Array
  /** What the pair takes from the agent's capacity; 0 where the agent has no limit or the pair is not eligible. */
  readonly size: Float64Array
  /** Infinity where nothing limits the agent. */
  readonly capacity: Float64Array
  /** The number of the agent that stands for no agent, or -1. */
  readonly nobody: number
  /** True when all sizes and capacities are whole numbers. */
  readonly wholeSizes: boolean
}

/** Three tables of eight bytes each, and four for the lists of tasks. */
const MOST_PAIRS = 1e7
/** Newton steps need a matrix of agents x agents. */
const MOST_AGENTS = 1500

/** Which of its two capacities can bind an agent. */
type Limit = 'none' | 'tasks' | 'tokens' | 'both'

/** True where costs and sizes of single pairs are all there is: no dependency, no budget, one capacity an agent. */
export function supportsGap(instance: Instance): Support {
  const { policy, dependencies, fleet, tasks } = instance
  const no = (reason: string): Support => ({ ok: false, reason })
  if (policy.dependency.mode !== 'off' && dependencies.numEdges > 0) return no('tasks depend on each other')
  if (policy.budgetUsd !== Infinity || fleet.budgetUsd.some((usd) => usd !== Infinity))
    return no('it has a budget')
  if (tasks.count * (fleet.numAgents + 1) > MOST_PAIRS)
    return no(`${tasks.count} tasks on ${fleet.numAgents} agents are more than ${MOST_PAIRS} pairs`)
  if (fleet.numAgents > MOST_AGENTS) return no(`${fleet.numAgents} agents are more than ${MOST_AGENTS}`)
  for (let pool = 0; pool < fleet.numPools; pool++)
    if (limitOf(instance, pool) === 'both')
      return no(`pool "${fleet.poolIds[pool]}" is limited in tasks and in tokens`)
  return { ok: true }
}

/** True for what only this solver plans well: it is supported, and sizes of single pairs are given. */
export function isGap(instance: Instance): boolean {
  const { estimates } = instance.tasks
  return (estimates?.tokens.some((tokens) => !Number.isNaN(tokens)) ?? false) && supportsGap(instance).ok
}

function limitOf({ fleet, tasks }: Instance, pool: number): Limit {
  const byTasks = Math.floor(fleet.capacityTasks[pool]!) < tasks.count
  const byTokens = fleet.capacityTokens[pool] !== Infinity
  if (byTasks && byTokens) return 'both'
  return byTasks ? 'tasks' : byTokens ? 'tokens' : 'none'
}

/** @returns undefined when some task has no agent at all, so that no plan exists */
export function buildGapProblem(instance: Instance): GapProblem | undefined {
  const { fleet, tasks, policy } = instance
  const numTasks = tasks.count
  const hasNobody = policy.unassignedUsd !== Infinity
  const numAgents = fleet.numAgents + (hasNobody ? 1 : 0)
  const nobody = hasNobody ? fleet.numAgents : -1
  const cost = new Float64Array(numTasks * numAgents).fill(Infinity)
  const size = new Float64Array(numTasks * numAgents)
  const capacity = new Float64Array(numAgents).fill(Infinity)
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const limit = limitOf(instance, pool)
    const slots = Math.floor(fleet.capacityTasks[pool]!)
    const most =
      limit === 'tokens' ? mostTokens(fleet.capacityTokens[pool]!) : limit === 'tasks' ? slots : Infinity
    const [from, to] = [fleet.firstAgent[pool]!, fleet.firstAgent[pool + 1]!]
    capacity.fill(most, from, to)
    for (let task = 0; task < numTasks; task++) {
      if (!isEligible(instance, task, pool)) continue
      const taken = limit === 'tokens' ? pairTokens(instance, task, pool) : limit === 'tasks' ? 1 : 0
      if (taken > most) continue
      cost.fill(pairCostUsd(instance, task, pool), task * numAgents + from, task * numAgents + to)
      size.fill(taken, task * numAgents + from, task * numAgents + to)
    }
  }
  for (let task = 0; task < numTasks; task++) {
    if (hasNobody) cost[task * numAgents + nobody] = policy.unassignedUsd
    if (!cost.subarray(task * numAgents, (task + 1) * numAgents).some((usd) => usd !== Infinity))
      return undefined
  }
  return {
    numTasks,
    numAgents,
    cost,
    size,
    capacity: whole(size, capacity),
    nobody,
    wholeSizes: size.every(Number.isInteger),
  }
}

/** Capacities without the part that whole sizes cannot use. */
function whole(size: Float64Array, capacity: Float64Array): Float64Array {
  return size.every(Number.isInteger) ? capacity.map((most) => Math.floor(most)) : capacity
}

/** The plan of an agent for each task. */
export function planOf(problem: GapProblem, agentOf: ArrayLike<number>): Plan {
  return {
    agentOf: Int32Array.from({ length: problem.numTasks }, (_, task) =>
      agentOf[task] === problem.nobody ? -1 : agentOf[task]!,
    ),
  }
}

/** The other way; undefined when the plan leaves out a task that must not be, or uses a pair that is not eligible. */
export function agentsOf(problem: GapProblem, plan: Plan): Int32Array | undefined {
  const { numAgents, nobody, cost } = problem
  const agents = plan.agentOf.map((agent) => (agent < 0 ? nobody : agent))
  return agents.every((agent, task) => agent >= 0 && cost[task * numAgents + agent] !== Infinity)
    ? agents
    : undefined
}

/** True when no agent takes more than its capacity. */
export function isWithin(problem: GapProblem, agentOf: ArrayLike<number>): boolean {
  const { numAgents, size, capacity } = problem
  const load = new Float64Array(numAgents)
  for (let task = 0; task < problem.numTasks; task++) {
    const agent = agentOf[task]!
    load[agent]! += size[task * numAgents + agent]!
  }
  return load.every((taken, agent) => taken <= capacity[agent]!)
}

export function objectiveOf({ numTasks, numAgents, cost }: GapProblem, agentOf: ArrayLike<number>): number {
  let sum = 0
  for (let task = 0; task < numTasks; task++) sum += cost[task * numAgents + agentOf[task]!]!
  return sum
}
