/** Those who are told what happens to a run while it is executed: event log, metrics, traces, as options ask. */
import type { OutcomeMessage } from '../../agents/agent-message.ts'
import { checkWritable } from '../../io/write-file.ts'
import type { RunEvent } from '../../orchestrator/run-event.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { STATUS_NAMES } from '../../orchestrator/task-status.ts'
import { openEventLog } from '../../telemetry/event-log.ts'
import { isCollector } from '../../telemetry/export-traces.ts'
import { createMetrics, type Metrics } from '../../telemetry/metrics.ts'
import { checkMetricsPort, isMetricsPort, publishMetrics } from '../../telemetry/publish-metrics.ts'
import type { OptionValues } from '../command.ts'
import type { WATCH_OPTIONS } from './watch-options.ts'

export type WatchOptions = OptionValues<typeof WATCH_OPTIONS>

/** Refuses output files that cannot be written before anything is started. */
export async function checkOutputs({ html, events, traces, metrics }: WatchOptions): Promise<void> {
  for (const file of [html, events, traces])
    if (file !== undefined && !isCollector(file)) await checkWritable(file)
  if (metrics === undefined) return
  await (isMetricsPort(metrics) ? checkMetricsPort(metrics) : checkWritable(metrics))
}

/** Metrics when they are asked for; the store wants them when it is opened. */
export function metricsFor({ metrics }: WatchOptions): Metrics | undefined {
  return metrics === undefined ? undefined : createMetrics(STATUS_NAMES)
}

export interface Observers {
  readonly onEvent: (event: RunEvent, state: RunState) => void
  readonly onOutcome: (outcome: OutcomeMessage) => void
  close(): Promise<void>
}

/** Sets up what the options ask for. @throws QaasError when one of them cannot be */
export async function observe(
  runId: string,
  name: string,
  options: WatchOptions & { meter?: Metrics | undefined },
): Promise<Observers> {
  const { events, metrics, traces, meter } = options
  const listeners: ((event: RunEvent, state: RunState) => void)[] = []
  const hearers: ((outcome: OutcomeMessage) => void)[] = []
  const closers: (() => Promise<void> | void)[] = []
  if (events !== undefined) {
    const log = openEventLog(events)
    listeners.push((event, state) => log.add(event, state.instance))
    closers.push(() => log.close())
  }
  if (meter && metrics !== undefined) {
    closers.push(await publishMetrics(meter, metrics))
    listeners.push(meter.onEvent)
    hearers.push(meter.onOutcome)
  }
  if (traces !== undefined) {
    const { exportTraces } = await import('../../telemetry/export-traces.ts')
    const { createRunSpans } = await import('../../telemetry/spans.ts')
    const flush = await exportTraces(traces)
    const spans = createRunSpans(runId, name)
    listeners.push(spans.onEvent)
    hearers.push(spans.onOutcome)
    closers.push(async () => {
      spans.end()
      await flush()
    })
  }
  return {
    onEvent(event, state) {
      for (const listener of listeners) listener(event, state)
    },
    onOutcome(outcome) {
      for (const hearer of hearers) hearer(outcome)
    },
    async close() {
      for (const close of closers) await close()
    },
  }
}
