/**
 * OpenTelemetry spans of a run by the GenAI conventions (in development there, so names may still change): one
 * `invoke_workflow` for the run, one `invoke_agent` for each attempt. Without an SDK registered they cost nothing.
 */
import { type Span, SpanKind, SpanStatusCode, trace, context as traceContext } from '@opentelemetry/api'
import { agentId } from '../model/instance.ts'
import type { RunEvent } from '../orchestrator/run-event.ts'
import type { RunState } from '../orchestrator/run-state.ts'

export interface RunSpans {
  onEvent(event: RunEvent, state: RunState): void
  end(): void
}

export function createRunSpans(runId: string, name: string): RunSpans {
  const tracer = trace.getTracer('qaas')
  const run = tracer.startSpan(`invoke_workflow ${name}`, {
    attributes: {
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.workflow.name': name,
      'qaas.run.id': runId,
    },
  })
  const parent = trace.setSpan(traceContext.active(), run)
  const open = new Map<number, Span>()

  const start = (
    event: Extract<RunEvent, { kind: 'started' }>,
    { instance: { fleet, tasks } }: RunState,
  ): void => {
    const pool = fleet.poolOf[event.agent]!
    const model = fleet.languageModels[pool]
    const id = agentId(fleet, event.agent)
    const span = tracer.startSpan(
      `invoke_agent ${fleet.poolIds[pool]}`,
      {
        kind: SpanKind.CLIENT,
        startTime: event.at,
        attributes: {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.id': id,
          'gen_ai.agent.name': fleet.poolIds[pool]!,
          ...(model ? { 'gen_ai.request.model': model } : {}),
          'qaas.task.id': tasks.ids.get(event.task),
          'qaas.task.attempt': event.fence,
        },
      },
      parent,
    )
    open.set(event.task, span)
  }
  const end = (task: number, at: number, failure: string | undefined, costUsd = 0): void => {
    const span = open.get(task)
    if (span === undefined) return
    open.delete(task)
    span.setAttribute('qaas.cost.usd', costUsd)
    if (failure !== undefined) {
      span.setAttribute('error.type', failure)
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
    }
    span.end(at)
  }
  return {
    onEvent(event, state) {
      if (event.kind === 'started') start(event, state)
      else if (event.kind === 'lost') end(event.task, event.at, 'lost')
      else if (event.kind === 'ended') {
        const good = event.cause === 'accepted' || event.cause === 'unchecked'
        end(event.task, event.at, good ? undefined : event.reason || event.cause, event.cost / 1e9)
      }
    },
    end() {
      for (const span of open.values()) span.end()
      run.end()
    },
  }
}
