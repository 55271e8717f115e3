/** Takes further tasks into a live run: the instance grows at its end, and what is planned stays planned. */

import type { Instance } from '../model/instance.ts'
import { criticalPathMs } from './critical-path.ts'
import { closeTask } from './dispatching.ts'
import { checkAcceptSettings } from './providers.ts'
import { type RunContext, stamp } from './run-context.ts'
import { instancePut } from './run-files.ts'
import { taskLimits } from './task-limits.ts'
import { DONE, WAITING } from './task-status.ts'

/**
 * `grown` has all tasks of the run's instance, then the new ones, and the same fleet. The new ones
 * are planned with what is left; if that fails or takes long, they go to the cheapest agents with room.
 * @throws QaasError `invalid-instance` when an accept check of theirs is wrong
 */
export function submitTasks(context: RunContext, grown: Instance, order: number): void {
  checkAcceptSettings(grown)
  const { state, journal, runId } = context
  const { count } = grown.tasks
  const before = state.status.length
  const version = state.events
  state.grow(grown, taskLimits(grown))
  journal.put(instancePut(runId, version, grown).key, instancePut(runId, version, grown).value)
  journal.record({ kind: 'submitted', tasks: count, version, order, at: stamp(context) })
  context.priority = criticalPathMs(grown, state.agentOf)
  skipUnreachable(context, before)
  context.replanning.request('tasks arrived')
  context.replanning.holdForPlan(context, range(before, count))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k)
}

/** Parents that ended without a result have told their children before these were there. */
function skipUnreachable(context: RunContext, from: number): void {
  const { state } = context
  const { parents, parentStart } = state.instance.dependencies
  const ended = (parent: number): boolean => state.isFinal(parent) && state.status[parent] !== DONE
  for (let task = from; task < state.status.length; task++)
    if (
      state.status[task] === WAITING &&
      parents.subarray(parentStart[task]!, parentStart[task + 1]!).some(ended)
    )
      closeTask(context, task, 'skipped')
}
