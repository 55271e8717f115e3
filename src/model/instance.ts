/**
 * The data of one planning problem in columns: a policy, a fleet of pools and a table of tasks. A million tasks
 * fit and travel between threads; object views are made on demand. Built by `createInstanceBuilder` only.
 */
import type { StringTable } from '../numeric/string-table.ts'

export type DependencyRule =
  | { readonly mode: 'hard' }
  | { readonly mode: 'soft'; readonly penaltyUsd: number }
  | { readonly mode: 'off' }

export interface Policy {
  /** Dollars charged per dollar of money and unit of quality above the floor. At least 0. */
  readonly overkillWeight: number
  readonly latencyUsdPerSecond: number
  readonly dependency: DependencyRule
  /** Infinity when there is no cap. */
  readonly budgetUsd: number
  /** Price of leaving a task without an agent; Infinity when that is forbidden. */
  readonly unassignedUsd: number
  /** Price of a task on an agent below its quality floor; Infinity when the floor is hard. */
  readonly belowFloorUsd: number
}

/** Pools by column; pool `p` holds agents `firstAgent[p] .. firstAgent[p + 1])`, all alike. */
export interface Fleet {
  readonly numPools: number
  readonly numAgents: number
  readonly poolIds: readonly string[]
  readonly languageModels: readonly (string | undefined)[]
  readonly replicas: Int32Array
  readonly firstAgent: Int32Array
  /** The pool of each agent. */
  readonly poolOf: Int32Array
  readonly perTaskUsd: Float64Array
  readonly inputPerMTokUsd: Float64Array
  readonly outputPerMTokUsd: Float64Array
  readonly latencyMs: Float64Array
  /** Infinity when unlimited, like the capacities and the budget below. */
  readonly contextTokens: Float64Array
  /** Of each agent of the pool. */
  readonly capacityTasks: Float64Array
  readonly capacityTokens: Float64Array
  /** Of the pool as a whole. */
  readonly budgetUsd: Float64Array
  /** Domain names; 0 is `default`. */
  readonly domains: readonly string[]
  /** Quality of pool `p` in domain `d` at `p * domains.length + d`. */
  readonly quality: Float64Array
  /** undefined: can do everything. */
  readonly capabilities: readonly (ReadonlySet<string> | undefined)[]
  /** Provider settings of pools that have some; opaque to planning. */
  readonly providers: ReadonlyMap<number, Readonly<Record<string, unknown>>>
}

/** Figures that replace the fleet's for single (task, pool) pairs; NaN keeps the fleet's figure. */
export interface Estimates {
  /** Estimates of task `i` are at `start[i] .. start[i + 1]`, by rising pool. */
  readonly start: Int32Array
  readonly pool: Int32Array
  readonly costUsd: Float64Array
  readonly quality: Float64Array
  readonly latencyMs: Float64Array
  /**
   * Tokens the task takes from the pool's token capacity and context window, in place of its own input and output
   * tokens; money is not touched. With it the model holds every generalised assignment problem, whose resource
   * use differs by pair. Read it through `pairTokens`.
   */
  readonly tokens: Float64Array
}

/** A directed graph over tasks, both ways: edge e goes from `parentOfEdge[e]` to `childOfEdge[e]`. */
export interface Dependencies {
  readonly numEdges: number
  readonly parentOfEdge: Int32Array
  readonly childOfEdge: Int32Array
  /** Parents of task `i` are `parents[parentStart[i] .. parentStart[i + 1])`. */
  readonly parentStart: Int32Array
  readonly parents: Int32Array
  readonly childStart: Int32Array
  readonly children: Int32Array
  /** Every task, parents before children. */
  readonly topologicalOrder: Int32Array
}

export interface Tasks {
  readonly count: number
  readonly ids: StringTable
  /** Row in `complexities`, or -1. */
  readonly complexity: Int32Array
  readonly complexities: readonly string[]
  /** Row in `requirements`: the set of capabilities the task needs. */
  readonly requirement: Int32Array
  readonly requirements: readonly (readonly string[])[]
  /** Column in `Fleet.quality`; a domain no agent names is 0, `default`. */
  readonly domain: Int32Array
  readonly minQuality: Float64Array
  readonly inputTokens: Float64Array
  readonly outputTokens: Float64Array
  /** Infinity when unlimited. */
  readonly maxLatencyMs: Float64Array
  readonly workflows: ReadonlyMap<number, string>
  readonly inputs: ReadonlyMap<number, unknown>
  readonly accepts: ReadonlyMap<number, Readonly<Record<string, unknown>>>
  readonly estimates: Estimates | undefined
}

export interface Instance {
  readonly name: string
  readonly policy: Policy
  readonly fleet: Fleet
  readonly tasks: Tasks
  readonly dependencies: Dependencies
  /** 1 at `requirement * numPools + pool` when the pool has every capability of the requirement. */
  readonly capable: Uint8Array
}

/** The name of an agent: its pool's, with `-k` behind it when the pool has several. */
export function agentId(fleet: Fleet, agent: number): string {
  const pool = fleet.poolOf[agent]!
  const id = fleet.poolIds[pool]!
  return fleet.replicas[pool] === 1 ? id : `${id}-${agent - fleet.firstAgent[pool]!}`
}

const agentIndexes = new WeakMap<Fleet, ReadonlyMap<string, number>>()

/** The agent of that name, or -1. */
export function agentIndex(fleet: Fleet, id: string): number {
  let index = agentIndexes.get(fleet)
  if (index === undefined) {
    index = new Map(Array.from({ length: fleet.numAgents }, (_, agent) => [agentId(fleet, agent), agent]))
    agentIndexes.set(fleet, index)
  }
  return index.get(id) ?? -1
}

/**
 * Tokens of a task itself: input and output together. What it takes from an agent's capacity is `pairTokens`, which
 * differs where an estimate says so.
 */
export function tokensOf(tasks: Tasks, task: number): number {
  return tasks.inputTokens[task]! + tasks.outputTokens[task]!
}
