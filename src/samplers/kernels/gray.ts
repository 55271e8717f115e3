/**
 * Walks all states of a small Ising model in Gray-code order: the TypeScript reference and fallback of
 * `kernels/assembly/gray.ts`, equal to it bit for bit.
 */
import { wasmBase64 } from '../../numeric/wasm/gray.ts'
import type { Arena } from './arena.ts'
import { instantiate } from './wasm.ts'

export interface GrayState {
  /** Variables rounded up to a multiple of 4. */
  readonly stride: number
  /** Couplings, `stride` a row, zero on the diagonal and in the padding. */
  readonly rows: Float64Array
  readonly fields: Float64Array
  readonly spins: Float64Array
  /** Energy now and the lowest seen. */
  readonly energies: Float64Array
  /** Step after which the energy was lowest; its Gray code is the state. */
  readonly best: Uint32Array
}

/** Steps `from .. to` of the walk; step k flips the variable of the lowest set bit of k. */
export type GrayWalk = (from: number, to: number) => void

interface Exports {
  walk(...args: number[]): void
}

export function grayWalk(arena: Arena, state: GrayState): GrayWalk {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  if (wasm === undefined) return (from, to) => walkGray(state, from, to)
  const { rows, fields, spins, energies, best } = state
  const addresses = [rows, fields, spins, energies, best].map((array) => array.byteOffset)
  return (from, to) => wasm.walk(state.stride, ...addresses, from, to)
}

export function walkGray(state: GrayState, from: number, to: number): void {
  const { stride, rows, fields, spins, energies, best } = state
  let energy = energies[0]!
  for (let k = from; k < to; k++) {
    const v = 31 - Math.clz32(k & -k)
    const spin = spins[v]!
    energy -= 2 * spin * fields[v]!
    spins[v] = -spin
    if (energy < energies[1]!) {
      energies[1] = energy
      best[0] = k
    }
    for (let u = 0; u < stride; u++) fields[u]! += -2 * spin * rows[v * stride + u]!
  }
  energies[0] = energy
}
