/** From bays to agents: the plan that an assignment of tasks to bays stands for. */
import type { Plan } from '../../model/plan.ts'
import type { Bays } from './bays.ts'
import type { Problem } from './problem.ts'

/** Groups of one bay are handed to their agents by number. */
export function toPlan({ instance, groups }: Problem, bays: Bays, bayOf: Int32Array): Plan {
  const { fleet } = instance
  const agentOf = new Int32Array(instance.tasks.count).fill(-1)
  const next = groups.agentStart.slice()
  const load = new Int32Array(fleet.numAgents)
  for (let task = 0; task < agentOf.length; task++) {
    const bay = bayOf[task]!
    if (bay < 0) continue
    const group = bays.groupOf[bay]!
    if (bays.agent[bay]! >= 0) {
      agentOf[task] = bays.agent[bay]!
      continue
    }
    const limit = Math.floor(fleet.capacityTasks[groups.pool[group]!]!)
    const last = groups.agentStart[group + 1]! - 1
    while (next[group]! < last && load[groups.agents[next[group]!]!]! >= limit) next[group]! += 1
    const agent = groups.agents[next[group]!]!
    load[agent]! += 1
    agentOf[task] = agent
  }
  return { agentOf }
}
