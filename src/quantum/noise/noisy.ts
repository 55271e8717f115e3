/** What a noisy device reads from a circuit: exact per connected component where it is small, sampled where it is not. */
import type { Rng } from '../../numeric/rng.ts'
import { type Circuit, checkCircuit } from '../circuit/circuit.ts'
import { restrict } from '../circuit/rewire.ts'
import { checkMeasuredLast, drawIndices } from '../circuit/simulate.ts'
import { connectedQubits } from '../circuit/stats.ts'
import { densityProbabilities, MAX_DENSITY_QUBITS } from './density.ts'
import type { NoiseModel } from './model.ts'
import { trajectoryShots } from './trajectories.ts'

/** The chance of every reading of some classical bits, independent of all other bits. */
export interface ReadoutDistribution {
  /** The classical bits, lowest first: bit k of an index is classical bit `bits[k]`. */
  readonly bits: readonly number[]
  readonly probabilities: Float64Array
}

/**
 * Exact distributions of the measured bits, component by component: their product is that of the whole circuit.
 * @throws QaasError `too-large` when a component has more than 10 qubits, `unsupported` on measurements in mid-circuit
 */
export function noisyDistributions(circuit: Circuit, model: NoiseModel): ReadoutDistribution[] {
  return measuredComponents(circuit).map(({ part, places, bits }) => {
    const chances = marginal(densityProbabilities(part, model), places)
    places.forEach((_, k) => {
      misread(chances, k, model)
    })
    return { bits, probabilities: chances }
  })
}

interface MeasuredComponent {
  readonly part: Circuit
  /** Measured qubits of `part`, in the order of `bits`. */
  readonly places: readonly number[]
  readonly bits: readonly number[]
}

function measuredComponents(circuit: Circuit): MeasuredComponent[] {
  checkCircuit(circuit)
  checkMeasuredLast(circuit)
  return connectedQubits(circuit).flatMap((qubits): MeasuredComponent[] => {
    const part = restrict(circuit, qubits)
    const reads = part.operations.filter(({ gate }) => gate === 'measure')
    if (reads.length === 0) return []
    reads.sort((a, b) => a.bit! - b.bit!)
    return [{ part, places: reads.map((read) => read.qubits[0]!), bits: reads.map((read) => read.bit!) }]
  })
}

/** Sums over the qubits that are not among `places`, and renames the others 0, 1, ... */
function marginal(probabilities: Float64Array, places: readonly number[]): Float64Array {
  const result = new Float64Array(2 ** places.length)
  for (const [index, chance] of probabilities.entries())
    result[project(index, places)] = result[project(index, places)]! + chance
  return result
}

function project(index: number, places: readonly number[]): number {
  return places.reduce((sum, place, k) => sum + (((index >> place) & 1) << k), 0)
}

function misread(chances: Float64Array, bit: number, model: NoiseModel): void {
  const step = 1 << bit
  const [up, down] = [model.readOneGivenZero, model.readZeroGivenOne]
  for (let index = 0; index < chances.length; index++) {
    if (index & step) continue
    const [zero, one] = [chances[index]!, chances[index + step]!]
    chances[index] = (1 - up) * zero + down * one
    chances[index + step] = up * zero + (1 - down) * one
  }
}

export interface NoisyShots {
  readonly numBits: number
  readonly shots: number
  /** Bit b of shot s is `bits[s * numBits + b]`. */
  readonly bits: Uint8Array
}

/** Shots from a noisy device. Components of up to 10 qubits are exact, larger ones are trajectories. */
export function noisyShots(
  circuit: Circuit,
  model: NoiseModel,
  { shots, rng }: { readonly shots: number; readonly rng: Rng },
): NoisyShots {
  const { numBits } = circuit
  const result = new Uint8Array(shots * numBits)
  for (const { part, places, bits } of measuredComponents(circuit)) {
    const outcomes =
      part.numQubits <= MAX_DENSITY_QUBITS
        ? drawIndices(densityProbabilities(part, model), shots, rng)
        : trajectoryShots(part, model, { shots, rng })
    for (const [shot, outcome] of outcomes.entries())
      for (const [k, place] of places.entries()) {
        const value = (outcome >> place) & 1
        const wrong = value === 1 ? model.readZeroGivenOne : model.readOneGivenZero
        result[shot * numBits + bits[k]!] = wrong > 0 && rng.nextFloat() < wrong ? 1 - value : value
      }
  }
  return { numBits, shots, bits: result }
}
