/** Prepares and runs 128 reads at a time on the multi-spin kernel. */
import {
  COUNT_PLANES,
  LANES,
  MAX_MULTI_DEGREE,
  type MultiState,
  multiKernel,
  readCounts,
} from '../kernels/anneal-multi.ts'
import { ARENA_START, type Columns, carve, createArena, sizeOf } from '../kernels/arena.ts'
import { fillThresholds, THRESHOLDS } from '../kernels/thresholds.ts'
import type { Ising } from './ising.ts'
import {
  FINAL_DESCENT,
  fillTemperatures,
  type Preparation,
  type Prepared,
  type Runner,
  startSpins,
} from './runner.ts'

/** The best states are looked for at this many moments of the second half of a run, and at its end. */
const CHECKPOINTS = 8

const modelColumns = ({ n, entries, sweeps }: Pick<Prepared, 'n' | 'entries' | 'sweeps'>) =>
  ({
    rowStart: ['i32', n + 2],
    positive: ['i32', n + 1],
    degree: ['i32', n + 1],
    targets: ['i32', entries],
    thresholds: ['f32', THRESHOLDS],
    reach: ['f32', sweeps],
  }) satisfies Columns

const stateColumns = (n: number) =>
  ({
    spins: ['u32', 4 * (n + 1)],
    best: ['u32', 4 * (n + 1)],
    random: ['u32', 4],
    planes: ['u32', 4 * COUNT_PLANES],
    mask: ['u32', 4],
  }) satisfies Columns

interface Couplings {
  readonly negative: number[]
  readonly positive: number[]
}

/** Couplings of `v` by sign, a field as couplings to the ghost spin n; in units of the common magnitude. */
function couplingsOf(ising: Ising, unit: number, v: number): Couplings {
  if (v === ising.n) return ghostCouplings(ising, unit)
  const negative: number[] = []
  const positive: number[] = []
  for (let k = ising.rowStart[v]!; k < ising.rowStart[v + 1]!; k++)
    if (ising.J[k]! !== 0) (ising.J[k]! < 0 ? negative : positive).push(ising.neighbours[k]!)
  const field = ising.h[v]! / unit
  for (let i = Math.abs(field); i > 0; i--) (field < 0 ? negative : positive).push(ising.n)
  return { negative, positive }
}

function ghostCouplings({ n, h }: Ising, unit: number): Couplings {
  const negative: number[] = []
  const positive: number[] = []
  for (let v = 0; v < n; v++)
    for (let i = Math.abs(h[v]! / unit); i > 0; i--) (h[v]! < 0 ? negative : positive).push(v)
  return { negative, positive }
}

/** The largest number of couplings and field units at any spin. */
export function multiDegree({ n, h, rowStart }: Ising, unit: number): number {
  let most = 0
  for (let v = 0; v < n; v++) most = Math.max(most, rowStart[v + 1]! - rowStart[v]! + Math.abs(h[v]! / unit))
  return most
}

export const fitsMulti = (ising: Ising, unit: number): boolean =>
  unit > 0 && multiDegree(ising, unit) <= MAX_MULTI_DEGREE

/** `unit` is the common magnitude of the couplings. */
export function prepareMulti(ising: Ising, unit: number, { betas, rule, slots }: Preparation): Prepared {
  const { n } = ising
  const rowStart = new Int32Array(n + 2)
  const positiveAt = new Int32Array(n + 1)
  const degree = new Int32Array(n + 1)
  const targets: number[] = []
  for (let v = 0; v <= n; v++) {
    const { negative, positive } = couplingsOf(ising, unit, v)
    degree[v] = negative.length + positive.length
    if (negative.length % 2 === 1) negative.push(v)
    for (const u of negative) targets.push(16 * u)
    positiveAt[v] = targets.length
    for (const u of positive) targets.push(16 * u)
    rowStart[v + 1] = targets.length
  }
  const size = { n, entries: targets.length, sweeps: betas.length + FINAL_DESCENT }
  const columns = modelColumns(size)
  const arena = createArena(sizeOf(columns) + slots * sizeOf(stateColumns(n)))
  const views = carve(arena, ARENA_START, columns)
  views.rowStart.set(rowStart)
  views.positive.set(positiveAt)
  views.degree.set(degree)
  views.targets.set(targets)
  fillThresholds(views.thresholds, rule.criterion)
  fillTemperatures(views.reach, betas, 1 / (2 * unit))
  return { kind: 'multi-spin', arena, rule, ...size, unit }
}

export function multiRunner(prepared: Prepared, slot: number): Runner {
  const { arena, n, sweeps, unit, rule } = prepared
  const columns = modelColumns(prepared)
  const model = { n, ...carve(arena, ARENA_START, columns) }
  const state: MultiState = carve(
    arena,
    ARENA_START + sizeOf(columns) + slot * sizeOf(stateColumns(n)),
    stateColumns(n),
  )
  const kernel = multiKernel(arena, { model, state, randomOrder: rule.randomOrder })
  const couplings = model.degree.reduce((sum, degree) => sum + degree, 0)
  const least = new Float64Array(LANES)
  const stride = Math.max(1, Math.floor(sweeps / 2 / CHECKPOINTS))
  const isCheckpoint = (sweep: number): boolean =>
    sweep === sweeps || (sweep > sweeps / 2 && sweep % stride === 0)

  const checkpoint = (): void => {
    kernel.count()
    const unsatisfied = readCounts(state.planes)
    state.mask.fill(0)
    for (let lane = 0; lane < LANES; lane++) {
      // Every coupling is counted from both of its ends.
      const energy = unit * (unsatisfied[lane]! - couplings / 2)
      if (energy >= least[lane]!) continue
      least[lane] = energy
      state.mask[lane >> 5]! |= 1 << (lane & 31)
    }
    kernel.keep()
  }
  return {
    lanes: LANES,
    begin(words, given) {
      const initial = startSpins(words, LANES * n, given)
      state.random.set(words)
      state.spins.fill(0)
      state.spins.fill(0xffffffff, 4 * n)
      for (let lane = 0; lane < LANES; lane++)
        for (let v = 0; v < n; v++)
          if (initial[lane * n + v]! > 0) state.spins[4 * v + (lane >> 5)]! |= 1 << (lane & 31)
      least.fill(Infinity)
      checkpoint()
    },
    sweep(from, to) {
      for (let at = from; at < to; ) {
        let stop = at + 1
        while (stop < to && !isCheckpoint(stop)) stop++
        kernel.sweep(at, stop)
        if (isCheckpoint(stop)) checkpoint()
        at = stop
      }
    },
    bestEnergy: () => least.reduce((a, b) => Math.min(a, b)),
    write(out, keep) {
      const words = keep === 'best' ? state.best : state.spins
      for (let lane = 0; lane * n < out.length && lane < LANES; lane++)
        readLane(words, lane, out.subarray(lane * n, (lane + 1) * n))
    },
    writeBest: (out) => readLane(state.best, least.indexOf(least.reduce((a, b) => Math.min(a, b))), out),
  }
}

function readLane(words: Uint32Array, lane: number, out: Int8Array): void {
  for (let v = 0; v < out.length; v++) out[v] = (words[4 * v + (lane >> 5)]! >>> (lane & 31)) & 1 ? 1 : -1
}
