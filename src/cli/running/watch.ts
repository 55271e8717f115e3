/** Executes a run while showing it: live view, event log, metrics, traces, and the report at the end. */
import { checkWritable, writeTextFile } from '../../io/write-file.ts'
import type { RunEvent } from '../../orchestrator/run-event.ts'
import { runSettings } from '../../orchestrator/run-files.ts'
import { DONE, type RunState, STATUS_NAMES } from '../../orchestrator/run-state.ts'
import type { Store } from '../../store/store.ts'
import { openEventLog } from '../../telemetry/event-log.ts'
import {
  checkMetricsPort,
  createMetrics,
  isMetricsPort,
  type Metrics,
  publishMetrics,
} from '../../telemetry/metrics.ts'
import type { ExitCode, OptionValues } from '../command.ts'
import { type Executed, executeRun } from './execute.ts'
import { homeFolder } from './home.ts'
import { runReport } from './run-report.ts'
import { reportText } from './run-text.ts'
import { createRunView } from './run-view.ts'
import type { WATCH_OPTIONS } from './watch-options.ts'

export type WatchOptions = OptionValues<typeof WATCH_OPTIONS>

/** Refuses output files that cannot be written before anything is started. */
export async function checkOutputs({ html, events, traces, metrics }: WatchOptions): Promise<void> {
  for (const file of [html, events, traces]) if (file !== undefined) await checkWritable(file)
  if (metrics === undefined) return
  await (isMetricsPort(metrics) ? checkMetricsPort(metrics) : checkWritable(metrics))
}

/** Metrics when they are asked for; the store wants them when it is opened. */
export function metricsFor({ metrics }: WatchOptions): Metrics | undefined {
  return metrics === undefined ? undefined : createMetrics(STATUS_NAMES)
}

interface Observers {
  readonly onEvent: (event: RunEvent, state: RunState) => void
  close(): Promise<void>
}

async function observe(
  runId: string,
  name: string,
  options: WatchOptions & { meter?: Metrics | undefined },
): Promise<Observers> {
  const { events, metrics, traces, meter } = options
  const listeners: ((event: RunEvent, state: RunState) => void)[] = []
  const closers: (() => Promise<void> | void)[] = []
  if (events !== undefined) {
    const log = openEventLog(events)
    listeners.push((event, state) => log.add(event, state.instance))
    closers.push(() => log.close())
  }
  if (meter && metrics !== undefined) {
    closers.push(await publishMetrics(meter, metrics))
    listeners.push(meter.onEvent)
  }
  if (traces !== undefined) {
    const { exportTraces } = await import('../../telemetry/trace-file.ts')
    const { createRunSpans } = await import('../../telemetry/spans.ts')
    const flush = await exportTraces(traces)
    const spans = createRunSpans(runId, name)
    listeners.push(spans.onEvent)
    closers.push(async () => {
      spans.end()
      await flush()
    })
  }
  return {
    onEvent(event, state) {
      for (const listener of listeners) listener(event, state)
    },
    async close() {
      for (const close of closers) await close()
    },
  }
}

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
      onProgress: (progress, state) => view.update(progress, state),
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
