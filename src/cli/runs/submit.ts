/** Runs `qaas submit`; its options are in `commands/submit.ts`. */

import { QaasError } from '../../errors.ts'
import { readTasks } from '../../io/read-tasks.ts'
import { counted } from '../../model/counted.ts'
import { whyNot } from '../../model/explain/why-not.ts'
import type { Instance } from '../../model/instance.ts'
import { checkAcceptSettings } from '../../orchestrator/providers.ts'
import { loadRun } from '../../orchestrator/run-files.ts'
import { taskLimits } from '../../orchestrator/task-limits.ts'
import type { ExitCode } from '../command.ts'
import { sendControl } from '../running/control.ts'
import { openHomeStore, pickRun } from '../running/home.ts'
import { grow } from '../running/orders.ts'
import { readStatus } from '../running/status.ts'

const MAX_REASONS = 4

interface Arguments {
  readonly positionals: readonly string[]
  readonly options: { readonly run: string | undefined; readonly json: boolean }
}

export async function run({ positionals: [path], options }: Arguments): Promise<ExitCode> {
  const tasks = await readTasks(path!)
  const store = openHomeStore()
  try {
    const runId = await pickRun(store, options.run)
    const { state } = await loadRun(store, runId, { taskLimits })
    if (state.outcome !== 'open')
      throw new QaasError('not-allowed', `run "${runId}" is over: ${state.outcome}`, {
        advice: 'Maybe start a new run with these tasks.',
      })
    // Whatever is wrong with them is said here, not to the process that runs the run.
    const grown = grow(state.instance, tasks)
    checkAcceptSettings(grown)
    checkDoable(grown, state.instance.tasks.count)
    await sendControl(store, runId, { kind: 'submit', tasks })
    const { holder } = await readStatus(store, runId)
    if (options.json)
      console.log(JSON.stringify({ runId, tasks: tasks.length, running: holder !== undefined }))
    else
      console.log(
        `${counted(tasks.length, 'task')} submitted to run ${runId}${holder === undefined ? '; they begin with "qaas resume"' : ''}`,
      )
    return 0
  } finally {
    await store.close()
  }
}

/** Refuses tasks from `first` on that no agent may do; where a plan may leave tasks out, it only says so. */
function checkDoable(instance: Instance, first: number): void {
  const { fleet, tasks, policy } = instance
  for (let task = first; task < tasks.count; task++) {
    const reasons: string[] = []
    for (let pool = 0; pool < fleet.numPools; pool++) {
      const no = whyNot(instance, task, pool)
      if (!no) break
      reasons.push(no.text)
    }
    if (reasons.length < fleet.numPools) continue
    const shown = reasons.slice(0, MAX_REASONS).join('; ')
    const more = reasons.length > MAX_REASONS ? `; and ${reasons.length - MAX_REASONS} more` : ''
    const message = `no agent of the run may do task "${tasks.ids.get(task)}": ${shown}${more}`
    if (policy.unassignedUsd === Infinity)
      throw new QaasError('invalid-instance', message, {
        advice: 'Maybe lower what the task asks for, or start a run whose agents can do it.',
        data: { task: tasks.ids.get(task) },
      })
    console.error(`warning: ${message}`)
  }
}
