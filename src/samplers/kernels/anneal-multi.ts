/**
 * Multi-spin coding, 128 replicas of an equal-magnitude Ising model in the bits of a vector: the TypeScript reference
 * and fallback of `kernels/assembly/anneal-multi.ts`, equal to it bit for bit. The coding: Zorn, Herrmann and Rebbi,
 * Computer Physics Communications 23 (1981).
 */
import { wasmBase64 } from '../../numeric/wasm/anneal-multi.ts'
import type { Arena } from './arena.ts'
import { placeOf, xoshiro } from './random.ts'
import { thresholdOf } from './thresholds.ts'
import { instantiate } from './wasm.ts'

/** Replicas of one state. */
export const LANES = 128
/** Counters have eight bit planes. */
export const MAX_MULTI_DEGREE = 255
/** Bit planes of the coupling count of a whole replica. */
export const COUNT_PLANES = 40

/** A model of couplings +J and -J; a field of m J is m couplings to the ghost spin n, which is always +1. */
export interface MultiModel {
  readonly n: number
  /** Rows of the spins and of the ghost. */
  readonly rowStart: Int32Array
  /** Where the positive couplings of each row begin; an even number of entries after the row's start. */
  readonly positive: Int32Array
  readonly degree: Int32Array
  /** 16 x the neighbour's index; negative couplings padded to an even number with the spin itself. */
  readonly targets: Int32Array
  readonly thresholds: Float32Array
  /** Temperature / (2 J) of each sweep. */
  readonly reach: Float32Array
}

export interface MultiState {
  /** Four words a spin, ghost included; bit set for +1. */
  readonly spins: Uint32Array
  readonly best: Uint32Array
  readonly random: Uint32Array
  /** Vertical counters of unsatisfied couplings, four words a plane. */
  readonly planes: Uint32Array
  /** One vector: which replicas `keep` copies. */
  readonly mask: Uint32Array
}

export interface MultiKernel {
  /** Sweeps `from .. to` of the schedule. */
  sweep(from: number, to: number): void
  /** Fills `planes`; every coupling is counted from both ends. */
  count(): void
  /** Copies the replicas in `mask` to `best`. */
  keep(): void
}

interface Exports {
  sweep(...args: number[]): void
  count(...args: number[]): void
  keep(...args: number[]): void
}

/** The kernel on `state`; with `randomOrder` spins are drawn with replacement instead of taken in turn. */
export function multiKernel(
  arena: Arena,
  { model, state, randomOrder }: { model: MultiModel; state: MultiState; randomOrder: boolean },
): MultiKernel {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  if (wasm === undefined) return multiReference(model, state, randomOrder)
  const { n, reach, thresholds } = model
  const [rowStart, positive, degree, targets] = [
    model.rowStart,
    model.positive,
    model.degree,
    model.targets,
  ].map((column) => column.byteOffset) as [number, number, number, number]
  const spins = state.spins.byteOffset
  const random = state.random.byteOffset
  return {
    sweep: (from, to) =>
      wasm.sweep(
        from,
        to,
        n,
        rowStart,
        positive,
        degree,
        targets,
        spins,
        reach.byteOffset,
        thresholds.byteOffset,
        random,
        Number(randomOrder),
      ),
    count: () => wasm.count(n + 1, rowStart, positive, targets, spins, state.planes.byteOffset),
    keep: () => wasm.keep(n, spins, state.best.byteOffset, state.mask.byteOffset),
  }
}

function multiReference(model: MultiModel, state: MultiState, randomOrder: boolean): MultiKernel {
  return {
    sweep: (from, to) => sweepMulti(model, state, { from, to, randomOrder }),
    count: () => countMulti(model, state),
    keep() {
      const { spins, best, mask } = state
      for (let i = 0; i < 4 * model.n; i++) best[i] = (spins[i]! & mask[i & 3]!) | (best[i]! & ~mask[i & 3]!)
    },
  }
}

function sweepMulti(
  model: MultiModel,
  { spins, random }: MultiState,
  { from, to, randomOrder }: { from: number; to: number; randomOrder: boolean },
): void {
  const { n, degree, reach, thresholds } = model
  const next = xoshiro(random)
  const planes = new Uint32Array(8)
  for (let s = from; s < to; s++)
    for (let step = 0; step < n; step++) {
      const v = randomOrder ? placeOf(next(), n) : step
      const slack = Math.fround(reach[s]! * thresholdOf(next(), thresholds))
      const least = Math.ceil(Math.fround(0.5 * Math.fround(degree[v]! - slack)))
      if (least > degree[v]!) continue
      const need = Math.max(0, least)
      for (let word = 0; word < 4; word++) {
        countUnsatisfied(model, spins, { v, word, planes })
        spins[4 * v + word]! ^= atLeast(planes, need)
      }
    }
}

/** Counts the unsatisfied couplings of spin `v` in 32 replicas at once, bit-sliced. */
function countUnsatisfied(
  { rowStart, positive, targets }: MultiModel,
  spins: Uint32Array,
  { v, word, planes }: { v: number; word: number; planes: Uint32Array },
): void {
  planes.fill(0)
  const spin = spins[4 * v + word]!
  for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) {
    let carry = spins[(targets[k]! >> 2) + word]! ^ (k < positive[v]! ? spin : ~spin)
    for (let plane = 0; carry !== 0 && plane < 8; plane++) {
      const old = planes[plane]!
      planes[plane] = old ^ carry
      carry &= old
    }
  }
}

/** Lanes whose counter is at least `need`. */
function atLeast(planes: Uint32Array, need: number): number {
  let reached = -1
  for (let plane = 0; plane < 8; plane++) {
    const bit = planes[plane]!
    reached = (need >> plane) & 1 ? reached & bit : reached | bit
  }
  return reached
}

function countMulti({ n, rowStart, positive, targets }: MultiModel, { spins, planes }: MultiState): void {
  planes.fill(0)
  for (let v = 0; v <= n; v++)
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++)
      for (let word = 0; word < 4; word++) {
        const spin = spins[4 * v + word]!
        let carry = spins[(targets[k]! >> 2) + word]! ^ (k < positive[v]! ? spin : ~spin)
        for (let p = word; carry !== 0; p += 4) {
          const old = planes[p]!
          planes[p] = old ^ carry
          carry &= old
        }
      }
}

/** Unsatisfied couplings of each replica, from the vertical counters. */
export function readCounts(planes: Uint32Array): Float64Array {
  const counts = new Float64Array(LANES)
  for (let plane = 0; plane < COUNT_PLANES; plane++)
    for (let lane = 0; lane < LANES; lane++)
      if ((planes[4 * plane + (lane >> 5)]! >>> (lane & 31)) & 1) counts[lane]! += 2 ** plane
  return counts
}
