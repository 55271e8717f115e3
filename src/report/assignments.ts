/** Who does what: one row a task, for plans small enough to read. */
import type { Instance } from '../model/instance.ts'
import { agentId } from '../model/instance.ts'
import { pairMoneyUsd, pairQuality } from '../model/pair.ts'
import type { Plan } from '../model/plan.ts'

export interface Assignment {
  readonly task: string
  /** undefined: nobody does it. */
  readonly agent?: string
  readonly quality?: number
  readonly floor: number
  readonly usd?: number
}

/** In the order of the instance. */
export function assignments(instance: Instance, { agentOf }: Plan): Assignment[] {
  const { fleet, tasks } = instance
  return Array.from(agentOf, (agent, task) => {
    const row = { task: tasks.ids.get(task), floor: tasks.minQuality[task]! }
    if (agent < 0) return row
    const pool = fleet.poolOf[agent]!
    return {
      ...row,
      agent: agentId(fleet, agent),
      quality: pairQuality(instance, task, pool),
      usd: pairMoneyUsd(instance, task, pool),
    }
  })
}
