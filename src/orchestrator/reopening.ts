/** Brings back tasks that a finished run left for want of money, or because their provider was down. */
import { type RunContext, stamp } from './run-context.ts'
import { SKIPPED } from './task-status.ts'

/** Opens an ended run again: those tasks, and all that were skipped because of nothing else. */
export function reopen(context: RunContext): void {
  const { state, journal } = context
  const { parentStart, parents, childStart, children } = state.instance.dependencies
  const record = (task: number): void => journal.record({ kind: 'reopened', task, at: stamp(context) })
  const open = [...state.closeCause.keys()].filter((task) => state.mayReopen(task))
  for (const task of open) record(task)
  while (open.length > 0) {
    const parent = open.pop()!
    for (let k = childStart[parent]!; k < childStart[parent + 1]!; k++) {
      const child = children[k]!
      const above = parents.subarray(parentStart[child]!, parentStart[child + 1]!)
      if (state.status[child] !== SKIPPED || above.some((task) => state.closeCause.has(task))) continue
      record(child)
      open.push(child)
    }
  }
}
