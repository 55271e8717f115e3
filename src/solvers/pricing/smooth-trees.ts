/**
 * Soft dynamic programming on trees of linked tasks, by messages toward the root and back (sum-product in the log
 * domain), with the exponential and logarithm of the kernel: the part of `smooth-kernel.ts` that knows trees.
 */
import type { SmoothArrays } from './smooth-kernel.ts'

/** Beyond this many temperatures a term no longer matters in double arithmetic. */
const REACH = 34
const { LOG2E } = Math
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const ROUND = 6755399441055744
const POWERS: readonly number[] = Array.from({ length: 64 }, (_, n) => 1 / 2 ** n)

/** e^x for x in [-40, 0], to 1e-11. */
export function expOf(x: number): number {
  const n = x * LOG2E + ROUND - ROUND
  const r = x - n * LN2_HIGH - n * LN2_LOW
  let e = r * (1 / 362880) + 1 / 40320
  e = e * r + 1 / 5040
  e = e * r + 1 / 720
  e = e * r + 1 / 120
  e = e * r + 1 / 24
  e = e * r + 1 / 6
  e = e * r + 0.5
  e = e * r + 1
  e = e * r + 1
  return e * POWERS[-n]!
}

/** ln x for x from 1 to some thousands, to 1e-12. */
export function logOf(value: number): number {
  if (!(value < 1e18)) return value
  let x = value
  let n = 0
  while (x > Math.SQRT2) {
    x *= 0.5
    n += 1
  }
  const z = (x - 1) / (x + 1)
  const q = z * z
  let s = q * (1 / 15) + 1 / 13
  s = s * q + 1 / 11
  s = s * q + 1 / 9
  s = s * q + 1 / 7
  s = s * q + 1 / 5
  s = s * q + 1 / 3
  s = s * q + 1
  return 2 * z * s + n * Math.LN2
}

interface Message {
  readonly values: Float64Array
  readonly out: Float64Array
  readonly upward: boolean
  readonly t: number
  readonly penalty: number
}

/** Evaluates one tree: its soft least cost; adds `stride` times the likelihoods of levels. */
export function createTreeReference(
  arrays: SmoothArrays,
  width: number,
): (tree: number, penalty: number, stride: number) => number {
  const { treeStart, from, toParent, rowOf, temperature, levelCost, levelMass, beyond, extraOf, extra } =
    arrays
  const levels = width - 1
  const row = (array: Float64Array, node: number): Float64Array =>
    array.subarray(node * width, (node + 1) * width)
  // A soft minimum that grows term by term: low - t ln(count).
  let low = Infinity
  let weight = 0
  const take = (x: number, inverse: number): void => {
    if (x >= low) {
      const gap = (low - x) * inverse
      if (gap > -REACH) weight += expOf(gap)
    } else {
      const gap = (x - low) * inverse
      weight = gap > -REACH ? weight * expOf(gap) + 1 : 1
      low = x
    }
  }
  const soft = (t: number): number => (weight === 1 ? low : low - t * logOf(weight))

  /** out[l] = soft least of `values` over the levels that fit beside level l at the receiver. */
  const send = ({ values, out, upward, t, penalty }: Message): void => {
    const inverse = 1 / t
    let broken = Infinity
    if (penalty !== Infinity) {
      ;[low, weight] = [Infinity, 0]
      for (const x of values) if (x < Infinity) take(x, inverse)
      out[levels] = soft(t)
      broken = soft(t) + penalty
    }
    low = values[levels]!
    weight = low < Infinity ? 1 : 0
    for (let k = 0; k < levels; k++) {
      const l = upward ? levels - 1 - k : k
      if (values[l]! < Infinity) take(values[l]!, inverse)
      if (broken === Infinity) {
        out[l] = low < Infinity ? soft(t) : Infinity
        continue
      }
      const kept = [low, weight] as const
      take(broken, inverse)
      out[l] = soft(t)
      ;[low, weight] = kept
    }
    if (penalty === Infinity) out[levels] = low < Infinity ? soft(t) : Infinity
  }

  return (tree, penalty, stride) => {
    const [begin, end] = [treeStart[tree]!, treeStart[tree + 1]!]
    let t = 0
    for (let node = begin; node < end; node++) {
      t += temperature[rowOf[node]!]!
      const own = row(arrays.below, node - begin)
      own.set(row(levelCost, rowOf[node]!))
      const more = extraOf[node]! < 0 ? undefined : row(extra, extraOf[node]!)
      if (more) for (let l = 0; l < width; l++) own[l]! += more[l]!
    }
    t /= end - begin
    for (let node = end - 1; node > begin; node--) {
      const out = row(arrays.message, node - begin)
      send({ values: row(arrays.below, node - begin), out, upward: toParent[node] === 1, t, penalty })
      const up = row(arrays.below, from[node]! - begin)
      for (let l = 0; l < width; l++) up[l]! += out[l]!
    }
    for (let node = begin + 1; node < end; node++) {
      const [own, out] = [row(arrays.below, node - begin), row(arrays.message, node - begin)]
      const up = row(arrays.below, from[node]! - begin)
      for (let l = 0; l < width; l++) beyond[l] = up[l]! < Infinity ? up[l]! - out[l]! : Infinity
      send({ values: beyond, out, upward: toParent[node] === 0, t, penalty })
      for (let l = 0; l < width; l++) own[l]! += out[l]!
    }
    const inverse = 1 / t
    let value = Infinity
    for (let node = begin; node < end; node++) {
      const own = row(arrays.below, node - begin)
      const lowest = own.reduce((least, x) => Math.min(least, x), Infinity)
      if (lowest === Infinity) return Infinity
      let sum = 0
      for (let l = 0; l < width; l++) {
        const gap = (lowest - own[l]!) * inverse
        beyond[l] = gap > -REACH ? expOf(gap) : 0
        sum += beyond[l]!
      }
      const to = row(levelMass, rowOf[node]!)
      const each = stride / sum
      for (let l = 0; l < width; l++) if (beyond[l]! > 0) to[l]! += each * beyond[l]!
      if (node === begin) value = lowest - t * logOf(sum)
    }
    return value
  }
}
