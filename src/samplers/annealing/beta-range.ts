/** Where annealing begins and ends: neal's rule, and ours, which probes acceptance on the model itself. */
import type { Rng } from '../../numeric/rng.ts'
import type { Ising } from './ising.ts'

export type BetaRange = readonly [hot: number, cold: number]

/**
 * neal's `default_ising_beta_range` (dwave-samplers): hot flips the strongest field with probability 1/2; at cold the
 * expected number of excitations over the smallest gaps is 1 in 100 sweeps.
 */
export function nealBetaRange({ n, h, rowStart, J }: Ising): BetaRange {
  let maxField = 0
  let minGap = Infinity
  let atMinGap = 0
  for (let v = 0; v < n; v++) {
    let sum = Math.abs(h[v]!)
    let least = sum === 0 ? Infinity : sum
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) {
      const size = Math.abs(J[k]!)
      if (size === 0) continue
      sum += size
      if (size < least) least = size
    }
    if (sum > maxField) maxField = sum
    if (least < minGap) {
      minGap = least
      atMinGap = 0
    }
    if (least === minGap && least < Infinity) atMinGap++
  }
  if (maxField === 0) return [0.1, 1]
  return [Math.LN2 / (2 * maxField), Math.log(atMinGap / 0.01) / (2 * minGap)]
}

/** Uphill moves accepted from a random state at the hot end. */
const HOT_ACCEPTANCE = 0.3
/** At the cold end, uphill moves at this quantile of their costs in a local minimum ... */
const COLD_QUANTILE = 0.05
/** ... are accepted at this rate. */
const COLD_ACCEPTANCE = 0.00075
const DESCENT_SWEEPS = 12

/**
 * Probes acceptance: at `hot` 30 % of the uphill flips of a random state would be accepted; at `cold` one in 1,300 of
 * the cheap uphill flips (the 5 % quantile) of a local minimum reached by descent. A quantile, not an average: costs
 * that come arbitrarily close to zero (Gaussian couplings) must not freeze the run, and a gap (lattices of +-1) must
 * be frozen out. Chosen on sparse, Gaussian, 10 % dense and fully dense glasses and on four graphs of the G-set.
 */
export function probedBetaRange(ising: Ising, rng: Rng): BetaRange {
  const { n, h, rowStart, neighbours, J } = ising
  const spins = new Int8Array(n)
  for (let v = 0; v < n; v++) spins[v] = rng.nextUint32() & 1 ? 1 : -1
  const fields = Float64Array.from(h)
  for (let v = 0; v < n; v++)
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) fields[v]! += J[k]! * spins[neighbours[k]!]!
  const hot = betaOf(uphill(spins, fields), HOT_ACCEPTANCE)
  for (let sweep = 0, flips = 1; sweep < DESCENT_SWEEPS && flips > 0; sweep++) {
    flips = 0
    for (let v = 0; v < n; v++) {
      if (spins[v]! * fields[v]! <= 0) continue
      flips++
      const change = -2 * spins[v]!
      spins[v] = -spins[v]!
      for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) fields[neighbours[k]!]! += change * J[k]!
    }
  }
  const cold = coldBeta(uphill(spins, fields))
  return [Math.min(hot, cold), cold]
}

function coldBeta(deltas: Float64Array): number {
  if (deltas.length === 0) return 1
  const cheap = deltas.sort()[Math.floor(COLD_QUANTILE * deltas.length)]!
  return -Math.log(COLD_ACCEPTANCE) / cheap
}

/** Costs of the flips that cost something. */
function uphill(spins: Int8Array, fields: Float64Array): Float64Array {
  return fields.map((field, v) => -2 * spins[v]! * field).filter((delta) => delta > 0)
}

/** The inverse temperature at which moves of these costs are accepted at the rate `target` on average. */
export function betaOf(deltas: Float64Array, target: number): number {
  if (deltas.length === 0) return 1
  const least = deltas.reduce((a, b) => Math.min(a, b))
  const most = deltas.reduce((a, b) => Math.max(a, b))
  let low = Math.log(-Math.log(target) / most)
  let high = Math.log(-Math.log(target) / least)
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2
    const beta = Math.exp(middle)
    let accepted = 0
    for (const delta of deltas) accepted += Math.exp(-beta * delta)
    if (accepted > target * deltas.length) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}
