/**
 * Adjoint differentiation (Jones and Gacon 2020): the whole gradient of the mean of a diagonal observable for the price
 * of about three evolutions and two states, by running the circuit backwards on the state and on the observable's image.
 */
import { type Angles, type Ansatz, checkAngles, type SiteMixer } from './ansatz.ts'
import { type SiteAction, undoSiteMixer } from './reference-mixers.ts'
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
  for (let layer = layers - 1; layer >= 0; layer--) {
    let stride = 1
    ansatz.mixers.forEach((mixer, site) => {
      const levels = ansatz.cost.levels[site]!
      betas[layer]! += undoAndDifferentiate(state, image, { mixer, levels, stride }, angles.betas[layer]!)
      stride *= levels
    })
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

/** Derivative by the angle of one site's mixer, which is undone on both states; edges one at a time, for they do not commute. */
function undoAndDifferentiate(
  state: Amplitudes,
  image: Amplitudes,
  action: SiteAction,
  beta: number,
): number {
  const parts: SiteMixer[] =
    action.mixer.kind === 'edges'
      ? action.mixer.edges.toReversed().map((edge) => ({ kind: 'edges', edges: [edge] }))
      : [action.mixer]
  let derivative = 0
  for (const mixer of parts) {
    const part = { ...action, mixer }
    derivative += generatorOverlap(state, image, part)
    undoSiteMixer(state, part, beta)
    undoSiteMixer(image, part, beta)
  }
  return derivative
}

/** 2 Im <image| M |state> for the generator M of one site's mixer. */
function generatorOverlap(
  state: Amplitudes,
  image: Amplitudes,
  { mixer, levels, stride }: SiteAction,
): number {
  if (mixer.kind === 'reflect')
    return reflectOverlap(state, image, { weights: mixer.weights, levels, stride })
  if (mixer.kind === 'edges') return flipOverlap(state, image, { block: levels, at: mixer.edges[0]!, stride })
  let sum = 0
  for (let bit = 1; bit < levels; bit *= 2)
    sum += flipOverlap(state, image, { block: 2, at: [0, 1], stride: stride * bit })
  return sum
}

interface Pairs {
  readonly block: number
  readonly at: readonly [number, number]
  readonly stride: number
}

function flipOverlap(state: Amplitudes, image: Amplitudes, { block, at, stride }: Pairs): number {
  const [low, high] = [Math.min(...at), Math.max(...at)]
  const apart = (high - low) * stride
  let sum = 0
  for (let base = low * stride; base < state.re.length; base += block * stride)
    for (let z = base, w = base + apart; z < base + stride; z++, w++)
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
  { weights, levels, stride }: { weights: Float64Array; levels: number; stride: number },
): number {
  let sum = 0
  for (let base = 0; base < state.re.length; base += levels * stride)
    for (let z = base; z < base + stride; z++) {
      let [sr, si, tr, ti] = [0, 0, 0, 0]
      for (let k = 0, at = z; k < levels; k++, at += stride) {
        sr += weights[k]! * state.re[at]!
        si += weights[k]! * state.im[at]!
        tr += weights[k]! * image.re[at]!
        ti += weights[k]! * image.im[at]!
      }
      sum += tr * si - ti * sr
    }
  return 2 * levels * sum
}
