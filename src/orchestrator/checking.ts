/** Checks of answers that take time: a program's verdict, or the score of another agent. */
import type { OutcomeMessage } from '../agents/agent-message.ts'
import { failureRule } from '../agents/attempt-error.ts'
import type { AttemptRequest } from '../agents/provider.ts'
import { asText, judgeScore } from './acceptance.ts'
import { closeTask } from './dispatching.ts'
import { canPay } from './funds.ts'
import { judgementOf } from './judgement.ts'
import { priceNano } from './money.ts'
import { type RunContext, stamp } from './run-context.ts'
import { judgeKey } from './run-state.ts'
import { CHECKING } from './task-status.ts'

const JUDGE_OUTPUT_TOKENS = 200
const MAX_JUDGE_TRIES = 3

/** Keeps an accepted output for the children, and lets go of the parents' that nobody needs any more. */
export function keepOutput({ state, outputs }: RunContext, task: number, result: string): void {
  const { childStart, children, parentStart, parents } = state.instance.dependencies
  if (childStart[task]! < childStart[task + 1]!) outputs.keep(task, result)
  for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++) {
    const parent = parents[k]!
    const siblings = children.subarray(childStart[parent]!, childStart[parent + 1]!)
    if (siblings.every((child) => child === task || state.isFinal(child))) outputs.drop(parent)
  }
}

/** Checks a stored answer; also after a restart. */
export function startCheck(context: RunContext, task: number, result: string): void {
  const { settings } = context.checkOf(task)!
  context.outputs.holdUnchecked(task, result)
  if (settings.command === undefined) {
    startJudgement(context, task)
    return
  }
  context.pendingChecks += 1
  const input = asText(JSON.parse(result) as unknown)
  void context.runCheckCommand(settings.command, input, settings.timeoutMs).then((reason) =>
    context.post(() => {
      context.pendingChecks -= 1
      if (context.state.status[task] !== CHECKING) return
      if (reason !== undefined) conclude(context, task, reason)
      else if (settings.judge) startJudgement(context, task)
      else conclude(context, task, undefined)
    }),
  )
}

/** Asks the judge, if the budget can pay for it. */
export function startJudgement(context: RunContext, task: number): void {
  const { state, journal, bus, subjects } = context
  const agent = judgeAgent(context, task)
  const pool = state.instance.fleet.poolOf[agent]!
  const request = judgeRequest(context, task, agent)
  const inputTokens = Math.max(
    request.expected.inputTokens,
    context.providers[pool]!.worstInputTokens?.(request) ?? 0,
  )
  const hold = priceNano(state.instance, pool, { inputTokens, outputTokens: JUDGE_OUTPUT_TOKENS })
  if (!canPay(context, { waiter: judgementOf(task), pool }, hold)) return
  const fence = state.fence[task]!
  journal.record({ kind: 'judging', task, fence, agent, hold, at: stamp(context) })
  context.judgeTries.set(task, (context.judgeTries.get(task) ?? 0) + 1)
  context.heard.set(judgementOf(task), context.clock.now())
  const incarnation = context.incarnations.get(agent) ?? -1
  journal.afterwards(() =>
    bus.publish(subjects.agent(request.agentId), {
      kind: 'run',
      task: judgementOf(task),
      // Each try is an attempt of its own for the host.
      fence: fence * 10 + context.judgeTries.get(task)!,
      agent,
      incarnation,
      request,
      outcomes: subjects.outcomes,
    }),
  )
}

/** The judge's pool, its replicas in turn. */
function judgeAgent({ state, checkOf }: RunContext, task: number): number {
  const { fleet } = state.instance
  const pool = fleet.poolIds.indexOf(checkOf(task)!.settings.judge!.agent)
  return fleet.firstAgent[pool]! + (task % fleet.replicas[pool]!)
}

function judgeRequest(context: RunContext, task: number, agent: number): AttemptRequest {
  const { state, outputs, runId } = context
  const { tasks, fleet } = state.instance
  const { judge } = context.checkOf(task)!.settings
  const pool = fleet.poolOf[agent]!
  const text = [
    judge!.rubric,
    `Task: ${asText(tasks.inputs.get(task) ?? tasks.ids.get(task))}`,
    `Answer: ${asText(JSON.parse(outputs.unchecked(task)) as unknown)}`,
    'Reply with JSON only: {"score": a number from 0 to 1}',
  ].join('\n\n')
  return {
    attemptId: `${runId}.judge.${task}.${state.fence[task]}.${context.judgeTries.get(task) ?? 0}`,
    taskId: `judge of ${tasks.ids.get(task)}`,
    agentId: context.agentIds[agent]!,
    input: text,
    parents: [],
    expected: {
      inputTokens: tasks.inputTokens[task]! + tasks.outputTokens[task]! + Math.ceil(judge!.rubric.length / 3),
      outputTokens: JUDGE_OUTPUT_TOKENS,
      latencyMs: fleet.latencyMs[pool]!,
      quality: fleet.quality[pool * fleet.domains.length]!,
    },
    maxOutputTokens: JUDGE_OUTPUT_TOKENS,
  }
}

export function handleJudgement(context: RunContext, message: OutcomeMessage): void {
  const { state } = context
  const task = judgementOf(message.task)
  const judging = state.judging.get(task)
  const current = judging && judging.fence * 10 + (context.judgeTries.get(task) ?? 0) === message.fence
  if (!judging || !current) {
    context.counters.fenced += 1
    return
  }
  context.onOutcome?.(message)
  const { reply, failure } = message
  const pool = state.instance.fleet.poolOf[judging.agent]!
  const usage = reply?.usage ?? failure?.usage
  const free = failure !== undefined && failureRule(failure.reason).billed === 'no'
  const full = state.ledger.amount(judgeKey(task, judging.fence))
  const cost = usage ? priceNano(state.instance, pool, usage) : free ? 0 : full
  endJudgement(context, task, cost)
  const score = reply === undefined ? undefined : judgeScore(reply.output)
  if (score === undefined) {
    retryJudgement(context, task, failure?.message ?? 'the judge gave no score')
    return
  }
  const { minScore } = context.checkOf(task)!.settings.judge!
  conclude(context, task, score >= minScore ? undefined : `judged ${score}, needs ${minScore}`)
}

export function endJudgement(context: RunContext, task: number, cost: number): void {
  const { fence } = context.state.judging.get(task)!
  context.journal.record({ kind: 'judged', task, fence, cost, at: stamp(context) })
  context.heard.delete(judgementOf(task))
}

/** Ends a judgement whose bill will never come: a paid judge is taken to have cost its worst case. */
export function writeOffJudgement(context: RunContext, task: number): void {
  const { state, providers } = context
  const { agent, fence } = state.judging.get(task)!
  const { billing } = providers[state.instance.fleet.poolOf[agent]!]!
  endJudgement(context, task, billing === 'local' ? 0 : state.ledger.amount(judgeKey(task, fence)))
}

export function retryJudgement(context: RunContext, task: number, reason: string): void {
  if (context.cancelling) {
    closeTask(context, task, 'cancelled')
    return
  }
  if ((context.judgeTries.get(task) ?? 0) < MAX_JUDGE_TRIES) startJudgement(context, task)
  else conclude(context, task, `no judgement: ${reason}`)
}

/** Accepts the answer, or rejects it with the reason, which sends the task up the cascade. */
function conclude(context: RunContext, task: number, reason: string | undefined): void {
  const { state, journal, outputs } = context
  const result = outputs.unchecked(task)
  outputs.dropUnchecked(task)
  context.judgeTries.delete(task)
  const accepted = reason === undefined
  if (accepted) keepOutput(context, task, result)
  journal.record(
    { kind: 'checked', task, fence: state.fence[task]!, accepted, reason: reason ?? '', at: stamp(context) },
    accepted ? result : undefined,
  )
}
