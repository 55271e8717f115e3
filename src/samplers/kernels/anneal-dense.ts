/** Couplings as whole rows of weights, for `spinSweep`; its kernel is `kernels/assembly/anneal-dense.ts`. */
import { wasmBase64 } from '../../numeric/wasm/anneal-dense.ts'
import type { SpinRows } from './spin-sweep.ts'

export interface DenseRows {
  /** `stride` weights a row, zero on the diagonal and in the padding. */
  readonly rows: Float32Array
  /** The number of spins rounded up to a multiple of 8. */
  readonly stride: number
}

export function denseRows({ rows, stride }: DenseRows, fields: Float32Array): SpinRows {
  return {
    wasmBase64,
    parameters: [rows.byteOffset, stride],
    addRow(v, change) {
      const row = v * stride
      for (let u = 0; u < stride; u++) fields[u]! += Math.fround(change * rows[row + u]!)
    },
  }
}
