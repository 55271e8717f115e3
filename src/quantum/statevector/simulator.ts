/** What every state-vector simulator of an ansatz offers, whichever arithmetic it uses. */
import type { Rng } from '../../numeric/rng.ts'
import type { Angles } from './ansatz.ts'

export interface Simulator {
  readonly dimension: number
  /** `float64`: the reference in TypeScript; `float32`: the WebAssembly kernel. */
  readonly arithmetic: 'float64' | 'float32'
  /** Replaces the state by the ansatz at `angles`. @throws QaasError `invalid-option` on bad angles */
  evolve(angles: Angles): void
  /** <C> in the present state, divided by its norm. */
  expectation(): number
  /** |amplitude|^2 summed over all states; 1 up to rounding. */
  norm(): number
  /** |amplitude_z|^2 of every basis state, divided by the norm. */
  probabilities(): Float64Array
  /** Basis states drawn from the present state, in the order drawn. */
  sample(shots: number, rng: Rng): Float64Array
}

/** Digits of basis state `z`, least significant first. */
export function digitsOf(
  levels: Int32Array,
  z: number,
  digits: Int32Array = new Int32Array(levels.length),
): Int32Array {
  for (let site = 0; site < levels.length; site++) {
    digits[site] = z % levels[site]!
    z = Math.floor(z / levels[site]!)
  }
  return digits
}
