/** Hands the tasks of a group to its agents where only their number counts; sizes are packed elsewhere. */
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import type { Groups } from '../pricing/groups.ts'

/** A plan from groups of tasks; a group number of -1 or beyond the last leaves the task out. */
export function splitByCount(instance: Instance, groups: Groups, groupOf: Int32Array): Plan {
  const { fleet } = instance
  const next = groups.agentStart.slice(0, groups.count)
  const load = new Int32Array(fleet.numAgents)
  const turns = new Int32Array(groups.count)
  const agentOf = new Int32Array(groupOf.length).fill(-1)
  for (let task = 0; task < groupOf.length; task++) {
    const group = groupOf[task]!
    if (group < 0 || group >= groups.count) continue
    const limit = Math.floor(fleet.capacityTasks[groups.pool[group]!]!)
    const size = groups.agentStart[group + 1]! - groups.agentStart[group]!
    // Unlimited agents take turns, limited ones are filled in order.
    if (limit === Infinity) {
      agentOf[task] = groups.agents[groups.agentStart[group]! + (turns[group]! % size)]!
      turns[group]! += 1
      continue
    }
    while (load[groups.agents[next[group]!]!]! >= limit && next[group]! < groups.agentStart[group + 1]! - 1)
      next[group]! += 1
    const agent = groups.agents[next[group]!]!
    load[agent]! += 1
    agentOf[task] = agent
  }
  return { agentOf }
}
