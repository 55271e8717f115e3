/** Bays: what a task is put on while a plan is searched. An agent, or a whole group where only numbers of tasks count. */
import type { Problem } from './problem.ts'

export interface Bays {
  readonly count: number
  readonly groupOf: Int32Array
  /** Bays of group `g` are `start[g] .. start[g + 1])`. */
  readonly start: Int32Array
  /** The agent of a bay, or -1 for a whole group. */
  readonly agent: Int32Array
  readonly capacityTasks: Float64Array
  readonly capacityTokens: Float64Array
}

export function buildBays({ groups, instance }: Problem): Bays {
  const { fleet } = instance
  const start = new Int32Array(groups.count + 1)
  const whole = (group: number): boolean => groups.capacityTokens[group] === Infinity
  const size = (group: number): number => groups.agentStart[group + 1]! - groups.agentStart[group]!
  for (let group = 0; group < groups.count; group++)
    start[group + 1] = start[group]! + (whole(group) ? 1 : size(group))
  const count = start[groups.count]!
  const bays = {
    count,
    start,
    groupOf: new Int32Array(count),
    agent: new Int32Array(count).fill(-1),
    capacityTasks: new Float64Array(count),
    capacityTokens: new Float64Array(count),
  }
  for (let group = 0; group < groups.count; group++)
    for (let bay = start[group]!; bay < start[group + 1]!; bay++) {
      bays.groupOf[bay] = group
      bays.capacityTasks[bay] = whole(group)
        ? groups.capacityTasks[group]!
        : Math.floor(fleet.capacityTasks[groups.pool[group]!]!)
      bays.capacityTokens[bay] = fleet.capacityTokens[groups.pool[group]!]!
      if (!whole(group)) bays.agent[bay] = groups.agents[groups.agentStart[group]! + bay - start[group]!]!
    }
  return bays
}

/** The same bays ordered by part, for a fleet whose groups are joined into parts; `own` is the bay of each in `bays`. */
export function baysOfParts(
  bays: Bays,
  partOf: Int32Array,
  count: number,
): Bays & { readonly own: Int32Array } {
  const start = new Int32Array(count + 1)
  for (const group of bays.groupOf) start[partOf[group]! + 1]! += 1
  for (let part = 0; part < count; part++) start[part + 1]! += start[part]!
  const next = start.slice()
  const own = new Int32Array(bays.count)
  for (let bay = 0; bay < bays.count; bay++) own[next[partOf[bays.groupOf[bay]!]!]!++] = bay
  return {
    count: bays.count,
    start,
    own,
    groupOf: Int32Array.from(own, (bay) => partOf[bays.groupOf[bay]!]!),
    agent: Int32Array.from(own, (bay) => bays.agent[bay]!),
    capacityTasks: Float64Array.from(own, (bay) => bays.capacityTasks[bay]!),
    capacityTokens: Float64Array.from(own, (bay) => bays.capacityTokens[bay]!),
  }
}
