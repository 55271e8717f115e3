/** Brings back what waited for money. */
import { judgementOf, retryJudgement } from './checking.ts'
import type { RunContext } from './run-context.ts'

/** Lets tasks that the budget could not pay for try again once enough is free. */
export function feedStarved(context: RunContext): void {
  const { state, starved } = context
  if (starved.size === 0) return
  const { limit, settled, reserved } = state.runAccount
  if (limit - settled - reserved < context.leastStarved) return
  const tasks = [...starved]
  starved.clear()
  context.leastStarved = Infinity
  for (const task of tasks) {
    if (task < 0) retryJudgement(context, judgementOf(task), 'unaffordable')
    else state.newlyReady.push(task)
  }
}
