/**
 * OpenTelemetry spans of a run by the GenAI conventions (in development there, so names may still change): one
 * `invoke_workflow` for the run, one `invoke_agent` for each attempt and each judgement. Without an SDK registered
 * they cost nothing.
 */
import { type Attributes, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { OutcomeMessage } from '../agents/agent-message.ts'
import { agentId } from '../model/instance.ts'
import type { RunEvent } from '../orchestrator/run-event.ts'
import type { RunState } from '../orchestrator/run-state.ts'

export interface RunSpans {
  onEvent(event: RunEvent, state: RunState): void
  /** What an attempt's host said of its end; comes before the event. */
  onOutcome(outcome: OutcomeMessage): void
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
  const parent = trace.setSpan(context.active(), run)
  /** By task; judgements by -1 - task. */
  const open = new Map<number, Span>()

  const start = (key: number, event: Begun, state: RunState): void => {
    const { fleet } = state.instance
    const pool = fleet.poolIds[fleet.poolOf[event.agent]!]!
    const attributes = attemptAttributes(event, state)
    open.set(
      key,
      tracer.startSpan(
        `invoke_agent ${pool}`,
        { kind: SpanKind.CLIENT, startTime: event.at, attributes },
        parent,
      ),
    )
  }
  const end = (key: number, at: number, { failure, costNano = 0 }: Ending): void => {
    const span = open.get(key)
    if (span === undefined) return
    open.delete(key)
    span.setAttribute('qaas.cost.usd', costNano / 1e9)
    if (failure !== undefined) {
      span.setAttribute('error.type', failure)
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
    }
    span.end(at)
  }
  return {
    onEvent(event, state) {
      switch (event.kind) {
        case 'started':
          return start(event.task, event, state)
        case 'judging':
          return start(-1 - event.task, event, state)
        case 'judged':
          return end(-1 - event.task, event.at, { costNano: event.cost })
        case 'lost':
          return end(event.task, event.at, { failure: 'lost' })
        case 'ended': {
          const good = event.cause === 'accepted' || event.cause === 'unchecked'
          const failure = good ? undefined : event.reason || event.cause
          return end(event.task, event.at, { failure, costNano: event.cost })
        }
        default:
      }
    },
    onOutcome({ task, reply, failure }) {
      const span = open.get(task)
      const usage = reply?.usage ?? failure?.usage
      if (span && usage) {
        span.setAttribute('gen_ai.usage.input_tokens', usage.inputTokens)
        span.setAttribute('gen_ai.usage.output_tokens', usage.outputTokens)
      }
      if (span && reply?.firstTokenMs !== undefined)
        span.setAttribute('qaas.first_token_ms', Math.round(reply.firstTokenMs))
    },
    end() {
      for (const span of open.values()) span.end()
      run.end()
    },
  }
}

type Begun = Extract<RunEvent, { kind: 'started' | 'judging' }>

interface Ending {
  readonly failure?: string | undefined
  readonly costNano?: number
}

function attemptAttributes(event: Begun, { instance: { fleet, tasks } }: RunState): Attributes {
  const pool = fleet.poolOf[event.agent]!
  const model = fleet.languageModels[pool]
  const provider = fleet.providers.get(pool)?.kind
  return {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': typeof provider === 'string' ? provider : 'simulated',
    'gen_ai.agent.id': agentId(fleet, event.agent),
    'gen_ai.agent.name': fleet.poolIds[pool]!,
    ...(model ? { 'gen_ai.request.model': model } : {}),
    'qaas.task.id': tasks.ids.get(event.task),
    'qaas.task.attempt': event.fence,
    ...(event.kind === 'judging' ? { 'qaas.judgement': true } : {}),
  }
}
