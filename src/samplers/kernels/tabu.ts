/**
 * One-flip tabu search on a sparse Ising model: the TypeScript reference and fallback of `kernels/assembly/tabu.ts`,
 * equal to it bit for bit. After Glover's tabu search as used for binary quadratic programming (Palubeckis, 2004).
 */
import { wasmBase64 } from '../../numeric/wasm/tabu.ts'
import type { Arena } from './arena.ts'
import { xoshiro } from './random.ts'
import { instantiate } from './wasm.ts'

/** Entries of noise beyond the padded number of spins. */
export const NOISE_WINDOW = 4096

export interface TabuModel {
  /** Number of spins, rounded up to a multiple of 4. */
  readonly padded: number
  readonly rowStart: Int32Array
  /** 4 x the neighbour's index. */
  readonly targets: Int32Array
  readonly weights: Float32Array
  /** Below the smallest difference of gains; breaks ties at random. */
  readonly noise: Float32Array
}

/** The state of one read. */
export interface TabuState {
  /** Spin times field: half of what a flip lowers the energy by. */
  readonly gains: Float32Array
  readonly spins: Float32Array
  /** The move from which each spin may flip again. */
  readonly until: Int32Array
  readonly random: Uint32Array
  /** Energy now and the lowest seen. */
  readonly energies: Float64Array
  readonly best: Float32Array
  /** Moves made so far, moves since the best energy, 1 while the best state is not yet copied. */
  readonly clock: Int32Array
}

export interface TabuLimits {
  /** Moves a flipped spin stays as it is; plus up to `spread` - 1 at random. */
  readonly tenure: number
  readonly spread: number
  /** Ends after this many moves without a new best energy. */
  readonly patience: number
  /** Ends after this many moves. */
  readonly budget: number
}

/** Searches from the state as it is; returns the number of moves made. */
export type TabuSearch = (limits: TabuLimits) => number

interface Exports {
  search(...args: number[]): number
}

export function tabuSearch(arena: Arena, model: TabuModel, state: TabuState): TabuSearch {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  if (wasm === undefined) return (limits) => searchTabu(model, state, limits)
  const { rowStart, targets, weights, noise } = model
  const { gains, spins, until, random, energies, best, clock } = state
  const [before, after] = [
    [rowStart, targets, weights, gains, spins, until],
    [noise, random, energies, best, clock],
  ].map((arrays) => arrays.map((array) => array.byteOffset)) as [number[], number[]]
  return ({ tenure, spread, patience, budget }) =>
    wasm.search(model.padded, ...before, ...after, tenure, spread, patience, budget)
}

export function searchTabu(model: TabuModel, state: TabuState, limits: TabuLimits): number {
  const { rowStart, targets, weights, noise, padded } = model
  const { gains, spins, until, energies, best, clock } = state
  const next = xoshiro(state.random)
  let made = 0
  while (made < limits.budget && clock[1]! < limits.patience) {
    const bits = next()
    const shift = bits & (NOISE_WINDOW - 1)
    let v = -1
    let w = 0
    let key = -Infinity
    let any = -Infinity
    for (let u = 0; u < padded; u++) {
      const value = Math.fround(gains[u]! + noise[shift + u]!)
      if (value > key && until[u]! <= clock[0]!) {
        key = value
        v = u
      }
      if (value > any) {
        any = value
        w = u
      }
    }
    if (v < 0 || energies[0]! - 2 * gains[w]! < energies[1]!) v = w
    const gain = gains[v]!
    if (clock[2] !== 0 && gain <= 0) {
      best.set(spins)
      clock[2] = 0
    }
    const change = -2 * spins[v]!
    energies[0]! -= 2 * gain
    spins[v] = -spins[v]!
    gains[v] = -gain
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) {
      const u = targets[k]! >> 2
      gains[u]! += spins[u]! * change * weights[k]!
    }
    made++
    const now = ++clock[0]!
    until[v] = now + limits.tenure + ((bits >>> 12) % limits.spread)
    if (energies[0]! < energies[1]! - 1e-9) {
      energies[1] = energies[0]!
      clock[2] = 1
      clock[1] = 0
    } else clock[1]! += 1
  }
  if (clock[2] !== 0 && energies[0]! <= energies[1]!) {
    best.set(spins)
    clock[2] = 0
  }
  return made
}
