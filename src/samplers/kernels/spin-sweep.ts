/**
 * Annealing sweeps of single flips over spins with cached float32 fields; what the sparse and the dense kernel share.
 * `sweepSpins` is the TypeScript reference and fallback of `kernels/assembly/spins/sweep.ts`, equal to it bit for bit.
 */
import type { Arena } from './arena.ts'
import { placeOf, xoshiro } from './random.ts'
import { type AcceptanceCriterion, CERTAIN, thresholdOf } from './thresholds.ts'
import { instantiate } from './wasm.ts'

/** What both kernels know of the model: energy = offset + sum h s + sum J s s over spins, as float32. */
export interface SpinModel {
  readonly n: number
  readonly thresholds: Float32Array
  /** Of every sweep. */
  readonly temperatures: Float32Array
}

/** The state of one read. */
export interface SpinState {
  /** h_v + sum_u J_uv s_u. */
  readonly fields: Float32Array
  /** +1 or -1. */
  readonly spins: Float32Array
  /** Four words of xoshiro128**. */
  readonly random: Uint32Array
  /** Energy now and the lowest energy at the end of any sweep, without the offset. */
  readonly energies: Float64Array
  /** The state of lowest energy, four spins a byte; bit set for -1. */
  readonly best: Uint8Array
}

/** How spins are proposed and accepted. */
export interface SweepRule {
  /** As many spins as there are, drawn with replacement, instead of each in turn. */
  readonly randomOrder: boolean
  /** Must be that of the thresholds. */
  readonly criterion: AcceptanceCriterion
}

/** Sweeps `from .. to` of the schedule. */
export type Sweep = (from: number, to: number) => void

/** The couplings as one of the two kernels keeps them. */
export interface SpinRows {
  /** The kernel, and its parameters between the number of spins and the fields. */
  readonly wasmBase64: string
  readonly parameters: readonly number[]
  /** Adds `change` times row v to the fields. */
  readonly addRow: (v: number, change: number) => void
}

interface Exports {
  sweep(...args: number[]): void
}

/** The WebAssembly sweep over `state`, or the reference where it cannot run. */
export function spinSweep(
  arena: Arena,
  { model, state, rule }: { model: SpinModel; state: SpinState; rule: SweepRule },
  { wasmBase64, parameters, addRow }: SpinRows,
): Sweep {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  if (wasm === undefined) return sweepSpins(model, state, { rule, addRow })
  const { fields, spins, random, energies, best } = state
  const columns = [fields, spins, model.temperatures, model.thresholds, random, energies, best]
  const rest = [
    model.n,
    ...parameters,
    ...columns.map((column) => column.byteOffset),
    Number(rule.randomOrder),
    CERTAIN[rule.criterion],
  ]
  return (from, to) => wasm.sweep(from, to, ...rest)
}

function sweepSpins(
  { n, thresholds, temperatures }: SpinModel,
  { fields, spins, random, energies, best }: SpinState,
  { rule, addRow }: { rule: SweepRule; addRow: SpinRows['addRow'] },
): Sweep {
  const next = xoshiro(random)
  const certain = CERTAIN[rule.criterion]
  return (from, to) => {
    let energy = energies[0]!
    for (let s = from; s < to; s++) {
      const temperature = temperatures[s]!
      const cut = Math.fround(12 * temperature)
      const free = certain === 0 ? 0 : Math.fround(certain * temperature)
      for (let step = 0; step < n; step++) {
        const v = rule.randomOrder ? placeOf(next(), n) : step
        const spin = spins[v]!
        const delta = -2 * spin * fields[v]!
        if (delta > cut) continue
        if (delta > free && delta > Math.fround(temperature * thresholdOf(next(), thresholds))) continue
        energy += delta
        spins[v] = -spin
        addRow(v, -2 * spin)
      }
      if (energy < energies[1]!) {
        energies[1] = energy
        packSpins(spins, best)
      }
    }
    energies[0] = energy
  }
}

/** Four spins a byte, bit set for -1. */
export function packSpins(spins: Float32Array, packed: Uint8Array): void {
  packed.fill(0)
  for (let v = 0; v < spins.length; v++) if (spins[v]! < 0) packed[v >> 2]! |= 1 << (v & 3)
}
