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
