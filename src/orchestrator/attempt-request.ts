/** Builds what an agent is given for one attempt, and says what that can cost at most. */
import type { RunMessage } from '../agents/agent-message.ts'
import type { AgentProvider, AttemptRequest } from '../agents/provider.ts'
import type { Instance } from '../model/instance.ts'
import { pairLatencyMs, pairQuality } from '../model/pair.ts'
import { worstCaseNano } from './money.ts'
import { parentOutput } from './outputs.ts'
import type { RunContext } from './run-context.ts'

/** Output tokens an attempt may produce when neither the task nor its input says. */
const DEFAULT_MAX_OUTPUT_TOKENS = 1024

interface Pair {
  readonly task: number
  readonly pool: number
}

export interface Prepared {
  readonly request: AttemptRequest
  /** Nano-dollars it can cost at most. */
  readonly hold: number
}

/** The next attempt of the task on this agent; the outputs of its parents must be known. */
export function prepareAttempt(context: RunContext, task: number, agent: number): Prepared {
  const { instance, fence } = context.state
  const pool = instance.fleet.poolOf[agent]!
  const request: AttemptRequest = {
    ...plainRequest(instance, { task, pool }),
    attemptId: `${context.runId}.${task}.${fence[task]! + 1}`,
    agentId: context.agentIds[agent]!,
    parents: parentsOf(context, task),
  }
  return { request, hold: holdOf(instance, { task, pool }, { request, provider: context.providers[pool]! }) }
}

/** What every attempt of the task on this pool is given, whoever makes it and whatever came before it. */
export function plainRequest(instance: Instance, { task, pool }: Pair): AttemptRequest {
  const { tasks, fleet } = instance
  return {
    attemptId: '',
    taskId: tasks.ids.get(task),
    agentId: fleet.poolIds[pool]!,
    input: tasks.inputs.get(task) ?? null,
    parents: [],
    expected: {
      inputTokens: tasks.inputTokens[task]!,
      outputTokens: tasks.outputTokens[task]!,
      latencyMs: pairLatencyMs(instance, task, pool),
      quality: pairQuality(instance, task, pool),
    },
    maxOutputTokens: maxOutputTokens(instance, task),
  }
}

/** The most an attempt can cost, in nano-dollars. */
export function holdOf(
  instance: Instance,
  pair: Pair,
  { request, provider }: { readonly request: AttemptRequest; readonly provider: AgentProvider },
): number {
  const { expected } = request
  const inputTokens = Math.max(expected.inputTokens, provider.worstInputTokens?.(request) ?? 0)
  // A local agent is not billed by the token, so its worst case is what the plan says.
  const outputTokens = provider.billing === 'local' ? expected.outputTokens : request.maxOutputTokens
  return worstCaseNano(instance, pair, { inputTokens, outputTokens })
}

export function runMessage(
  context: RunContext,
  attempt: { task: number; fence: number; agent: number },
  request: AttemptRequest,
): RunMessage {
  const incarnation = context.sentTo.get(attempt.task) ?? -1
  return { kind: 'run', ...attempt, incarnation, request, outcomes: context.subjects.outcomes }
}

function maxOutputTokens({ tasks }: Instance, task: number): number {
  const input = tasks.inputs.get(task)
  const own =
    typeof input === 'object' && input !== null && 'maxOutputTokens' in input
      ? input.maxOutputTokens
      : undefined
  if (typeof own === 'number' && own > 0) return own
  return tasks.outputTokens[task]! > 0 ? tasks.outputTokens[task]! : DEFAULT_MAX_OUTPUT_TOKENS
}

function parentsOf(context: RunContext, task: number): AttemptRequest['parents'] {
  const { dependencies, tasks } = context.state.instance
  const [from, to] = [dependencies.parentStart[task]!, dependencies.parentStart[task + 1]!]
  if (from === to) return []
  return [...dependencies.parents.subarray(from, to)].map((parent) => ({
    taskId: tasks.ids.get(parent),
    output: JSON.parse(parentOutput(context, task, parent)) as unknown,
  }))
}
