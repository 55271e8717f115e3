/** When a run is over: every task final and every bill known, or nothing left that could still happen. */
import { QaasError } from '../errors.ts'
import { closeTask } from './dispatching.ts'
import { judgementOf } from './judgement.ts'
import { type RunContext, stamp } from './run-context.ts'
import { SHARED } from './starved.ts'

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
  if (awaitsOthersMoney(context) || state.orders < context.ordersSent) return
  for (const task of [...stuck]) closeTask(context, task, 'no-agent')
  const unpaid = starved.takeAll()
  for (const task of unpaid) closeTask(context, task < 0 ? judgementOf(task) : task, 'unaffordable')
  if (stuck.size + unpaid.length === 0 && state.remaining > 0 && context.journal.pending === 0)
    throw new QaasError('internal', `run "${context.runId}" stands still with ${state.remaining} tasks left`)
}

/** Whether other runs may give back some of the shared budget that tasks wait for; not for ever. */
function awaitsOthersMoney({ state, shared, starved, clock, tuning, idleSince = 0 }: RunContext): boolean {
  const mayCome = starved.waitsFor(SHARED) && shared.heldByOthers(state.runAccount.reserved) > 0
  return mayCome && clock.now() - idleSince < tuning.fateMs
}

/** Whether anything is under way that can bring the run forward. */
function isBusy({ state, delayed, parked, ...context }: RunContext): boolean {
  const { pendingChecks, recalling, replanning, inbox } = context
  const attempts = state.running.size + state.orphans.size + state.judging.size
  return (
    attempts + delayed.size + pendingChecks + recalling + inbox.size + state.newlyReady.length > 0 ||
    replanning.isUnderWay ||
    [...parked.values()].some((agents) => agents.size > 0)
  )
}
