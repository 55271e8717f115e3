/** What has become of a run's attempts, counted from its log: the same for a live run, a resumed one and its report. */
import type { RunEvent } from './run-event.ts'

export interface Tally {
  /** Attempts begun; judgements are not among them. */
  attempts: number
  /** Attempts that ended without an answer: by an error, in silence, or with the process that ran them. */
  failures: number
  /** Answers that were not accepted. */
  rejections: number
  /** Attempts given back without blame: the provider asked to wait (HTTP 429), or they were cancelled. */
  returned: number
  replans: number
}

export function zeroTally(): Tally {
  return { attempts: 0, failures: 0, rejections: 0, returned: 0, replans: 0 }
}

export function countEvent(tally: Tally, event: RunEvent): void {
  if (event.kind === 'started') tally.attempts += 1
  else if (event.kind === 'lost') tally.failures += 1
  else if (event.kind === 'replanned') tally.replans += 1
  else if (event.kind === 'checked') tally.rejections += event.accepted ? 0 : 1
  else if (event.kind !== 'ended') return
  else if (event.cause === 'failed') tally.failures += 1
  else if (event.cause === 'rejected') tally.rejections += 1
  else if (event.cause === 'returned') tally.returned += 1
}
