/** Brings back what waited for money. */
import { retryJudgement } from './checking.ts'
import { freeOf } from './funds.ts'
import { judgementOf } from './judgement.ts'
import type { RunContext } from './run-context.ts'

/** Lets tasks that a budget could not pay for try again once enough is free. */
export function feedStarved(context: RunContext): void {
  const { state, starved } = context
  if (starved.size === 0) return
  for (const task of starved.takeFed((account) => freeOf(context, account))) {
    if (task < 0) retryJudgement(context, judgementOf(task), 'unaffordable')
    else state.newlyReady.push(task)
  }
}
