/**
 * Pools as places for tasks, split into their agents only where how tasks
 * are packed can matter.
 */
import type { Instance } from '../model/instance.ts'
import { mostTokens } from '../model/limits.ts'
import type { PairTable } from '../model/pair-table.ts'

export interface Place {
  readonly pool: number
  /** Agents `firstAgent .. firstAgent + numAgents - 1`. */
  readonly firstAgent: number
  readonly numAgents: number
  /** Of all its agents together. */
  readonly capacityTasks: number
  /** Of all its agents together; Infinity where the task capacity says it all. */
  readonly capacityTokens: number
  /** True when the sums can be in order and yet the tasks not fit agent by agent. */
  readonly mayNotPack: boolean
}

/** One place for each pool, one for each agent of the pools in `split`. */
export function placesOf(instance: Instance, pairs: PairTable, split: ReadonlySet<number>): Place[] {
  const { fleet } = instance
  const sizes = tokenSizes(instance, pairs)
  const places: Place[] = []
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const replicas = fleet.replicas[pool]!
    const perAgent = agentCapacity(instance, pool, sizes[pool]!)
    const parts = split.has(pool) && perAgent.tokens !== Infinity ? replicas : 1
    const numAgents = replicas / parts
    for (let part = 0; part < parts; part++)
      places.push({
        pool,
        firstAgent: fleet.firstAgent[pool]! + part,
        numAgents,
        capacityTasks: numAgents * perAgent.tasks,
        capacityTokens: numAgents * perAgent.tokens,
        mayNotPack: numAgents > 1 && perAgent.tokens !== Infinity,
      })
  }
  return places
}

interface Sizes {
  readonly least: number
  readonly most: number
  readonly total: number
  readonly areWhole: boolean
}

/** Least, largest and summed tokens of the tasks that may come to each pool. */
function tokenSizes(instance: Instance, pairs: PairTable): Sizes[] {
  const sizes = Array.from({ length: instance.fleet.numPools }, () => ({
    least: Infinity,
    most: 0,
    total: 0,
    areWhole: true,
  }))
  for (let row = 0; row < pairs.classes.count; row++) {
    for (let at = pairs.start[row]!; at < pairs.start[row + 1]!; at++) {
      const tokens = pairs.pairTokens[at]!
      const size = sizes[pairs.pool[at]!]!
      size.least = Math.min(size.least, tokens)
      size.most = Math.max(size.most, tokens)
      size.areWhole &&= Number.isInteger(tokens)
      size.total += tokens * pairs.classes.size[row]!
    }
  }
  return sizes
}

/** Capacities of one agent; the token capacity is folded into the task capacity where that loses nothing. */
function agentCapacity(instance: Instance, pool: number, sizes: Sizes): { tasks: number; tokens: number } {
  const tasks = Math.floor(instance.fleet.capacityTasks[pool]!)
  const most = mostTokens(instance.fleet.capacityTokens[pool]!)
  const tokens = sizes.areWhole ? Math.floor(most) : most
  if (tokens === Infinity || sizes.total <= tokens) return { tasks, tokens: Infinity }
  if (tasks !== Infinity && tasks * sizes.most <= tokens) return { tasks, tokens: Infinity }
  if (sizes.least === sizes.most)
    return { tasks: Math.min(tasks, Math.floor(tokens / sizes.most)), tokens: Infinity }
  return { tasks, tokens }
}

/**
 * Gives the tasks of a place to its agents one after the other. Only for places that need no packing: there any
 * filling is as good as any other.
 */
export function fillPlace(
  { firstAgent, numAgents, capacityTasks }: Place,
  tasks: readonly number[],
  agentOf: Int32Array,
): void {
  const perAgent = capacityTasks / numAgents
  tasks.forEach((task, k) => {
    agentOf[task] = firstAgent + (perAgent === Infinity ? 0 : Math.floor(k / perAgent))
  })
}
