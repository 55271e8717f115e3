/** Spreads independent runs over threads and puts their states back in order; the same for any number of threads. */
import { mustStop } from '../solve/context.ts'
import type { SampleContext } from '../solve/sampler.ts'

/** The part of a job's request that says which runs it does: `first`, `first + step`, ... below `numRuns`. */
export interface RunShare {
  /** Which state of the arena this thread may use. */
  readonly slot: number
  readonly first: number
  readonly step: number
  readonly remainingMs: number
}

/** What a job may do besides computing. */
export interface RunPort {
  readonly post: (message: unknown) => void
  readonly aborted: () => boolean
  /** The user's own condition, asked between runs. */
  readonly isInterrupted?: () => boolean
  readonly now: () => number
  /** Awaited between slices on threads that must stay responsive. */
  readonly breathe?: () => Promise<void>
}

export interface RunReply {
  /** Runs done, in order; a run stopped in the middle counts. */
  readonly runs: readonly number[]
  /** States of all reads of those runs, one after the other. */
  readonly states: Int8Array
  readonly stopped: boolean
}

export interface RunPlan<Request extends RunShare, Reply extends RunReply> {
  /** Name in the table of jobs. */
  readonly job: string
  /** The same job for this thread. */
  readonly run: (request: Request, port: RunPort) => Promise<Reply>
  readonly request: Omit<Request, keyof RunShare>
  /** How many threads may run at once: the states in the arena. */
  readonly slots: number
  readonly onMessage: (message: unknown) => void
  /** Only with one slot: a function cannot travel to other threads. */
  readonly isInterrupted?: () => boolean
}

/** All runs, on worker threads where there are several runs and threads. */
export async function runAll<Request extends RunShare, Reply extends RunReply>(
  { job, run, request, slots, onMessage, isInterrupted }: RunPlan<Request, Reply>,
  { workers, now, deadline, signal, breathe }: SampleContext,
): Promise<Reply[]> {
  const share = (slot: number): Request =>
    ({ ...request, slot, first: slot, step: slots, remainingMs: deadline - now() }) as unknown as Request
  if (workers === undefined || slots === 1) {
    const aborted = (): boolean => mustStop({ now, deadline, signal })
    const port = { post: onMessage, aborted, now, breathe }
    return [await run(share(0), isInterrupted ? { ...port, isInterrupted } : port)]
  }
  return Promise.all(
    Array.from({ length: slots }, (_, slot) => workers.run<Reply>(job, share(slot), { signal, onMessage })),
  )
}

/** The states of all runs in the order of the runs; each run has `lanes` reads of `n` values, the last one fewer. */
export function inOrder(
  replies: readonly RunReply[],
  { n, lanes, numReads }: { n: number; lanes: number; numReads: number },
): Int8Array {
  const parts = replies.flatMap(({ runs, states }) => {
    let at = 0
    return runs.map((index) => {
      const length = Math.min(lanes, numReads - index * lanes) * n
      at += length
      return { index, states: states.subarray(at - length, at) }
    })
  })
  parts.sort((a, b) => a.index - b.index)
  return concatenated(parts.map((part) => part.states))
}

export function concatenated(parts: readonly Int8Array[]): Int8Array {
  const all = new Int8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Four words of random state a run, independent of how the runs are spread. */
export function seedsOf(numRuns: number, { rng }: SampleContext): Uint32Array {
  const seeds = new Uint32Array(4 * numRuns)
  for (let index = 0; index < numRuns; index++) seeds.set(rng.fork(index).state(), 4 * index)
  return seeds
}
