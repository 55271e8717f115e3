/** Merges pools that differ in nothing a plan can see into groups, whose capacities add up. Not a clustering. */
import type { Instance } from '../../model/instance.ts'
import { mostTokensOfPools } from '../../model/limits.ts'

/** Groups of interchangeable agents; a pool with its own budget or with estimates stands alone. */
export interface Groups {
  readonly count: number
  /** Group of each pool. */
  readonly ofPool: Int32Array
  /** One pool of each group: its figures are the group's. */
  readonly pool: Int32Array
  /** Agents of group `g` are `agents[agentStart[g] .. agentStart[g + 1])`. */
  readonly agentStart: Int32Array
  readonly agents: Int32Array
  /** Whole tasks all agents of the group may take together; Infinity when unlimited. */
  readonly capacityTasks: Float64Array
  readonly capacityTokens: Float64Array
  /** Tasks with more tokens than this fit on no agent of the group. */
  readonly tokenLimit: Float64Array
}

export function buildGroups(instance: Instance): Groups {
  const { fleet, tasks } = instance
  const estimated = new Set<number>(tasks.estimates?.pool ?? [])
  const index = new Map<string, number>()
  const ofPool = new Int32Array(fleet.numPools)
  const pools: number[] = []
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const alone = estimated.has(pool) || fleet.budgetUsd[pool] !== Infinity
    const key = alone ? `#${pool}` : poolKey(instance, pool)
    let group = index.get(key)
    if (group === undefined) {
      group = index.size
      index.set(key, group)
      pools.push(pool)
    }
    ofPool[pool] = group
  }
  return { count: pools.length, ofPool, pool: Int32Array.from(pools), ...capacities(instance, ofPool, pools) }
}

function poolKey({ fleet, capable }: Instance, pool: number): string {
  const numDomains = fleet.domains.length
  const figures = [
    fleet.perTaskUsd[pool],
    fleet.inputPerMTokUsd[pool],
    fleet.outputPerMTokUsd[pool],
    fleet.latencyMs[pool],
    fleet.contextTokens[pool],
    fleet.capacityTasks[pool],
    fleet.capacityTokens[pool],
    ...fleet.quality.subarray(pool * numDomains, (pool + 1) * numDomains),
  ]
  let skills = ''
  for (let at = pool; at < capable.length; at += fleet.numPools) skills += capable[at]
  return `${figures.join(' ')} ${skills}`
}

function capacities(
  instance: Instance,
  ofPool: Int32Array,
  pools: readonly number[],
): Omit<Groups, 'count' | 'ofPool' | 'pool'> {
  const { fleet } = instance
  const tokens = mostTokensOfPools(instance)
  const count = pools.length
  const agentStart = new Int32Array(count + 1)
  for (const pool of fleet.poolOf) agentStart[ofPool[pool]! + 1]! += 1
  for (let group = 0; group < count; group++) agentStart[group + 1]! += agentStart[group]!
  const next = agentStart.slice()
  const agents = new Int32Array(fleet.numAgents)
  for (let agent = 0; agent < fleet.numAgents; agent++) {
    const group = ofPool[fleet.poolOf[agent]!]!
    agents[next[group]!++] = agent
  }
  const size = (group: number): number => agentStart[group + 1]! - agentStart[group]!
  return {
    agentStart,
    agents,
    capacityTasks: Float64Array.from(pools, (pool, g) => size(g) * Math.floor(fleet.capacityTasks[pool]!)),
    capacityTokens: Float64Array.from(pools, (pool, g) => size(g) * tokens[pool]!),
    tokenLimit: Float64Array.from(pools, (pool) =>
      Math.min(fleet.contextTokens[pool]!, fleet.capacityTokens[pool]!),
    ),
  }
}
