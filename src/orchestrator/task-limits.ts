/** The budgets that tasks name for themselves. */
import { toNano } from './money.ts'
import type { TaskLimits } from './run-files.ts'

/** In nano-dollars, from the `budgetUsd` of the accept settings. */
export const taskLimits: TaskLimits = (instance) => {
  const limits = new Map<number, number>()
  for (const [task, accept] of instance.tasks.accepts) {
    const { budgetUsd } = accept as { budgetUsd?: unknown }
    if (typeof budgetUsd === 'number' && budgetUsd >= 0) limits.set(task, toNano(budgetUsd))
  }
  return limits
}
