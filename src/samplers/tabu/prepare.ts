/** Puts an Ising model and the states of tabu reads into an arena. */
import { createRng } from '../../numeric/rng.ts'
import { type Ising, unitScale } from '../annealing/ising.ts'
import { ARENA_START, type Arena, type Columns, carve, createArena, sizeOf } from '../kernels/arena.ts'
import { NOISE_WINDOW, type TabuModel, type TabuSearch, type TabuState, tabuSearch } from '../kernels/tabu.ts'

/** A model in an arena with room for `slots` reads at once; survives structured cloning. */
export interface PreparedTabu {
  readonly arena: Arena
  readonly n: number
  readonly entries: number
  /** Kernel energies are this many times the model's: makes half and quarter biases whole, others near 1. */
  readonly scale: number
}

const modelColumns = (n: number, entries: number) =>
  ({
    rowStart: ['i32', n + 1],
    targets: ['i32', entries],
    weights: ['f32', entries],
    h: ['f32', n],
    noise: ['f32', paddedLength(n) + NOISE_WINDOW],
  }) satisfies Columns

const stateColumns = (n: number) =>
  ({
    gains: ['f32', paddedLength(n)],
    spins: ['f32', paddedLength(n)],
    until: ['i32', paddedLength(n)],
    random: ['u32', 4],
    energies: ['f64', 2],
    best: ['f32', paddedLength(n)],
    clock: ['i32', 3],
  }) satisfies Columns

const paddedLength = (n: number): number => Math.ceil(n / 4) * 4

/** Whole gains differ by at least 1, which leaves this much room to break ties. */
const NOISE = 0.98
/** Whole gains below this keep two bits for the noise in float32. */
const LARGEST_WHOLE_GAIN = 2 ** 21
const MAX_HALVINGS = 6

export function prepareTabu(ising: Ising, slots: number): PreparedTabu {
  const { n, J, h } = ising
  const columns = modelColumns(n, J.length)
  const arena = createArena(sizeOf(columns) + slots * sizeOf(stateColumns(n)))
  const views = carve(arena, ARENA_START, columns)
  const whole = wholeScale(ising)
  const scale = whole || unitScale(ising)
  views.rowStart.set(ising.rowStart)
  for (let k = 0; k < J.length; k++) views.targets[k] = 4 * ising.neighbours[k]!
  views.weights.set(J.map((weight) => weight * scale))
  views.h.set(h.map((field) => field * scale))
  if (whole > 0) {
    const rng = createRng(0x7ab0)
    for (let i = 0; i < views.noise.length; i++) views.noise[i] = NOISE * rng.nextFloat()
  }
  return { arena, n, entries: J.length, scale }
}

/** A power of two that makes all biases whole, or 0. */
function wholeScale({ n, h, rowStart, J }: Ising): number {
  for (let scale = 1; scale <= 2 ** MAX_HALVINGS; scale *= 2) {
    if (!J.every((weight) => Number.isInteger(weight * scale))) continue
    if (!h.every((field) => Number.isInteger(field * scale))) continue
    for (let v = 0; v < n; v++) {
      let sum = Math.abs(h[v]!)
      for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) sum += Math.abs(J[k]!)
      if (sum * scale > LARGEST_WHOLE_GAIN) return 0
    }
    return scale
  }
  return 0
}

/** One read's state with what can be done to it. */
export interface TabuRead {
  readonly n: number
  readonly state: TabuState
  readonly search: TabuSearch
  /** Puts the search at a state (+1/-1); the best energy starts anew. */
  place(spins: Int8Array): void
  flip(v: number): void
}

export function tabuRead({ arena, n, entries }: PreparedTabu, slot: number): TabuRead {
  const columns = modelColumns(n, entries)
  const { h, ...views } = carve(arena, ARENA_START, columns)
  const model: TabuModel = { padded: paddedLength(n), ...views }
  const own = stateColumns(n)
  const state = carve(arena, ARENA_START + sizeOf(columns) + slot * sizeOf(own), own)
  const { gains, spins, until, energies, clock } = state
  const { rowStart, targets, weights } = model
  return {
    n,
    state,
    search: tabuSearch(arena, model, state),
    place(given) {
      spins.fill(1)
      spins.set(given)
      until.fill(0)
      until.fill(0x7fffffff, n)
      clock.fill(0)
      gains.fill(Number.NEGATIVE_INFINITY, n)
      let energy = 0
      for (let v = 0; v < n; v++) {
        let pairs = 0
        for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) pairs += weights[k]! * spins[targets[k]! >> 2]!
        gains[v] = spins[v]! * (h[v]! + pairs)
        energy += spins[v]! * (h[v]! + pairs / 2)
      }
      energies.fill(energy)
      state.best.set(spins)
    },
    flip(v) {
      energies[0]! -= 2 * gains[v]!
      const change = -2 * spins[v]!
      spins[v] = -spins[v]!
      gains[v] = -gains[v]!
      for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) {
        const u = targets[k]! >> 2
        gains[u]! += spins[u]! * change * weights[k]!
      }
    },
  }
}
