/** What the outside world hands to a solver or sampler: randomness, time, interruption and workers. */
import type { Rng } from '../numeric/rng.ts'

/** The part of an AbortSignal that the pure half may know. */
export interface Signal {
  readonly aborted: boolean
}

/**
 * Runs named jobs on other threads. The job table is `src/platform/jobs.ts`; payloads and results must survive
 * structured cloning. Aborting `signal` makes the job return its best result so far, it does not reject.
 */
export interface Workers {
  /** How many jobs run at once. */
  readonly size: number
  run<Result>(
    job: string,
    payload: unknown,
    options?: {
      readonly signal?: Signal
      /** Messages the job posts while it runs, in order. */
      readonly onMessage?: (message: unknown) => void
      /** For jobs that cannot look at their signal at all times. */
      readonly giveUp?: GiveUp<Result>
    },
  ): Promise<Result>
}

/** When a job has not returned `graceMs` after it should have, its thread is ended and `result` stands for its own. */
export interface GiveUp<Result> {
  readonly timeLimitMs: number
  readonly graceMs: number
  readonly result: Result
}

export interface RunContext {
  readonly rng: Rng
  /** Milliseconds from an arbitrary origin, monotone. */
  readonly now: () => number
  /** Value of `now()` after which the run must return its best result; Infinity for none. */
  readonly deadline: number
  /** True once the user interrupted; checked at least every 50 ms of work, together with the deadline. */
  readonly signal: Signal
  /** Lets timers and interrupts of the host run; awaited between slices of at most 50 ms of work. */
  readonly breathe: () => Promise<void>
  /** Absent where there are no threads; results do not depend on their number. */
  readonly workers?: Workers
}

/** True when the run must return now. */
export function mustStop(context: Pick<RunContext, 'signal' | 'now' | 'deadline'>): boolean {
  return context.signal.aborted || context.now() >= context.deadline
}
