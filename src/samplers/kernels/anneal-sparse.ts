/**
 * Metropolis sweeps over a sparse Ising model with cached float32 fields: the TypeScript reference and fallback of
 * `kernels/assembly/anneal-sparse.ts`, equal to it bit for bit.
 */
import { wasmBase64 } from '../../numeric/wasm/anneal-sparse.ts'
import type { Arena } from './arena.ts'
import { LOG_TAIL } from './log-table.ts'
import { instantiate } from './wasm.ts'

/** The model: energy = offset + sum h s + sum J s s over spins, as float32. Shared by all reads. */
export interface SparseModel {
  readonly n: number
  readonly rowStart: Int32Array
  /** 4 x the neighbour's index, a byte offset into float32 arrays. */
  readonly targets: Int32Array
  readonly weights: Float32Array
  /** -ln(u) by cell of u. */
  readonly table: Float32Array
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

/** Sweeps `from .. to` of the schedule; returns the number of accepted flips. */
export type Sweep = (from: number, to: number) => number

interface Exports {
  sweep(...args: number[]): number
}

/** The WebAssembly sweep over `state`, or the reference where it cannot run. */
export function sparseSweep(arena: Arena, model: SparseModel, state: SpinState): Sweep {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  if (wasm === undefined) return (from, to) => sweepSparse(model, state, from, to)
  const { n, rowStart, targets, weights, temperatures, table } = model
  const { fields, spins, random, energies, best } = state
  return (from, to) =>
    wasm.sweep(
      n,
      rowStart.byteOffset,
      targets.byteOffset,
      weights.byteOffset,
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

export function sweepSparse(model: SparseModel, state: SpinState, from: number, to: number): number {
  const { rowStart, targets, weights } = model
  const { fields } = state
  return sweepSpins(model, state, {
    from,
    to,
    flip(v, change) {
      const end = rowStart[v + 1]!
      for (let k = rowStart[v]!; k < end; k++) fields[targets[k]! >> 2]! += change * weights[k]!
    },
  })
}

/** The part that the sparse and the dense kernel share; `flip` adds `change` x row v to the fields. */
export function sweepSpins(
  { n, table, temperatures }: Pick<SparseModel, 'n' | 'table' | 'temperatures'>,
  { fields, spins, random, energies, best }: SpinState,
  { from, to, flip }: { from: number; to: number; flip: (v: number, change: number) => void },
): number {
  const next = xoshiro(random)
  let energy = energies[0]!
  let flips = 0
  for (let s = from; s < to; s++) {
    const temperature = temperatures[s]!
    const cut = Math.fround(12 * temperature)
    for (let v = 0; v < n; v++) {
      const spin = spins[v]!
      const delta = -2 * spin * fields[v]!
      if (delta > cut) continue
      if (delta > 0 && delta > Math.fround(temperature * minusLog(next(), table))) continue
      flips++
      energy += delta
      spins[v] = -spin
      flip(v, -2 * spin)
    }
    if (energy < energies[1]!) {
      energies[1] = energy
      packSpins(spins, best)
    }
  }
  energies[0] = energy
  return flips
}

/** -ln of a uniform deviate made from 32 random bits, as float32. */
export function minusLog(bits: number, table: Float32Array): number {
  const cell = bits >>> 20
  return cell > 0 ? table[cell]! : Math.fround(LOG_TAIL + table[(bits >>> 8) & 4095]!)
}

/** xoshiro128** over state words in an array, as the kernels keep them. */
export function xoshiro(words: Uint32Array): () => number {
  return () => {
    const b = words[1]!
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9)
    words[2]! ^= words[0]!
    words[3]! ^= b
    words[1]! ^= words[2]!
    words[0]! ^= words[3]!
    words[2]! ^= b << 9
    words[3] = (words[3]! << 11) | (words[3]! >>> 21)
    return result >>> 0
  }
}

/** Four spins a byte, bit set for -1. */
export function packSpins(spins: Float32Array, packed: Uint8Array): void {
  packed.fill(0)
  for (let v = 0; v < spins.length; v++) if (spins[v]! < 0) packed[v >> 2]! |= 1 << (v & 3)
}
