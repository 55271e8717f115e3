/** The contract between the loop over reads and a kernel: one run of one read, or of as many as a kernel has lanes. */
import type { Arena } from '../kernels/arena.ts'

/** A model in an arena with room for `slots` runs at once; survives structured cloning. */
export interface Prepared {
  readonly kind: 'sparse' | 'dense' | 'multi-spin'
  readonly arena: Arena
  readonly n: number
  /** Entries of the coupling rows; the stride of a row for the dense kernel. */
  readonly entries: number
  /** Sweeps with a temperature, the final descent included. */
  readonly sweeps: number
  /** The common magnitude of the couplings; multi-spin only. */
  readonly unit: number
}

export interface Runner {
  /** Reads that one run gives. */
  readonly lanes: number
  /** Starts from `initial` (+1/-1, n a lane). `words` seeds the kernel's random numbers. */
  begin(words: Uint32Array, initial: Int8Array): void
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
