/** What follows when an attempt ends, fails, is rejected or is never heard of again. */
import type { OutcomeMessage } from '../agents/agent-message.ts'
import { type AttemptFailure, failureRule } from '../agents/attempt-error.ts'
import type { Usage } from '../agents/provider.ts'
import { pairMoneyUsd } from '../model/pair.ts'
import type { Breaker } from './breaker.ts'
import { keepOutput, startCheck } from './checking.ts'
import { closeTask, place, unpark } from './dispatching.ts'
import { nextAgent } from './fallback.ts'
import { actualNano, toNano } from './money.ts'
import { type RunContext, stamp } from './run-context.ts'
import { type Attempt, holdKey } from './run-state.ts'
import { READY } from './task-status.ts'

/** Characters kept of what a provider says of a failure. */
const MAX_DETAIL = 200

/** Takes an outcome from the bus: of the current attempt, of one given up, or of one long settled. */
export function handleOutcome(context: RunContext, message: OutcomeMessage): void {
  const { state } = context
  const { task, fence } = message
  const attempt = state.running.get(task)
  if (attempt?.fence === fence) {
    finishAttempt(context, attempt, message)
    return
  }
  if (fence <= (state.fence[task] ?? 0)) context.counters.fenced += 1
  const orphan = state.orphans.get(holdKey(task, fence))
  if (orphan) settleOrphan(context, orphan, costOf(context, orphan, message))
}

export function settleOrphan(context: RunContext, orphan: Attempt, cost: number): void {
  const { task, fence } = orphan
  context.journal.record({ kind: 'billed', task, fence, cost, at: stamp(context) })
  context.orphanedAt.delete(holdKey(task, fence))
}

/** What the bill of an attempt nobody will hear of again is taken to be. */
export function writeOff(context: RunContext, { task, fence, agent }: Attempt): number {
  const { state, providers } = context
  const { billing } = providers[state.instance.fleet.poolOf[agent]!]!
  return billing === 'local' ? 0 : state.ledger.amount(holdKey(task, fence))
}

function costOf(context: RunContext, attempt: Attempt, { reply, failure }: OutcomeMessage): number {
  const { state } = context
  const pair = { task: attempt.task, pool: state.instance.fleet.poolOf[attempt.agent]! }
  const usage: Usage | undefined = reply?.usage ?? failure?.usage
  if (usage !== undefined)
    return usage.inputTokens === 0 && usage.outputTokens === 0 && failure
      ? 0
      : actualNano(state.instance, pair, usage)
  if (reply !== undefined) return state.ledger.amount(holdKey(attempt.task, attempt.fence))
  return failure && failureRule(failure.reason).billed === 'no' ? 0 : writeOff(context, attempt)
}

function finishAttempt(context: RunContext, attempt: Attempt, message: OutcomeMessage): void {
  const { state, journal, dirty } = context
  const { task, fence, agent } = attempt
  const pool = state.instance.fleet.poolOf[agent]!
  const cost = costOf(context, attempt, message)
  context.onOutcome?.(message)
  context.heard.delete(task)
  context.sentTo.delete(task)
  context.spentNano += cost
  dirty.add(agent)
  if (message.failure) {
    fail(context, attempt, { failure: message.failure, cost })
    return
  }
  const breaker = context.breakers[pool]!
  breaker.succeeded()
  unpark(context, pool)
  context.plannedNano += toNano(pairMoneyUsd(state.instance, task, pool))
  const result = JSON.stringify(message.reply!.output)
  const ended = { kind: 'ended', task, fence, cost, retryAt: 0, at: stamp(context) } as const
  const check = context.checkOf(task)
  const reason = check?.quick(message.reply!.output)
  if (reason !== undefined) {
    journal.record({ ...ended, cause: 'rejected', reason })
    return
  }
  if (check?.needsMore) {
    journal.put(`output/${context.runId}/${task}`, result)
    journal.record({ ...ended, cause: 'unchecked', reason: '' })
    startCheck(context, task, result)
    return
  }
  keepOutput(context, task, result)
  journal.record({ ...ended, cause: 'accepted', reason: '' }, result)
}

function fail(
  context: RunContext,
  { task, fence, agent }: Attempt,
  { failure, cost }: { failure: AttemptFailure; cost: number },
): void {
  const { state, journal, clock } = context
  const pool = state.instance.fleet.poolOf[agent]!
  const rule = failureRule(failure.reason)
  const breaker = context.breakers[pool]!
  const limited = failure.reason === 'rate-limited'
  const given = limited || failure.reason === 'cancelled' || failure.reason === 'host-restarted'
  const delayMs = limited
    ? breaker.refused(clock.now(), failure.retryAfterMs) - clock.now()
    : backoff(context, state.tries[task]!)
  const retries = given || rule.retryable
  const at = stamp(context)
  journal.record({
    kind: 'ended',
    task,
    fence,
    cause: given ? 'returned' : 'failed',
    cost,
    reason: failure.reason,
    retryAt: retries && !context.cancelling ? at + Math.round(delayMs) : 0,
    at,
    detail: failure.message.slice(0, MAX_DETAIL),
  })
  if (rule.unhealthy) trip(context, pool)
  else if (!limited) breaker.ended()
  unpark(context, pool)
  if (rule.fatal) for (const other of agentsOf(context, pool)) setAgent(context, other, false, failure.reason)
  if (given && !context.cancelling) delay(context, task, delayMs)
  else if (!given) afterFailure(context, task, { retryable: rule.retryable, delayMs })
}

function agentsOf({ state }: RunContext, pool: number): number[] {
  const { firstAgent } = state.instance.fleet
  return Array.from({ length: firstAgent[pool + 1]! - firstAgent[pool]! }, (_, k) => firstAgent[pool]! + k)
}

/** Counts against the pool's health; a pool that stays broken loses the tasks that wait for it. */
function trip(context: RunContext, pool: number): void {
  const breaker = context.breakers[pool]!
  if (!breaker.failed(context.clock.now()) || breaker.failedTrials === 0) return
  for (const agent of agentsOf(context, pool)) evacuate(context, agent)
  if (isGivenUp(context, breaker)) abandon(context, pool)
  context.replanning.request(`provider of "${context.state.instance.fleet.poolIds[pool]}" is down`)
}

/** Trials of a provider that must have failed before it is given up, however slowly it fails. */
const LEAST_TRIALS = 3

/** Whether the provider has failed for so long that its tasks are better reported than tried for ever. */
function isGivenUp({ clock, tuning }: RunContext, breaker: Breaker): boolean {
  const limitMs = breaker.hasWorked ? tuning.outageMs : tuning.unreachableMs
  return breaker.failedTrials >= LEAST_TRIALS && breaker.failingMs(clock.now()) >= limitMs
}

/** Closes the ready tasks of a pool that no other can do; "qaas resume" tries them again. */
function abandon(context: RunContext, pool: number): void {
  const { state } = context
  const { poolOf } = state.instance.fleet
  for (let task = 0; task < state.status.length; task++) {
    const agent = state.agentOf[task]!
    if (state.status[task] !== READY || agent < 0 || poolOf[agent] !== pool) continue
    const other = nextAgent(state, task, (open) => context.breakers[open]!.failedTrials === 0)
    if (other < 0) closeTask(context, task, 'provider-down')
  }
}

/** Offers the tasks waiting in the agent's queue to others; those nobody else can take stay. */
function evacuate(context: RunContext, agent: number): void {
  const { state, queues, priority, journal } = context
  const kept: number[] = []
  for (let task = queues[agent]!.pop(priority); task !== undefined; task = queues[agent]!.pop(priority)) {
    if (state.status[task] !== READY || state.agentOf[task] !== agent) continue
    const other = nextAgent(state, task, (pool) => context.breakers[pool]!.failedTrials === 0)
    if (other < 0) kept.push(task)
    else journal.record({ kind: 'moved', task, agent: other, cause: 'agent-down', at: stamp(context) })
  }
  for (const task of kept) queues[agent]!.push(task, priority)
}

/** Retries, asks another agent, or gives the task up. */
function afterFailure(context: RunContext, task: number, how: { retryable: boolean; delayMs: number }): void {
  const { state, tuning } = context
  if (context.cancelling || state.isFinal(task)) return
  const failedOn = state.failedOn.get(task)?.size ?? 0
  if (failedOn >= tuning.quarantineAfter || state.fence[task]! >= 1000) {
    closeTask(context, task, 'quarantined')
    return
  }
  const tries = state.tries[task]!
  if (how.retryable && tries < tuning.triesPerAgent) {
    delay(context, task, how.delayMs)
    return
  }
  const other = nextAgent(state, task, (pool) => context.breakers[pool]!.failedTrials === 0)
  if (other >= 0) {
    place(context, task, 'fallback')
    return
  }
  if (how.retryable && tries < tuning.triesWithoutAlternative) {
    delay(context, task, how.delayMs)
    return
  }
  closeTask(context, task, failedOn > 1 || how.retryable ? 'quarantined' : 'no-agent')
}

/** Full jitter around a doubling wait: half to one and a half of it. */
export function backoff({ tuning, rng }: RunContext, tries: number): number {
  return Math.min(tuning.maxBackoffMs, tuning.backoffMs * 2 ** Math.min(tries, 20)) * (0.5 + rng.nextFloat())
}

function delay(context: RunContext, task: number, delayMs: number): void {
  context.delayed.add(task)
  context.clock.after(delayMs, () =>
    context.post(() => {
      if (context.delayed.delete(task)) context.state.newlyReady.push(task)
    }),
  )
}

/** Marks an agent up or down; a down agent's attempts are given up and its tasks offered to others. */
export function setAgent(context: RunContext, agent: number, up: boolean, reason: string): void {
  const { state } = context
  if ((state.up[agent] === 1) === up) return
  if (up) {
    standUp(context, agent, reason)
    return
  }
  standDown(context, agent, reason)
  for (const attempt of state.running.values()) if (attempt.agent === agent) lose(context, attempt, true)
}

/** The agent may have tasks again, unless it was taken out of the fleet. */
export function standUp(context: RunContext, agent: number, reason: string): void {
  const { state, journal } = context
  if (state.retired[agent] === 1) return
  journal.record({ kind: 'agent', agent, up: true, reason, at: stamp(context) })
  for (const task of context.stuck) state.newlyReady.push(task)
  context.dirty.add(agent)
}

/** The agent gets nothing more and its waiting tasks go to others; what it is doing it may end. */
export function standDown(context: RunContext, agent: number, reason: string): void {
  const { state, journal, priority } = context
  journal.record({ kind: 'agent', agent, up: false, reason, at: stamp(context) })
  const queue = context.queues[agent]!
  for (let task = queue.pop(priority); task !== undefined; task = queue.pop(priority))
    state.newlyReady.push(task)
  context.replanning.request(`agent "${context.agentIds[agent]}" is down: ${reason}`)
}

/** Gives an attempt up: its answer will be fenced off, its hold stays until its bill is known. */
export function lose(context: RunContext, { task, fence, agent }: Attempt, blame: boolean): void {
  const { state, journal, clock } = context
  journal.record({ kind: 'lost', task, fence, blame, at: stamp(context) })
  context.heard.delete(task)
  context.sentTo.delete(task)
  context.orphanedAt.set(holdKey(task, fence), clock.now())
  context.dirty.add(agent)
  const pool = state.instance.fleet.poolOf[agent]!
  context.breakers[pool]!.ended()
  unpark(context, pool)
  if (blame) afterFailure(context, task, { retryable: true, delayMs: backoff(context, state.tries[task]!) })
}
