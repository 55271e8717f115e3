/** Runs a share of the reads on one thread; the same reads give the same states on any thread. */
import { concatenated, type RunPort, type RunReply, type RunShare } from '../runs.ts'
import { multiRunner } from './multi-runner.ts'
import { rowsRunner } from './rows-runner.ts'
import { FINAL_DESCENT, type Prepared, type Runner } from './runner.ts'
import { spinRunner } from './spin-runner.ts'

export interface ReadsRequest extends RunShare {
  readonly prepared: Prepared
  readonly numRuns: number
  readonly numReads: number
  /** Four words of random state a run. */
  readonly seeds: Uint32Array
  /** Initial spins of the first reads; the others start at random. */
  readonly initial?: Int8Array
  readonly keep: 'best' | 'last'
  readonly wantsIncumbents: boolean
}

export interface ReadsReply extends RunReply {
  readonly sweepsDone: number
}

export interface IncumbentMessage {
  readonly energy: number
  readonly state: Int8Array
}

/**
 * Variable updates between two looks at the clock, some 10 ms. By work and not by time: where a read is cut decides
 * when its best state is looked at, and that must not depend on how busy the machine is.
 */
const SLICE_UPDATES = 100_000

export async function run(request: ReadsRequest, port: RunPort): Promise<ReadsReply> {
  const { prepared, numRuns, numReads, keep } = request
  const { n } = prepared
  const runner = createRunner(prepared, request.slot)
  const loop = createLoop(request, port, runner)
  const runs: number[] = []
  const parts: Int8Array[] = []
  for (let index = request.first; index < numRuns; index += request.step) {
    if (loop.stopped() && (runs.length > 0 || request.first > 0)) break
    const reads = Math.min(runner.lanes, numReads - index * runner.lanes)
    runner.begin(
      request.seeds.slice(4 * index, 4 * index + 4),
      givenStates(request, { index, reads, lanes: runner.lanes }),
    )
    await loop.anneal()
    const states = new Int8Array(reads * n)
    runner.write(states, keep)
    runs.push(index)
    parts.push(states)
    if (port.isInterrupted?.()) loop.stop()
  }
  return { runs, states: concatenated(parts), sweepsDone: loop.sweepsDone(), stopped: loop.stopped() }
}

/** The kernel's runner on state `slot` of a prepared model. */
export function createRunner(prepared: Prepared, slot: number): Runner {
  if (prepared.kind === 'multi-spin') return multiRunner(prepared, slot)
  return prepared.kind === 'rows' ? rowsRunner(prepared, slot) : spinRunner(prepared, slot)
}

/** The initial states given for the reads of one run. */
function givenStates(
  { prepared: { n }, initial }: ReadsRequest,
  { index, reads, lanes }: { index: number; reads: number; lanes: number },
): Int8Array | undefined {
  const given = initial?.subarray(index * lanes * n, (index * lanes + reads) * n)
  return given?.length ? given : undefined
}

/** The loop over sweeps in slices short enough to notice the clock, the signal and better states. */
function createLoop(request: ReadsRequest, port: RunPort, runner: Runner) {
  const deadline = port.now() + request.remainingMs
  let stopped = false
  let done = 0
  const perSlice = Math.max(1, Math.round(SLICE_UPDATES / Math.max(1, request.prepared.n)))
  let incumbent = Infinity
  const report = (): void => {
    const energy = runner.bestEnergy()
    if (!request.wantsIncumbents || energy >= incumbent) return
    incumbent = energy
    const state = new Int8Array(request.prepared.n)
    runner.writeBest(state)
    port.post({ energy, state } satisfies IncumbentMessage)
  }
  const isOver = (): boolean => (stopped ||= port.aborted() || port.now() >= deadline)
  return {
    stopped: () => stopped,
    stop: () => {
      stopped = true
    },
    sweepsDone: () => done,
    async anneal(): Promise<void> {
      const last = request.prepared.sweeps - (request.keep === 'last' ? FINAL_DESCENT : 0)
      for (let at = 0; at < last && !isOver(); ) {
        const to = Math.min(last, at + perSlice)
        runner.sweep(at, to)
        done += to - at
        at = to
        report()
        await port.breathe?.()
      }
      // A read cut off while hot ends in the local minimum below it.
      if (stopped && request.keep === 'best') {
        runner.sweep(last - FINAL_DESCENT, last)
        report()
      }
    },
  }
}
