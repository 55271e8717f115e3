/**
 * Finds tasks that compete for too little: a set of tasks whose pools, all together, have fewer slots or tokens than
 * the set needs. Found as the violated cut of a maximum flow from groups of tasks to pools; when there is none, the
 * slots (or tokens) alone are no obstacle.
 */
import { FlowNetwork } from '../../numeric/max-flow.ts'
import type { Instance } from '../instance.ts'
import type { EligibleGroup } from './eligible-groups.ts'

export interface Competition {
  readonly tasks: readonly number[]
  readonly pools: readonly number[]
  readonly needed: number
  readonly available: number
}

/** One entry for each separate set; `resource` is what is counted. */
export function competitions(
  instance: Instance,
  groups: readonly EligibleGroup[],
  resource: 'slots' | 'tokens',
): Competition[] {
  const { fleet } = instance
  const need = groups.map(({ tasks, tokens }) => (resource === 'slots' ? tasks.length : tokens))
  const supply = Array.from({ length: fleet.numPools }, (_, pool) => {
    const replicas = fleet.replicas[pool]!
    return resource === 'slots'
      ? replicas * Math.floor(fleet.capacityTasks[pool]!)
      : replicas * fleet.capacityTokens[pool]!
  })
  const [source, sink] = [0, 1]
  const poolNode = (pool: number): number => 2 + pool
  const groupNode = (group: number): number => 2 + fleet.numPools + group
  const network = new FlowNetwork(2 + fleet.numPools + groups.length)
  supply.forEach((amount, pool) => {
    network.addArc(poolNode(pool), sink, amount)
  })
  groups.forEach(({ pools }, group) => {
    // Tasks without any pool are another finding.
    if (pools.length > 0) network.addArc(source, groupNode(group), need[group]!)
    for (const pool of pools) network.addArc(groupNode(group), poolNode(pool), Infinity)
  })
  network.run(source, sink)
  const inCut = network.sourceSide()
  const short = groups.flatMap(({ pools }, group) =>
    pools.length > 0 && inCut[groupNode(group)] === 1 ? [group] : [],
  )
  return separate(short, groups)
    .map((members) => summed(members, groups, need, supply))
    .filter(({ needed, available }) => needed > available)
}

function summed(
  members: readonly number[],
  groups: readonly EligibleGroup[],
  need: readonly number[],
  supply: readonly number[],
): Competition {
  const pools = [...new Set(members.flatMap((group) => groups[group]!.pools))].sort((a, b) => a - b)
  return {
    tasks: members.flatMap((group) => groups[group]!.tasks).sort((a, b) => a - b),
    pools,
    needed: members.reduce((sum, group) => sum + need[group]!, 0),
    available: pools.reduce((sum, pool) => sum + supply[pool]!, 0),
  }
}

/** Splits groups into sets that share no pool. */
function separate(members: readonly number[], groups: readonly EligibleGroup[]): number[][] {
  const waiting = new Set(members)
  const usersOf = new Map<number, number[]>()
  for (const group of members)
    for (const pool of groups[group]!.pools) {
      const users = usersOf.get(pool)
      if (users) users.push(group)
      else usersOf.set(pool, [group])
    }
  const sets: number[][] = []
  for (const first of members) {
    if (!waiting.delete(first)) continue
    const set = [first]
    for (let k = 0; k < set.length; k++)
      for (const pool of groups[set[k]!]!.pools) {
        for (const other of usersOf.get(pool) ?? []) if (waiting.delete(other)) set.push(other)
        usersOf.delete(pool)
      }
    sets.push(set)
  }
  return sets
}
