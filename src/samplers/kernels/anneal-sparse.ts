/** Couplings as lists of neighbours, for `spinSweep`; its kernel is `kernels/assembly/anneal-sparse.ts`. */
import { wasmBase64 } from '../../numeric/wasm/anneal-sparse.ts'
import type { SpinRows } from './spin-sweep.ts'

export interface SparseRows {
  readonly rowStart: Int32Array
  /** 4 x the neighbour's index, a byte offset into float32 arrays. */
  readonly targets: Int32Array
  readonly weights: Float32Array
}

export function sparseRows({ rowStart, targets, weights }: SparseRows, fields: Float32Array): SpinRows {
  return {
    wasmBase64,
    parameters: [rowStart.byteOffset, targets.byteOffset, weights.byteOffset],
    addRow(v, change) {
      const end = rowStart[v + 1]!
      for (let k = rowStart[v]!; k < end; k++) fields[targets[k]! >> 2]! += change * weights[k]!
    },
  }
}
