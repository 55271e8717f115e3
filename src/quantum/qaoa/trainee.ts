/** An encoded problem made ready for training: scaled, split, with the objectives that angles can be judged by. */
import { QaasError } from '../../errors.ts'
import type { Rng } from '../../numeric/rng.ts'
import type { Angles } from '../statevector/ansatz.ts'
import { energyTable } from '../statevector/energy-table.ts'
import { gradientOf } from '../statevector/gradient.ts'
import {
  type Component,
  createProductSimulator,
  type ProductSimulator,
} from '../statevector/product-simulator.ts'
import type { ReferenceSimulator } from '../statevector/reference-simulator.ts'
import { dimensionOf, restrict, type SiteHamiltonian } from '../statevector/site-hamiltonian.ts'
import type { Encoding } from './encoding.ts'
import { normalised } from './encoding.ts'

/**
 * What training makes small: the mean energy; the mean of the `alpha` lowest share of the distribution (CVaR, Barkoutsos
 * et al. 2020); or one minus the probability of a valid state.
 */
export type Objective =
  | { readonly kind: 'mean' }
  | { readonly kind: 'cvar'; readonly alpha: number }
  | { readonly kind: 'valid-rate' }

export interface Trainee {
  readonly encoding: Encoding
  readonly simulator: ProductSimulator
  /** Energies of the simulator are the model's divided by this; so are angles gamma multiplied by it. */
  readonly scale: number
  /** Value of an objective in the present state, in the model's units. */
  value(objective: Objective): number
  /** Value and derivatives by gammas then betas. @throws QaasError `unsupported` for CVaR or float32 components */
  gradient(objective: Objective, angles: Angles): { value: number; gradient: Float64Array }
  /** Exact probability that a measurement is valid; undefined when a component is too large to tabulate. */
  validRate(): number | undefined
  /** Least energy over valid states, exact; undefined when a component is too large to tabulate. */
  optimum(): number | undefined
}

export interface TraineeOptions {
  readonly arithmetic?: 'auto' | 'float64' | 'float32'
  /** False keeps all sites in one state vector. */
  readonly split?: boolean
  /** False trains in the model's own units: the raw setting of the paper. Default true. */
  readonly normalise?: boolean
  /** Threads that share a large component. Default 1. */
  readonly threads?: number
  /** Draws the shots of CVaR over several components. */
  readonly rng: Rng
}

/** Components up to this size may be tabulated: masks of valid states, exact optima, exact CVaR. */
const TABLE_STATES = 1 << 22
/** Shots that estimate CVaR where the distribution is a product over components; the same draws for all angles. */
const CVAR_SHOTS = 4000

/** @throws QaasError `too-large` before allocation when a component does not fit */
export function createTrainee(encoding: Encoding, options: TraineeOptions): Trainee {
  const { normalise = true, rng } = options
  const { ansatz, scale } = normalise ? normalised(encoding.ansatz) : { ansatz: encoding.ansatz, scale: 1 }
  const links = encoding.violation?.couplings.map(({ low, high }) => [low, high] as const) ?? []
  const simulator = createProductSimulator(ansatz, {
    links,
    ...(options.arithmetic ? { arithmetic: options.arithmetic } : {}),
    ...(options.split === undefined ? {} : { split: options.split }),
    ...(options.threads ? { threads: options.threads } : {}),
  })
  const { components } = simulator
  const tabulated = components.every(({ ansatz: part }) => dimensionOf(part.cost.levels) <= TABLE_STATES)
  const masks = memo(() => components.map((component) => validMask(component, encoding.violation)))
  const order = memo(() => energyOrder(components[0]!))
  const offset = ansatz.cost.offset
  const draw = rng.fork(7)

  const partRate = ({ simulator: part }: Component, mask: Float64Array): number => {
    const weights = part.probabilities()
    let sum = 0
    for (let z = 0; z < mask.length; z++) sum += mask[z]! * weights[z]!
    return sum
  }
  const validRate = (): number | undefined => {
    if (encoding.violation === undefined) return 1
    if (!tabulated) return undefined
    return components.reduce((rate, component, k) => rate * partRate(component, masks()[k]!), 1)
  }
  const cvar = (alpha: number): number => {
    if (components.length === 1 && tabulated)
      return offset + lowestShare(order(), components[0]!.simulator.probabilities(), alpha)
    const digits = simulator.sample(CVAR_SHOTS, draw.fork(0))
    return sampledShare(ansatz.cost, digits, alpha)
  }
  return {
    encoding,
    simulator,
    scale,
    validRate,
    value(objective) {
      if (objective.kind === 'mean') return simulator.expectation() * scale
      if (objective.kind === 'cvar') return cvar(checkedAlpha(objective.alpha)) * scale
      const rate = validRate()
      if (rate === undefined) throw tooLargeForMask()
      return 1 - rate
    },
    gradient(objective, angles) {
      if (objective.kind === 'cvar')
        throw new QaasError('unsupported', 'CVaR is not smooth: it has no gradient here', {
          advice: 'Maybe use the optimiser cobyla, nelder-mead or spsa.',
        })
      const observe = objective.kind === 'mean' ? undefined : masks()
      const parts = components.map(({ simulator: part, ansatz: own }, k) => {
        if (part.arithmetic !== 'float64')
          throw new QaasError('unsupported', 'gradients need float64 components; this one runs in float32', {
            advice: 'Maybe set arithmetic to float64 or use another optimiser.',
          })
        return gradientOf(part as ReferenceSimulator, own, angles, observe?.[k])
      })
      const layers = angles.gammas.length
      const gradient = new Float64Array(2 * layers)
      const total = parts.reduce((product, part) => product * part.value, 1)
      for (const { value, gammas, betas } of parts) {
        const factor = objective.kind === 'mean' ? scale : value === 0 ? 0 : -total / value
        for (let layer = 0; layer < layers; layer++) {
          gradient[layer]! += factor * gammas[layer]!
          gradient[layers + layer]! += factor * betas[layer]!
        }
      }
      const mean = (parts.reduce((sum, part) => sum + part.value, 0) + offset) * scale
      return { value: objective.kind === 'mean' ? mean : 1 - total, gradient }
    },
    optimum() {
      if (!tabulated) return undefined
      const least = components.map(({ ansatz: part }, k) => {
        const mask = encoding.violation === undefined ? undefined : masks()[k]!
        return energyTable(part.cost).reduce(
          (min, energy, z) => (mask && mask[z] === 0 ? min : Math.min(min, energy)),
          Number.POSITIVE_INFINITY,
        )
      })
      return (least.reduce((sum, energy) => sum + energy, 0) + offset) * scale
    },
  }
}

/** 1 for every state of a component that breaks nothing, else 0. */
function validMask({ sites }: Component, violation: SiteHamiltonian | undefined): Float64Array {
  // Every group lies within one component, so a constant term belongs to the groups here: their number is what is
  // missing to make the least violation zero.
  const table = energyTable(restrict(violation!, sites))
  const least = table.reduce((min, value) => Math.min(min, value), Number.POSITIVE_INFINITY)
  return table.map((value) => (value < least + 0.5 ? 1 : 0))
}

interface EnergyOrder {
  readonly energies: Float64Array
  /** Basis states by rising energy. */
  readonly states: Uint32Array
}

function energyOrder({ ansatz }: Component): EnergyOrder {
  const energies = energyTable(ansatz.cost)
  return { energies, states: Uint32Array.from(energies.keys()).sort((a, b) => energies[a]! - energies[b]!) }
}

/** Mean energy of the lowest `alpha` share of a distribution. */
function lowestShare({ energies, states }: EnergyOrder, weights: Float64Array, alpha: number): number {
  let left = alpha
  let sum = 0
  for (let k = 0; k < states.length && left > 0; k++) {
    const z = states[k]!
    const taken = Math.min(weights[z]!, left)
    sum += taken * energies[z]!
    left -= taken
  }
  return sum / (alpha - left)
}

function sampledShare(cost: SiteHamiltonian, digits: Int32Array, alpha: number): number {
  const width = cost.levels.length
  const energies = Float64Array.from({ length: digits.length / width }, (_, row) => {
    let energy = cost.offset
    const at = row * width
    for (let site = 0; site < width; site++) energy += cost.fields[site]![digits[at + site]!]!
    for (const { low, high, energies: table } of cost.couplings)
      energy += table[digits[at + high]! * cost.levels[low]! + digits[at + low]!]!
    return energy
  }).sort()
  const count = Math.max(1, Math.ceil(alpha * energies.length))
  return energies.subarray(0, count).reduce((sum, energy) => sum + energy, 0) / count
}

function checkedAlpha(alpha: number): number {
  if (alpha > 0 && alpha <= 1) return alpha
  throw new QaasError('invalid-option', `CVaR alpha (${alpha}) must lie in (0, 1]`)
}

function tooLargeForMask(): QaasError {
  return new QaasError('unsupported', `the valid rate needs components of at most ${TABLE_STATES} states`, {
    advice: 'Maybe train on the mean energy.',
  })
}

function memo<T>(make: () => T): () => T {
  let value: T | undefined
  return () => (value ??= make())
}
