/**
 * Adjoint differentiation (Jones and Gacon 2020): the whole gradient of the mean of a diagonal observable for the price
 * of about three evolutions and two states, by running the circuit backwards on the state and on the observable's image.
 */
import { type Angles, type Ansatz, checkAngles } from './ansatz.ts'
import { applyStep, type MixerStep, mixerSteps, type PairStep, type ReflectStep } from './reference-mixers.ts'
import { type Amplitudes, applyPhase, type ReferenceSimulator } from './reference-simulator.ts'

export interface Gradient {
  readonly value: number
  readonly gammas: Float64Array
  readonly betas: Float64Array
}

/**
 * Mean of `observable` (a number per basis state; default: the Hamiltonian) in the ansatz at `angles`, with its
 * derivatives. Leaves the simulator in the product start.
 */
export function gradientOf(
  simulator: ReferenceSimulator,
  ansatz: Ansatz,
  angles: Angles,
  observable: Float64Array = simulator.energies,
): Gradient {
  checkAngles(angles)
  simulator.evolve(angles)
  const state = simulator.amplitudes
  const image: Amplitudes = {
    re: state.re.map((value, z) => value * observable[z]!),
    im: state.im.map((value, z) => value * observable[z]!),
  }
  let value = 0
  for (let z = 0; z < state.re.length; z++) value += state.re[z]! * image.re[z]! + state.im[z]! * image.im[z]!
  const layers = angles.gammas.length
  const gammas = new Float64Array(layers)
  const betas = new Float64Array(layers)
  // Last step first: steps of one site need not commute.
  const backwards = mixerSteps(ansatz).reverse()
  for (let layer = layers - 1; layer >= 0; layer--) {
    for (const step of backwards) {
      betas[layer]! += generatorOverlap(state, image, step)
      applyStep(state, step, -angles.betas[layer]!)
      applyStep(image, step, -angles.betas[layer]!)
    }
    gammas[layer] = phaseDerivative(state, image, simulator.energies)
    applyPhase(state, simulator.energies, -angles.gammas[layer]!)
    applyPhase(image, simulator.energies, -angles.gammas[layer]!)
  }
  return { value, gammas, betas }
}

/** 2 Im <image| C |state>. */
function phaseDerivative(state: Amplitudes, image: Amplitudes, energies: Float64Array): number {
  let sum = 0
  for (let z = 0; z < energies.length; z++)
    sum += energies[z]! * (image.re[z]! * state.im[z]! - image.im[z]! * state.re[z]!)
  return 2 * sum
}

/** 2 Im <image| M |state> for the generator M of one step, which commutes with the step. */
function generatorOverlap(state: Amplitudes, image: Amplitudes, step: MixerStep): number {
  return step.kind === 'pair' ? flipOverlap(state, image, step) : reflectOverlap(state, image, step)
}

function flipOverlap(state: Amplitudes, image: Amplitudes, { low, high, stride, block }: PairStep): number {
  let sum = 0
  for (let base = low; base < state.re.length; base += block)
    for (let z = base, w = base + high - low; z < base + stride; z++, w++)
      sum +=
        image.re[z]! * state.im[w]! -
        image.im[z]! * state.re[w]! +
        image.re[w]! * state.im[z]! -
        image.im[w]! * state.re[z]!
  return 2 * sum
}

function reflectOverlap(
  state: Amplitudes,
  image: Amplitudes,
  { weights, stride, block }: ReflectStep,
): number {
  let sum = 0
  for (let base = 0; base < state.re.length; base += block)
    for (let z = base; z < base + stride; z++) {
      let [sr, si, tr, ti] = [0, 0, 0, 0]
      for (let k = 0, at = z; k < weights.length; k++, at += stride) {
        sr += weights[k]! * state.re[at]!
        si += weights[k]! * state.im[at]!
        tr += weights[k]! * image.re[at]!
        ti += weights[k]! * image.im[at]!
      }
      sum += tr * si - ti * sr
    }
  return 2 * weights.length * sum
}
