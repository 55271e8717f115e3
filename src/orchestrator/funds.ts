/** Whether the budgets can pay for an attempt now, and what waits until they can. */
import { judgementOf } from './judgement.ts'
import type { RunContext } from './run-context.ts'
import { SHARED } from './starved.ts'

/**
 * Whether every budget the task falls under has `hold` free on this pool; if not, the task (negative: its judgement)
 * is kept until the budget that was short has.
 */
export function canPay(
  context: RunContext,
  { waiter, pool }: { readonly waiter: number; readonly pool: number },
  hold: number,
): boolean {
  const { state, starved } = context
  const task = waiter < 0 ? judgementOf(waiter) : waiter
  const short = state.ledger.firstShort(state.scopes(task, pool), hold)
  if (short === undefined && hold <= freeOf(context, SHARED)) return true
  starved.add(waiter, short ?? SHARED, hold)
  return false
}

/** Nano-dollars free in an account of the run, or in the budget shared with other runs. */
export function freeOf({ state, shared, journal }: RunContext, account: number): number {
  return account === SHARED ? shared.free(journal.uncommitted) : state.ledger.free(account)
}
