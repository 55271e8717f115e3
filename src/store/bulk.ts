/** Steps of many tasks in one statement: a call into SQLite costs more than the row it changes. */
import type { Statements } from './statements.ts'
import type { TaskChange } from './store.ts'

/** Rows of one statement; more gain little. */
export const BULK_ROWS = 64

/** `(?, ?), (?, ?), ...`: the placeholders of a group, each row in the given shape. */
export function bulkValues(row: string): string {
  return Array.from({ length: BULK_ROWS }, () => row).join(', ')
}

type Lease = Extract<TaskChange, { readonly kind: 'lease' }>
type Completion = Extract<TaskChange, { readonly kind: 'complete' }>

const isFirstLease = (step: TaskChange | undefined): step is Lease =>
  step?.kind === 'lease' && step.fence === 1
const isFullCompletion = (step: TaskChange | undefined): step is Completion =>
  step?.kind === 'complete' && step.result !== undefined

/** The steps from `at` on that can go in groups: first leases, or completions with results. */
export function alikeFrom(
  steps: readonly TaskChange[],
  at: number,
): readonly Lease[] | readonly Completion[] {
  const isAlike = isFirstLease(steps[at]) ? isFirstLease : isFullCompletion
  let end = at
  while (isAlike(steps[end])) end += 1
  return steps.slice(at, end) as readonly Lease[] | readonly Completion[]
}

/** Takes whole groups from the front; returns how many steps were taken. A group that does not fit leaves no trace. */
export function bulkSteps(
  statements: Statements,
  queue: number,
  steps: readonly Lease[] | readonly Completion[],
): number {
  let taken = 0
  while (taken + BULK_ROWS <= steps.length) {
    const group = steps.slice(taken, taken + BULK_ROWS)
    statements.savepointBulk.run()
    const fits =
      group[0]!.kind === 'lease'
        ? leaseAll(statements, queue, group as Lease[])
        : completeAll(statements, queue, group as Completion[])
    if (!fits) statements.rollbackBulk.run()
    statements.releaseBulk.run()
    if (!fits) break
    taken += BULK_ROWS
  }
  return taken
}

function leaseAll(statements: Statements, queue: number, group: readonly Lease[]): boolean {
  const rows = group.flatMap(({ task, owner, until }) => [queue, task, owner, until])
  return statements.leaseNewBulk.run(rows).changes === BULK_ROWS
}

function completeAll(statements: Statements, queue: number, group: readonly Completion[]): boolean {
  const keys = group.flatMap(({ task, fence }) => [queue, task, fence])
  if (statements.completeBulk.run(keys).changes !== BULK_ROWS) return false
  statements.addResultBulk.run(group.flatMap(({ task, result }) => [queue, task, result]))
  return true
}
