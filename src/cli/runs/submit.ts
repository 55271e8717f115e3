/** Runs `qaas submit`; its options are in `commands/submit.ts`. */
import { QaasError } from '../../errors.ts'
import { readTasks } from '../../io/read-tasks.ts'
import { checkAcceptSettings } from '../../orchestrator/providers.ts'
import { loadRun } from '../../orchestrator/run-files.ts'
import { taskLimits } from '../../orchestrator/task-limits.ts'
import type { ExitCode } from '../command.ts'
import { sendControl } from '../running/control.ts'
import { grow } from '../running/execute.ts'
import { openHomeStore, pickRun } from '../running/home.ts'
import { readStatus } from '../running/status.ts'

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
    checkAcceptSettings(grow(state.instance, tasks))
    await sendControl(store, runId, { kind: 'submit', tasks })
    const { holder } = await readStatus(store, runId)
    if (options.json)
      console.log(JSON.stringify({ runId, tasks: tasks.length, running: holder !== undefined }))
    else
      console.log(
        `${tasks.length} tasks submitted to run ${runId}${holder === undefined ? '; they begin with "qaas resume"' : ''}`,
      )
    return 0
  } finally {
    await store.close()
  }
}
