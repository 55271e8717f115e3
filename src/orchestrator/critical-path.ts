/** How long the chain of work behind each task is: tasks with more behind them go first. */
import type { Instance } from '../model/instance.ts'
import { pairLatencyMs } from '../model/pair.ts'

/** Milliseconds from the start of each task to the end of the longest chain through it, on the planned agents. */
export function criticalPathMs(instance: Instance, agentOf: Int32Array): Float64Array {
  const { fleet, dependencies } = instance
  const { topologicalOrder: order, childStart, children } = dependencies
  const path = new Float64Array(order.length)
  for (let at = order.length - 1; at >= 0; at--) {
    const task = order[at]!
    let behind = 0
    for (let k = childStart[task]!; k < childStart[task + 1]!; k++)
      behind = Math.max(behind, path[children[k]!]!)
    const agent = agentOf[task]!
    path[task] = behind + (agent < 0 ? 0 : pairLatencyMs(instance, task, fleet.poolOf[agent]!))
  }
  return path
}
