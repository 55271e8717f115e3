/** Builds a sample set from raw states: equal states are merged and counted, energies computed, rows sorted. */
import type { Bqm, Vartype } from '../formulation/bqm.ts'
import { energyOf } from '../formulation/energy.ts'
import type { SampleSet } from '../solve/sampler.ts'

/** `states` holds one state after the other in the vartype of `bqm`; `counts` says how often each came (default once). */
export function collectSamples(
  bqm: Bqm,
  states: Int8Array,
  info: Readonly<Record<string, unknown>>,
  counts?: ArrayLike<number>,
): SampleSet {
  return collectStates({ ...bqm, energyAt: (at) => energyOf(bqm, states, at) }, states, info, counts)
}

/** The same for any model whose energy at `states[at .. at + numVariables)` is known. */
export function collectStates(
  model: {
    readonly vartype: Vartype
    readonly numVariables: number
    readonly energyAt: (at: number) => number
  },
  states: Int8Array,
  info: Readonly<Record<string, unknown>>,
  counts?: ArrayLike<number>,
): SampleSet {
  const n = model.numVariables
  const rows = n === 0 ? (counts?.length ?? 1) : states.length / n
  const distinct: { at: number; count: number; energy: number }[] = []
  const byHash = new Map<number, number[]>()
  for (let row = 0; row < rows; row++) {
    const at = row * n
    const count = counts?.[row] ?? 1
    const hash = hashState(states, at, n)
    const same = byHash.get(hash) ?? []
    const found = same.find((index) => equalStates(states, distinct[index]!.at, at, n))
    if (found !== undefined) {
      distinct[found]!.count += count
      continue
    }
    byHash.set(hash, [...same, distinct.length])
    distinct.push({ at, count, energy: model.energyAt(at) })
  }
  distinct.sort((a, b) => a.energy - b.energy || compareStates(states, a.at, b.at, n))
  const sorted = new Int8Array(distinct.length * n)
  for (const [row, { at }] of distinct.entries()) sorted.set(states.subarray(at, at + n), row * n)
  return {
    vartype: model.vartype,
    numVariables: n,
    states: sorted,
    energies: Float64Array.from(distinct, ({ energy }) => energy),
    numOccurrences: Int32Array.from(distinct, ({ count }) => count),
    info,
  }
}

/** A copy in the vartype of `bqm` of states given as spins. */
export function fromSpins(bqm: Bqm, spins: Int8Array): Int8Array {
  return bqm.vartype === 'SPIN' ? spins : spins.map((spin) => (spin > 0 ? 1 : 0))
}

/** A copy as spins of states in the vartype of `bqm`. */
export function toSpins(bqm: Bqm, states: Int8Array): Int8Array {
  return bqm.vartype === 'SPIN' ? states : states.map((bit) => (bit > 0 ? 1 : -1))
}

function hashState(states: Int8Array, at: number, n: number): number {
  let hash = 0x811c9dc5
  for (let v = 0; v < n; v++) hash = Math.imul(hash ^ (states[at + v]! & 3), 0x01000193)
  return hash
}

function equalStates(states: Int8Array, a: number, b: number, n: number): boolean {
  for (let v = 0; v < n; v++) if (states[a + v] !== states[b + v]) return false
  return true
}

function compareStates(states: Int8Array, a: number, b: number, n: number): number {
  for (let v = 0; v < n; v++) {
    const difference = states[a + v]! - states[b + v]!
    if (difference !== 0) return difference
  }
  return 0
}
