/** Whether the budgets can pay for an attempt now, and what waits until they can. */
import type { RunContext } from './run-context.ts'

/** Keeps a task (negative: a judgement) that no budget can pay for now, until enough is free. */
export function starve(context: RunContext, task: number, hold: number): void {
  context.starved.add(task)
  context.leastStarved = Math.min(context.leastStarved, hold)
}
