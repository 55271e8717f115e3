/**
 * Metropolis sweeps over a dense Ising model, whole rows added to the cached float32 fields: the TypeScript reference
 * and fallback of `kernels/assembly/anneal-dense.ts`, equal to it bit for bit.
 */
import { wasmBase64 } from '../../numeric/wasm/anneal-dense.ts'
import { type SparseModel, type SpinState, type Sweep, sweepSpins } from './anneal-sparse.ts'
import type { Arena } from './arena.ts'
import { instantiate } from './wasm.ts'

export interface DenseModel extends Pick<SparseModel, 'n' | 'table' | 'temperatures'> {
  /** `stride` weights a row, zero on the diagonal and in the padding. */
  readonly rows: Float32Array
  /** n rounded up to a multiple of 8. */
  readonly stride: number
}

interface Exports {
  sweep(...args: number[]): number
}

/** The WebAssembly sweep over `state`, whose `fields` has `stride` entries; or the reference where it cannot run. */
export function denseSweep(arena: Arena, model: DenseModel, state: SpinState): Sweep {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  if (wasm === undefined) return (from, to) => sweepDense(model, state, from, to)
  const { n, stride, rows, temperatures, table } = model
  const { fields, spins, random, energies, best } = state
  return (from, to) =>
    wasm.sweep(
      n,
      stride,
      rows.byteOffset,
      fields.byteOffset,
      spins.byteOffset,
      temperatures.byteOffset,
      from,
      to,
      table.byteOffset,
      random.byteOffset,
      energies.byteOffset,
      best.byteOffset,
    )
}

export function sweepDense(model: DenseModel, state: SpinState, from: number, to: number): number {
  const { n, rows, stride } = model
  const { fields } = state
  return sweepSpins(model, state, {
    from,
    to,
    flip(v, change) {
      const row = v * stride
      for (let u = 0; u < n; u++) fields[u]! += Math.fround(change * rows[row + u]!)
    },
  })
}
