/**
 * Four ways to read the same shots, always reported side by side: raw, post-selected (invalid shots dropped), repaired
 * (feasibility first) and refined (repaired, then local search). Repair and search are classical work; only the same work
 * on uniformly random bits tells what the circuit added.
 */
import { energyOf } from '../../formulation/energy.ts'
import { descend } from './local-search.ts'
import { isValid, type QaoaProblem } from './problem.ts'
import type { Shots } from './shots.ts'

export const DECODINGS = ['raw', 'post-selected', 'repaired', 'refined'] as const
export type DecodingName = (typeof DECODINGS)[number]

export interface Rate {
  readonly value: number
  /** 95 % Wilson interval. */
  readonly low: number
  readonly high: number
}

export interface Decoding {
  readonly name: DecodingName
  /** Share of all shots that end in a valid state. */
  readonly validRate: Rate
  /** Mean objective over valid shots; absent without any. */
  readonly meanEnergy?: number
  /** The best valid state. */
  readonly best?: { readonly energy: number; readonly bits: Int8Array; readonly rate: Rate }
}

/** All four decodings of `shots`. */
export function decodeShots(problem: QaoaProblem, shots: Shots): Decoding[] {
  const marginals = marginalsOf(shots)
  const repaired = mapShots(problem, shots, (bits) => repair(problem, bits, marginals))
  const refined = mapShots(problem, repaired, (bits) => descend(problem, bits))
  const raw = summary('raw', shots, shots.total)
  const kept = shots.counts.reduce((sum, count, r) => sum + (shots.valid[r] ? count : 0), 0)
  return [
    raw,
    { ...summary('post-selected', shots, Math.max(1, kept)), validRate: raw.validRate },
    summary('repaired', repaired, repaired.total),
    summary('refined', refined, refined.total),
  ]
}

function summary(name: DecodingName, shots: Shots, outOf: number): Decoding {
  let valid = 0
  let sum = 0
  let best = -1
  shots.counts.forEach((count, r) => {
    if (!shots.valid[r]) return
    valid += count
    sum += count * shots.energies[r]!
    if (best < 0 || shots.energies[r]! < shots.energies[best]!) best = r
  })
  const validRate = wilson(valid, shots.total)
  if (best < 0) return { name, validRate }
  const lowest = shots.energies[best]!
  const tolerance = 1e-9 * Math.max(1, Math.abs(lowest))
  const hits = shots.counts.reduce(
    (total, count, r) => total + (shots.valid[r] && shots.energies[r]! <= lowest + tolerance ? count : 0),
    0,
  )
  const n = shots.numVariables
  return {
    name,
    validRate,
    meanEnergy: sum / valid,
    best: { energy: lowest, bits: shots.bits.slice(best * n, (best + 1) * n), rate: wilson(hits, outOf) },
  }
}

/** Share of ones of every variable. */
export function marginalsOf({ bits, counts, numVariables, total }: Shots): Float64Array {
  const marginals = new Float64Array(numVariables)
  counts.forEach((count, r) => {
    for (let v = 0; v < numVariables; v++) marginals[v]! += (count * bits[r * numVariables + v]!) / total
  })
  return marginals
}

/**
 * Feasibility first: a group with one 1 stays; with several, the member that is cheapest beside what is already chosen
 * stays; with none, its most often measured member is set. Changes `bits`.
 */
export function repair({ bqm, groups }: QaoaProblem, bits: Int8Array, marginals: Float64Array): Int8Array {
  for (const group of groups) {
    const set = group.filter((v) => bits[v] === 1)
    if (set.length === 1) continue
    for (const v of group) bits[v] = 0
    const cost = (v: number): number => {
      let sum = bqm.linear[v]!
      for (let k = bqm.rowStart[v]!; k < bqm.rowStart[v + 1]!; k++)
        sum += bqm.biases[k]! * bits[bqm.neighbours[k]!]!
      return sum
    }
    const chosen =
      set.length > 0
        ? set.reduce((a, b) => (cost(b) < cost(a) ? b : a))
        : group.reduce((a, b) => (marginals[b]! > marginals[a]! ? b : a))
    bits[chosen] = 1
  }
  return bits
}

function mapShots(problem: QaoaProblem, shots: Shots, change: (bits: Int8Array) => Int8Array): Shots {
  const n = shots.numVariables
  const bits = shots.bits.slice()
  const rows = shots.counts.length
  for (let r = 0; r < rows; r++) change(bits.subarray(r * n, (r + 1) * n))
  return {
    ...shots,
    bits,
    energies: Float64Array.from({ length: rows }, (_, r) => energyOf(problem.bqm, bits, r * n)),
    valid: Uint8Array.from({ length: rows }, (_, r) => (isValid(problem, bits, r * n) ? 1 : 0)),
  }
}

/** The 95 % score interval of a proportion (Wilson 1927). */
export function wilson(hits: number, trials: number): Rate {
  if (trials === 0) return { value: 0, low: 0, high: 1 }
  const z = 1.959963984540054
  const p = hits / trials
  const middle = p + (z * z) / (2 * trials)
  const spread = z * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials))
  const scale = 1 + (z * z) / trials
  return {
    value: p,
    low: Math.max(0, (middle - spread) / scale),
    high: Math.min(1, (middle + spread) / scale),
  }
}
