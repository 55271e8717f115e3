/** Runs `qaas results`; its options are in `commands/results.ts`. */
import { QaasError } from '../../errors.ts'
import { nearest } from '../../io/nearest.ts'
import { checkWritable, writeTextFile } from '../../io/write-file.ts'
import { agentId } from '../../model/instance.ts'
import { causeOf } from '../../orchestrator/close-cause.ts'
import { type LoadedRun, loadRun } from '../../orchestrator/run-files.ts'
import { taskLimits } from '../../orchestrator/task-limits.ts'
import { STATUS_NAMES } from '../../orchestrator/task-status.ts'
import type { Store } from '../../store/store.ts'
import type { ExitCode } from '../command.ts'
import { openHomeStore, pickRun } from '../running/home.ts'
import { runReport } from '../running/run-report.ts'
import { reportText } from '../running/run-text.ts'

interface Arguments {
  readonly positionals: readonly string[]
  readonly options: {
    readonly task: string | undefined
    readonly report: boolean
    readonly html: string | undefined
  }
}

export async function run({ positionals: [name], options }: Arguments): Promise<ExitCode> {
  if (options.html !== undefined) await checkWritable(options.html)
  const store = openHomeStore()
  try {
    const runId = await pickRun(store, name)
    if (options.html !== undefined) {
      const { runPage } = await import('../running/run-page.ts')
      await writeTextFile(options.html, await runPage(await runReport(store, runId)))
    }
    if (options.report) console.log(reportText(await runReport(store, runId), false))
    else if (options.task !== undefined) await printOne(store, runId, options.task)
    else if (options.html === undefined) await printAll(store, await loadRun(store, runId, { taskLimits }))
    return 0
  } finally {
    await store.close()
  }
}

async function printOne(store: Store, runId: string, id: string): Promise<void> {
  const { state } = await loadRun(store, runId, { taskLimits })
  const { ids, count } = state.instance.tasks
  const task = ids.indexOf(id)
  if (task < 0) {
    const close = nearest(
      id,
      Array.from({ length: count }, (_, row) => ids.get(row)),
    )
    throw new QaasError('invalid-option', `run "${runId}" has no task "${id}"`, {
      ...(close ? { advice: `Maybe you meant "${close}".` } : {}),
    })
  }
  const result = await store.result(runId, task)
  if (result === undefined)
    throw new QaasError(
      'not-allowed',
      `task "${id}" has no result: it is ${[STATUS_NAMES[state.status[task]!], causeOf(state, task), state.troubles.lastError(task)].filter((part) => part !== undefined).join(': ')}`,
      {
        advice: 'Maybe look at "qaas status".',
      },
    )
  const output = JSON.parse(result) as unknown
  console.log(typeof output === 'string' ? output : JSON.stringify(output, null, 2))
}

async function printAll(store: Store, { state, settings }: LoadedRun): Promise<void> {
  const { fleet, tasks } = state.instance
  for (let task = 0; task < state.status.length; task++) {
    const result = await store.result(settings.runId, task)
    const agent = state.agentOf[task]!
    const cause = causeOf(state, task)
    const error = state.troubles.lastError(task)
    const line = {
      task: tasks.ids.get(task),
      state: STATUS_NAMES[state.status[task]!],
      ...(agent >= 0 ? { agent: agentId(fleet, agent) } : {}),
      ...(cause === undefined ? {} : { cause }),
      ...(error === undefined ? {} : { error }),
      ...(result === undefined ? {} : { output: JSON.parse(result) as unknown }),
    }
    console.log(JSON.stringify(line))
  }
}
