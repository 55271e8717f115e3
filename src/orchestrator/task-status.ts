/** The states of a task in a run, as numbers for columns, and the one each cause of closing leads to. */
import type { CloseCause } from './run-event.ts'

/** Task states; everything from `DONE` on is final. */
export const WAITING = 0
export const READY = 1
export const RUNNING = 2
/** An answer is there and being checked. */
export const CHECKING = 3
export const DONE = 4
export const FAILED = 5
export const SKIPPED = 6
export const CANCELLED = 7
export const STATUS_NAMES = [
  'waiting',
  'ready',
  'running',
  'checking',
  'done',
  'failed',
  'skipped',
  'cancelled',
] as const

export const CLOSED_STATUS: Record<CloseCause, number> = {
  quarantined: FAILED,
  rejected: FAILED,
  unaffordable: FAILED,
  'no-agent': FAILED,
  unassigned: FAILED,
  'provider-down': FAILED,
  skipped: SKIPPED,
  cancelled: CANCELLED,
}
