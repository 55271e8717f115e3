/** Spreads the runs of the reads over threads and puts their states back in order; the same for any number of threads. */
import { mustStop, type RunContext } from '../../solve/context.ts'
import { LANES } from '../kernels/anneal-multi.ts'
import { type ReadsReply, type ReadsRequest, run } from './job.ts'
import type { Prepared } from './runner.ts'

/** Four words of random state a run. */
export function seedsOf(numRuns: number, { rng }: RunContext): Uint32Array {
  const seeds = new Uint32Array(4 * numRuns)
  for (let index = 0; index < numRuns; index++) seeds.set(rng.fork(index).state(), 4 * index)
  return seeds
}

/** All runs, on worker threads where there are several runs and threads. */
export async function runAll(
  request: Omit<ReadsRequest, 'slot' | 'first' | 'step' | 'remainingMs'>,
  {
    slots,
    context,
    onMessage,
  }: { slots: number; context: RunContext; onMessage: (message: unknown) => void },
): Promise<ReadsReply[]> {
  const { workers, now, deadline, signal, breathe } = context
  const share = (slot: number): ReadsRequest => ({
    ...request,
    slot,
    first: slot,
    step: slots,
    remainingMs: deadline - now(),
  })
  if (workers === undefined || slots === 1)
    return [await run(share(0), { post: onMessage, aborted: () => mustStop(context), now, breathe })]
  return Promise.all(
    Array.from({ length: slots }, (_, slot) =>
      workers.run<ReadsReply>('annealing-reads', share(slot), { signal, onMessage }),
    ),
  )
}

/** The states of all runs in the order of the runs, whatever thread did them. */
export function inOrder(replies: readonly ReadsReply[], prepared: Prepared, numReads: number): Int8Array {
  const { n } = prepared
  const lanes = prepared.kind === 'multi-spin' ? LANES : 1
  const parts = replies.flatMap(({ runs, states }) => {
    let at = 0
    return runs.map((index) => {
      const length = Math.min(lanes, numReads - index * lanes) * n
      at += length
      return { index, states: states.subarray(at - length, at) }
    })
  })
  parts.sort((a, b) => a.index - b.index)
  const all = new Int8Array(parts.reduce((sum, part) => sum + part.states.length, 0))
  let at = 0
  for (const { states } of parts) {
    all.set(states, at)
    at += states.length
  }
  return all
}
