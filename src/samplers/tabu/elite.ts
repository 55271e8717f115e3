/** The few best distinct states of a read, and new starting points made from them; not a sampler. */
import { type Rng, shuffle } from '../../numeric/rng.ts'
import type { TabuRead } from './prepare.ts'

export interface EliteState {
  readonly energy: number
  readonly spins: Int8Array
}

/** Distinct states by rising energy, at most `size`. */
export interface Elite {
  readonly members: readonly EliteState[]
  /** Takes the state in unless it is known or worse than all of a full pool. */
  add(state: EliteState): void
}

export function createElite(size: number): Elite {
  const members: EliteState[] = []
  return {
    members,
    add(state) {
      if (members.some((known) => known.energy === state.energy && isSame(known.spins, state.spins))) return
      const at = members.findIndex((known) => known.energy > state.energy)
      members.splice(at < 0 ? members.length : at, 0, state)
      members.length = Math.min(members.length, size)
    },
  }
}

function isSame(a: Int8Array, b: Int8Array): boolean {
  return a.every((spin, v) => spin === b[v])
}

/**
 * Path relinking (Wang, Lu, Glover and Hao, EJOR 223, 2012): from one elite state greedily towards another, stopping
 * at the best point of the middle stretch of the path.
 */
export function relink(read: TabuRead, from: EliteState, towards: EliteState): void {
  read.place(from.spins)
  const { gains, energies } = read.state
  const differing = Array.from(from.spins.keys()).filter((v) => from.spins[v] !== towards.spins[v])
  const steps = Math.floor((2 * differing.length) / 3)
  const first = Math.floor(differing.length / 3)
  const path: number[] = []
  let best = { at: 0, energy: Infinity }
  for (let step = 1; step <= steps; step++) {
    let pick = 0
    for (let i = 1; i < differing.length; i++) if (gains[differing[i]!]! > gains[differing[pick]!]!) pick = i
    const v = differing[pick]!
    differing[pick] = differing.at(-1)!
    differing.pop()
    read.flip(v)
    path.push(v)
    if (step >= first && energies[0]! < best.energy) best = { at: step, energy: energies[0]! }
  }
  while (path.length > best.at) read.flip(path.pop()!)
  restart(read)
}

/** Breakout (after Benlic and Hao, Eng. Appl. AI 26, 2013): a share of the spins of an elite state flips at random. */
export function breakOut(read: TabuRead, from: EliteState, rng: Rng): void {
  const share = 0.02 + 0.2 * rng.nextFloat()
  const spins = Int8Array.from(from.spins)
  const order = shuffle(Int32Array.from(spins.keys()), rng)
  for (const v of order.subarray(0, Math.max(1, Math.round(share * spins.length)))) spins[v] = -spins[v]!
  read.place(spins)
}

/** The best energy and the clock start anew from the state as it is. */
function restart({ state, n }: TabuRead): void {
  state.energies[1] = state.energies[0]!
  state.best.set(state.spins)
  state.clock.fill(0)
  state.until.fill(0, 0, n)
}
