/** Small orders to a live run; each is recorded with its number, so that it is carried out once. */
import { type RunContext, stamp } from './run-context.ts'

/** What the run may spend from now on, in nano-dollars, null for no limit. Lowering it stops new attempts only. */
export function setBudget(context: RunContext, limit: number | null, order: number): void {
  context.journal.record({ kind: 'budget', limit, order, at: stamp(context) })
  context.replanning.request('the budget was changed')
}

export function refuseOrder(context: RunContext, reason: string, order: number): void {
  context.journal.record({ kind: 'refused', reason, order, at: stamp(context) })
}
