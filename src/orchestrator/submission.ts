/** Takes further tasks into a live run: the instance grows at its end, and what is planned stays planned. */

import type { Instance } from '../model/instance.ts'
import { criticalPathMs } from './critical-path.ts'
import { checkAcceptSettings } from './providers.ts'
import { type RunContext, stamp } from './run-context.ts'
import { instancePut } from './run-files.ts'
import { taskLimits } from './task-limits.ts'

/**
 * `grown` has all tasks of the run's instance, then the new ones, and the same fleet. The new ones go to the
 * cheapest agents with room at once; a re-plan may do better.
 * @throws QaasError `invalid-instance` when an accept check of theirs is wrong
 */
export function submitTasks(context: RunContext, grown: Instance): void {
  checkAcceptSettings(grown)
  const { state, journal, runId } = context
  const { count } = grown.tasks
  const version = state.events
  state.grow(grown, taskLimits(grown))
  journal.put(instancePut(runId, version, grown).key, instancePut(runId, version, grown).value)
  journal.record({ kind: 'submitted', tasks: count, version, at: stamp(context) })
  context.priority = criticalPathMs(grown, state.agentOf)
  context.replanning.request('tasks arrived')
}
