/** Builds what an agent is given for one attempt, and says what that can cost at most. */
import type { RunMessage } from '../agents/agent-message.ts'
import type { AttemptRequest } from '../agents/provider.ts'
import { pairLatencyMs, pairQuality } from '../model/pair.ts'
import { worstCaseNano } from './money.ts'
import type { RunContext } from './run-context.ts'

/** Output tokens an attempt may produce when neither the task nor its input says. */
const DEFAULT_MAX_OUTPUT_TOKENS = 1024

function maxOutputTokens(context: RunContext, task: number): number {
  const { tasks } = context.state.instance
  const input = tasks.inputs.get(task)
  const own =
    typeof input === 'object' && input !== null && 'maxOutputTokens' in input
      ? input.maxOutputTokens
      : undefined
  if (typeof own === 'number' && own > 0) return own
  return tasks.outputTokens[task]! > 0 ? tasks.outputTokens[task]! : DEFAULT_MAX_OUTPUT_TOKENS
}

function parentsOf({ state, outputs }: RunContext, task: number): AttemptRequest['parents'] {
  const { dependencies, tasks } = state.instance
  const [from, to] = [dependencies.parentStart[task]!, dependencies.parentStart[task + 1]!]
  if (from === to) return []
  return [...dependencies.parents.subarray(from, to)].map((parent) => ({
    taskId: tasks.ids.get(parent),
    output: JSON.parse(outputs.get(parent) ?? 'null') as unknown,
  }))
}

export interface Prepared {
  readonly request: AttemptRequest
  readonly hold: number
}

export function prepareAttempt(context: RunContext, task: number, agent: number): Prepared {
  const { instance, fence } = context.state
  const { tasks, fleet } = instance
  const pool = fleet.poolOf[agent]!
  const provider = context.providers[pool]!
  const outputLimit = maxOutputTokens(context, task)
  const request: AttemptRequest = {
    attemptId: `${context.runId}.${task}.${fence[task]! + 1}`,
    taskId: tasks.ids.get(task),
    agentId: context.agentIds[agent]!,
    input: tasks.inputs.get(task) ?? null,
    parents: parentsOf(context, task),
    expected: {
      inputTokens: tasks.inputTokens[task]!,
      outputTokens: tasks.outputTokens[task]!,
      latencyMs: pairLatencyMs(instance, task, pool),
      quality: pairQuality(instance, task, pool),
    },
    maxOutputTokens: outputLimit,
  }
  const inputTokens = Math.max(request.expected.inputTokens, provider.worstInputTokens?.(request) ?? 0)
  // A local agent is not billed by the token, so its worst case is what the plan says.
  const outputTokens = provider.billing === 'local' ? request.expected.outputTokens : outputLimit
  return { request, hold: worstCaseNano(instance, { task, pool }, { inputTokens, outputTokens }) }
}

export function runMessage(
  context: RunContext,
  attempt: { task: number; fence: number; agent: number },
  request: AttemptRequest,
): RunMessage {
  const incarnation = context.sentTo.get(attempt.task) ?? -1
  return { kind: 'run', ...attempt, incarnation, request, outcomes: context.subjects.outcomes }
}
