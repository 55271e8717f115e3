/** When a run is over: every task final and every bill known, or nothing left that could still happen. */
import { QaasError } from '../errors.ts'
import { judgementOf } from './checking.ts'
import { closeTask } from './dispatching.ts'
import { type RunContext, stamp } from './run-context.ts'

/** Ends the run when all is done and paid for; says whether it did. */
export function settleIfOver(context: RunContext): boolean {
  const { state, journal } = context
  const open = state.remaining + state.orphans.size + state.judging.size
  if (open > 0 || state.outcome !== 'open') return false
  const status = context.cancelling ? 'cancelled' : 'finished'
  journal.record({ kind: 'finished', status, at: stamp(context) })
  return true
}

/** Nothing runs and nothing will: what is left cannot be paid for, or has no agent. */
export function giveUpIfIdle(context: RunContext, lookAgainAfter: (delayMs: number) => void): void {
  const { state, clock, tuning, stuck, starved } = context
  if (state.remaining === 0 || isBusy(context)) {
    context.idleSince = undefined
    return
  }
  context.idleSince ??= clock.now()
  if (stuck.size > 0 && clock.now() - context.idleSince < tuning.patienceMs) {
    lookAgainAfter(tuning.patienceMs)
    return
  }
  for (const task of [...stuck]) closeTask(context, task, 'no-agent')
  for (const task of [...starved]) {
    starved.delete(task)
    closeTask(context, task < 0 ? judgementOf(task) : task, 'unaffordable')
  }
  if (stuck.size + starved.size === 0 && state.remaining > 0 && context.journal.pending === 0)
    throw new QaasError('internal', `run "${context.runId}" stands still with ${state.remaining} tasks left`)
}

/** Whether anything is under way that can bring the run forward. */
function isBusy({ state, delayed, parked, pendingChecks, replanning, inbox }: RunContext): boolean {
  const attempts = state.running.size + state.orphans.size + state.judging.size
  return (
    attempts + delayed.size + pendingChecks + inbox.size + state.newlyReady.length > 0 ||
    replanning.isUnderWay ||
    [...parked.values()].some((agents) => agents.size > 0)
  )
}
