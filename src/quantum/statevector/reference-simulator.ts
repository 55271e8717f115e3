/**
 * The simulator in float64 TypeScript: the truth the kernel is tested against, the fallback where there is no
 * WebAssembly, and the faster choice for a few thousand states. Memory: 40 bytes a state.
 */
import type { Rng } from '../../numeric/rng.ts'
import { type Angles, type Ansatz, checkAngles, checkAnsatz } from './ansatz.ts'
import { energyTable } from './energy-table.ts'
import { refuseBeyond } from './memory.ts'
import { applySteps, mixerSteps } from './reference-mixers.ts'
import type { Simulator } from './simulator.ts'
import { dimensionOf } from './site-hamiltonian.ts'

/** Amplitudes in the order of the basis states. */
export interface Amplitudes {
  readonly re: Float64Array
  readonly im: Float64Array
}

export interface ReferenceSimulator extends Simulator {
  /** The present state; do not write. */
  readonly amplitudes: Amplitudes
  /** C(z) of every basis state; do not write. */
  readonly energies: Float64Array
}

export const REFERENCE_BYTES_PER_STATE = 40

/** @throws QaasError `invalid-model` on a malformed ansatz, `too-large` before allocation */
export function createReferenceSimulator(ansatz: Ansatz): ReferenceSimulator {
  checkAnsatz(ansatz)
  const dimension = dimensionOf(ansatz.cost.levels)
  refuseBeyond(ansatz.cost.levels, REFERENCE_BYTES_PER_STATE)
  const energies = energyTable(ansatz.cost)
  const start = productState(ansatz)
  const steps = mixerSteps(ansatz)
  const amplitudes = { re: new Float64Array(dimension), im: new Float64Array(dimension) }
  const { re, im } = amplitudes
  const norm = (): number => {
    let sum = 0
    for (let z = 0; z < dimension; z++) sum += re[z]! * re[z]! + im[z]! * im[z]!
    return sum
  }
  return {
    dimension,
    arithmetic: 'float64',
    amplitudes,
    energies,
    norm,
    evolve(angles: Angles) {
      checkAngles(angles)
      re.set(start)
      im.fill(0)
      for (let layer = 0; layer < angles.gammas.length; layer++) {
        applyPhase(amplitudes, energies, angles.gammas[layer]!)
        applySteps(amplitudes, steps, angles.betas[layer]!)
      }
    },
    expectation() {
      let sum = 0
      let weights = 0
      for (let z = 0; z < dimension; z++) {
        const weight = re[z]! * re[z]! + im[z]! * im[z]!
        weights += weight
        sum += weight * energies[z]!
      }
      return sum / weights
    },
    probabilities() {
      const total = norm()
      const weights = new Float64Array(dimension)
      for (let z = 0; z < dimension; z++) weights[z] = (re[z]! * re[z]! + im[z]! * im[z]!) / total
      return weights
    },
    sample(shots: number, rng: Rng) {
      return sampleStates(this.probabilities(), shots, rng)
    },
  }
}

/** Tensor product of the sites' start amplitudes. */
export function productState({ cost, start }: Ansatz): Float64Array {
  let state = Float64Array.of(1)
  for (let site = 0; site < cost.levels.length; site++) {
    const next = new Float64Array(state.length * cost.levels[site]!)
    start[site]!.forEach((amplitude, level) => {
      for (let z = 0; z < state.length; z++) next[level * state.length + z] = amplitude * state[z]!
    })
    state = next
  }
  return state
}

/** Multiplies by exp(-i gamma C). */
export function applyPhase({ re, im }: Amplitudes, energies: Float64Array, gamma: number): void {
  for (let z = 0; z < re.length; z++) {
    const angle = gamma * energies[z]!
    const c = Math.cos(angle)
    const s = Math.sin(angle)
    const x = re[z]!
    const y = im[z]!
    re[z] = c * x + s * y
    im[z] = c * y - s * x
  }
}

/** `shots` indices drawn with the probabilities `weights`, by search in the running sum. */
export function sampleStates(weights: Float64Array, shots: number, rng: Rng): Float64Array {
  const running = new Float64Array(weights.length)
  let sum = 0
  for (let z = 0; z < weights.length; z++) running[z] = sum += weights[z]!
  return Float64Array.from({ length: shots }, () => searchRunning(running, rng.nextFloat() * sum))
}

/** The first index whose running sum exceeds `target`. */
export function searchRunning(running: Float64Array, target: number): number {
  let low = 0
  let high = running.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (running[middle]! > target) high = middle
    else low = middle + 1
  }
  return low
}
