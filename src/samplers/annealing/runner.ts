/** The contract between the loop over reads and a kernel: one run of one read, or of as many as a kernel has lanes. */
import type { Arena } from '../kernels/arena.ts'
import { xoshiro } from '../kernels/random.ts'
import type { SweepRule } from '../kernels/spin-sweep.ts'

/** A model in an arena with room for `slots` runs at once; survives structured cloning. */
export interface Prepared {
  readonly kind: 'sparse' | 'dense' | 'multi-spin' | 'rows'
  readonly arena: Arena
  readonly rule: SweepRule
  readonly n: number
  /** Entries of the coupling rows; the stride of a row for the dense kernel. */
  readonly entries: number
  /** Sweeps with a temperature, the final descent included. */
  readonly sweeps: number
  /** What an energy of 1 in the kernel is in the model: the common magnitude of the couplings for multi-spin. */
  readonly unit: number
  /** Sizes of an implicit model; rows only. */
  readonly rows?: RowsSize
}

/** How a model is prepared: the inverse temperatures of all sweeps, the rule of proposals, room for so many runs. */
export interface Preparation {
  readonly betas: Float64Array
  readonly rule: SweepRule
  readonly slots: number
}

export interface RowsSize {
  readonly groups: number
  readonly members: number
  readonly free: number
  /** Directed couplings between variables of different groups. */
  readonly pairs: number
  readonly rows: number
  /** Terms of all rows, slacks and one-hot rows left out. */
  readonly terms: number
}

export interface Runner {
  /** Reads that one run gives. */
  readonly lanes: number
  /** Starts the first lanes from the states given (+1/-1, n a lane), the others at random; `words` seeds them. */
  begin(words: Uint32Array, given?: Int8Array): void
  sweep(from: number, to: number): void
  /** The lowest energy of any lane so far, without the model's offset, as the kernel counts it. */
  bestEnergy(): number
  /** Writes the states of the first lanes to `out`, as many as fit. */
  write(out: Int8Array, keep: 'best' | 'last'): void
  /** Writes the best state of any lane. */
  writeBest(out: Int8Array): void
}

/** Sweeps at temperature zero that end a run. */
export const FINAL_DESCENT = 2

/** Temperatures of the whole run from its inverse temperatures, the final descent included. */
export function fillTemperatures(out: Float32Array, betas: Float64Array, scale: number): void {
  for (let sweep = 0; sweep < out.length; sweep++)
    out[sweep] = sweep < betas.length ? scale / betas[sweep]! : 0
}

/** Random spins, one bit each, replaced by those given. Advances `words`. */
export function startSpins(words: Uint32Array, length: number, given?: Int8Array): Int8Array {
  const next = xoshiro(words)
  const spins = new Int8Array(length)
  for (let at = 0; at < length; at += 32) {
    let bits = next()
    for (let i = at; i < Math.min(at + 32, length); i++, bits >>>= 1) spins[i] = bits & 1 ? 1 : -1
  }
  if (given) spins.set(given.subarray(0, length))
  return spins
}
