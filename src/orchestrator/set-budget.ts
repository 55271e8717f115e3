/** Changes what a live run may spend. */
import { type RunContext, stamp } from './run-context.ts'

/** `limit` in nano-dollars, null for none. Lowering it stops new attempts only; a changed one asks for a new plan. */
export function setBudget(context: RunContext, limit: number | null): void {
  const { state, journal, replanning } = context
  if (state.runAccount.limit === (limit ?? Infinity)) return
  journal.record({ kind: 'budget', limit, at: stamp(context) })
  replanning.request('the budget was changed')
}
