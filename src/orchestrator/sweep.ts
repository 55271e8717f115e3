/** What a run looks after from time to time: silent attempts, bills that never came, spending away from the estimate. */
import { prepareAttempt, runMessage } from './attempt-request.ts'
import { retryJudgement, writeOffJudgement } from './checking.ts'
import { judgementOf } from './judgement.ts'
import { lose, settleOrphan, writeOff } from './outcomes.ts'
import { parentsKnown, recallParents } from './outputs.ts'
import type { RunContext } from './run-context.ts'
import type { Attempt } from './run-state.ts'

export function sweep(context: RunContext): void {
  sweepAttempts(context)
  sweepJudgements(context)
  checkDrift(context)
  sweepOrphans(context)
}

/** Renews the leases of attempts; asks after those long silent, gives up those not heard of for a lease. */
function sweepAttempts(context: RunContext): void {
  const { state, heard, tuning, clock, counters, journal } = context
  const now = clock.now()
  for (const attempt of state.running.values()) {
    const silentMs = now - (heard.get(attempt.task) ?? now)
    if (silentMs > tuning.leaseMs) {
      counters.leasesExpired += 1
      lose(context, attempt, true)
      // Should it still be at work somewhere, its place is wanted for others.
      const { task, fence } = attempt
      const subject = context.subjects.agent(context.agentIds[attempt.agent]!)
      journal.afterwards(() => context.bus.publish(subject, { kind: 'cancel', task, fence }))
      continue
    }
    journal.renew(attempt.task, attempt.fence)
    if (silentMs >= tuning.leaseMs / 3) resend(context, attempt)
  }
}

function sweepJudgements(context: RunContext): void {
  const { state, heard, tuning, clock } = context
  const now = clock.now()
  for (const task of [...state.judging.keys()]) {
    if (now - (heard.get(judgementOf(task)) ?? now) <= tuning.leaseMs) continue
    writeOffJudgement(context, task)
    retryJudgement(context, task, 'the judge fell silent')
  }
}

/** Takes bills that did not come in time to be the worst case. */
function sweepOrphans(context: RunContext): void {
  const { state, tuning, clock } = context
  const fateMs = state.remaining === 0 ? Math.min(tuning.fateMs, tuning.leaseMs) : tuning.fateMs
  for (const [key, orphan] of [...state.orphans])
    if (clock.now() - (context.orphanedAt.get(key) ?? 0) > fateMs)
      settleOrphan(context, orphan, writeOff(context, orphan))
}

/** Asks for a new plan when what is done has cost clearly more than was counted on. */
function checkDrift(context: RunContext): void {
  const { plannedNano, spentNano, driftSeen, tuning } = context
  if (plannedNano === 0) return
  const drift = spentNano / plannedNano - 1
  if (drift < driftSeen + tuning.driftShare) return
  context.driftSeen = drift
  context.replanning.request(`spending is ${Math.round(drift * 100)} % above the estimate`)
}

/** Asks again after an attempt: its host says once more how it ended, or goes on with it. */
export function resend(context: RunContext, attempt: Attempt): void {
  const { task, fence, agent } = attempt
  if (!parentsKnown(context, task)) {
    recallParents(context, task, () => {
      if (context.state.running.get(task)?.fence === fence) resend(context, attempt)
    })
    return
  }
  const { bus, subjects, counters } = context
  counters.resent += 1
  const { request } = prepareAttempt(context, task, agent)
  context.recalled.delete(task)
  const attemptId = `${context.runId}.${task}.${fence}`
  bus.publish(
    subjects.agent(request.agentId),
    runMessage(context, { task, fence, agent }, { ...request, attemptId }),
  )
}
