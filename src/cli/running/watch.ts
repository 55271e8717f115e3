/** Executes a run while showing it: live view, event log, metrics, traces, and the report at the end. */
import { writeTextFile } from '../../io/write-file.ts'
import { runSettings } from '../../orchestrator/run-files.ts'
import { DONE } from '../../orchestrator/task-status.ts'
import type { Store } from '../../store/store.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { ExitCode } from '../command.ts'
import { type Executed, executeRun } from './execute.ts'
import { homeFolder } from './home.ts'
import { observe, type WatchOptions } from './observers.ts'
import { runReport } from './run-report.ts'
import { reportText } from './run-text.ts'
import { createRunView } from './run-view.ts'

/** Runs it to its end; 0 when every task is done, 1 when not, 130 when interrupted. */
export async function watchRun(
  store: Store,
  runId: string,
  options: WatchOptions & { readonly meter?: Metrics | undefined },
): Promise<ExitCode> {
  const settings = await runSettings(store, runId)
  const observers = await observe(runId, settings.name, options)
  const view = createRunView(settings, { silent: options.json })
  let executed: Executed
  try {
    executed = await executeRun(store, runId, {
      onEvent: observers.onEvent,
      onOutcome: observers.onOutcome,
      onProgress(progress, state, concurrencyOf) {
        view.update(progress, state, concurrencyOf)
        options.meter?.onProgress(progress)
      },
      onInterrupt: () => view.stopping(),
      ...(options.meter ? { onDispatched: options.meter.onDispatched } : {}),
    })
  } finally {
    view.done()
    await observers.close()
  }
  const report = await runReport(store, runId, options.json)
  if (options.html !== undefined) {
    const { runPage } = await import('./run-page.ts')
    await writeTextFile(options.html, await runPage(report))
  }
  if (options.json) {
    const { spans, instance, ...rest } = report
    console.log(JSON.stringify({ ...rest, home: homeFolder(), interrupted: executed.interrupted }, null, 2))
  } else console.log(reportText(report, options.markdown))
  if (executed.interrupted) {
    console.error(
      `\nnothing is lost. Go on with:  qaas resume ${runId}\n  or end it for good:       qaas cancel ${runId}`,
    )
    return 130
  }
  return executed.state.counts[DONE] === executed.state.status.length ? 0 : 1
}
