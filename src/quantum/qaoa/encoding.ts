/**
 * How a problem's variables become sites of an ansatz, and how measured digits become variables again. Four encodings:
 * `one-hot`: a qubit per variable, groups by penalty, X mixer. `subspace`: a site per group whose levels are its members,
 * from a W state under an XY mixer, always valid. `domain-wall`: M - 1 qubits for a group of M (Chancellor 2019).
 * `binary`: ceil(log2 M) qubits, spare codes repeat members, always valid.
 */
import { QaasError } from '../../errors.ts'
import type { Bqm } from '../../formulation/bqm.ts'
import { type Ansatz, chainEdges, ringEdges, type SiteMixer, uniformStart } from '../statevector/ansatz.ts'
import { type SiteHamiltonian, scaled } from '../statevector/site-hamiltonian.ts'
import { domainWall } from './domain-wall.ts'
import { placedHamiltonian } from './placement.ts'
import { centred, largestMove, penalised, type QaoaProblem, zeroModel } from './problem.ts'
import { biasedStart } from './warm-start.ts'

export const ENCODINGS = ['one-hot', 'subspace', 'domain-wall', 'binary'] as const
export type EncodingName = (typeof ENCODINGS)[number]

/** Mixers inside a one-hot group; `x` where groups are not kept. */
export const MIXERS = ['x', 'xy-ring', 'xy-chain', 'xy-complete'] as const
export type MixerName = (typeof MIXERS)[number]

export interface Encoding {
  readonly name: EncodingName
  readonly mixer: MixerName
  /** Energies of the model, in its own units where the state is valid. */
  readonly ansatz: Ansatz
  /** Zero exactly on valid states; absent when every state is valid. */
  readonly violation?: SiteHamiltonian
  /** Qubits a device would need. */
  readonly numQubits: number
  /** The penalty in force; 0 when the encoding needs none. */
  readonly penalty: number
  /** Writes the variables (0 or 1) of one state at `bits[at ..)`; in an invalid state a group has no or several ones. */
  decode(digits: ArrayLike<number>, bits: Int8Array, at: number): void
}

export interface EncodingOptions {
  readonly encoding?: EncodingName
  readonly mixer?: MixerName
  /** Weight of (1 - sum of a group)^2, in units of the objective. Default: `penaltyFactor` x the largest single move. */
  readonly penalty?: number
  /** Default 8: under the X mixer the objective then hardly disturbs the valid rate. */
  readonly penaltyFactor?: number
  /** False keeps the biases as they are: the raw setting of the paper. Default true: each group's mean is taken out. */
  readonly centre?: boolean
  /** A state to start near: 0 or 1, or a fraction, for every variable. */
  readonly warmStart?: ArrayLike<number>
  /** How far the warm start stays from certainty. Default 0.25, the value of Egger et al. */
  readonly epsilon?: number
}

/** The default encoding: the subspace where there are groups, else a qubit per variable. */
export function encode(problem: QaoaProblem, options: EncodingOptions = {}): Encoding {
  const grouped = problem.groups.length > 0
  const { encoding = grouped ? 'subspace' : 'one-hot', centre = true } = options
  const subject = centre ? centred(problem) : problem
  const encoded = builders[encoding](subject, options)
  const { warmStart, epsilon = 0.25 } = options
  if (warmStart === undefined) return encoded
  return { ...encoded, ansatz: biasedStart({ encoding: encoded, problem, warmStart, epsilon }) }
}

type Build = (problem: QaoaProblem, options: EncodingOptions) => Encoding

const builders: Record<EncodingName, Build> = {
  'one-hot': (problem, options) => {
    requireX('one-hot', options)
    const { bqm } = problem
    const penalty = penaltyOf(problem, options)
    const sites = Array.from({ length: bqm.numVariables }, (_, v) => Int32Array.of(-1, v))
    const ofModel = (model: Bqm): SiteHamiltonian => placedHamiltonian(model, sites)
    return {
      name: 'one-hot',
      mixer: 'x',
      ansatz: transverse(ofModel(penalised(problem, penalty))),
      ...(problem.groups.length > 0
        ? { violation: ofModel(penalised({ ...problem, bqm: zeroModel(problem) }, 1)) }
        : {}),
      numQubits: bqm.numVariables,
      penalty,
      decode(digits, bits, at) {
        for (let v = 0; v < bqm.numVariables; v++) bits[at + v] = digits[v]!
      },
    }
  },
  subspace: (problem, { mixer = 'xy-ring' }) => {
    if (mixer === 'x')
      throw new QaasError('invalid-option', 'the X mixer leaves the one-hot subspace', {
        advice: 'Maybe use the mixer xy-ring, xy-chain or xy-complete, or the encoding one-hot.',
      })
    const sites = siteVariables(problem, (group) => group)
    const cost = placedHamiltonian(problem.bqm, sites)
    const numGroups = problem.groups.length
    return {
      name: 'subspace',
      mixer,
      ansatz: {
        cost,
        mixers: sites.map((site, s) => (s < numGroups ? groupMixer(mixer, site.length) : { kind: 'x' })),
        start: sites.map((site) => uniformStart(site.length)),
      },
      numQubits: problem.bqm.numVariables,
      penalty: 0,
      decode: placedDecoder(problem.bqm.numVariables, sites),
    }
  },
  'domain-wall': (problem, options) => {
    requireX('domain-wall', options)
    const penalty = penaltyOf(problem, options)
    const { cost, violation, decode } = domainWall(problem, penalty)
    return {
      name: 'domain-wall',
      mixer: 'x',
      ansatz: transverse(cost),
      violation,
      numQubits: cost.levels.length,
      penalty,
      decode,
    }
  },
  binary: (problem, options) => {
    requireX('binary', options)
    const sites = siteVariables(problem, (group) => {
      const codes = 2 ** Math.ceil(Math.log2(group.length))
      return Int32Array.from({ length: codes }, (_, code) => group[code % group.length]!)
    })
    return {
      name: 'binary',
      mixer: 'x',
      ansatz: transverse(placedHamiltonian(problem.bqm, sites)),
      numQubits: sites.reduce((sum, site) => sum + Math.ceil(Math.log2(site.length)), 0),
      penalty: 0,
      decode: placedDecoder(problem.bqm.numVariables, sites),
    }
  },
}

/** Groups first, then a qubit for every free variable (level 0: none). */
function siteVariables(
  { bqm, groups }: QaoaProblem,
  levelsOf: (group: Int32Array) => Int32Array,
): Int32Array[] {
  const grouped = new Uint8Array(bqm.numVariables)
  for (const group of groups) for (const v of group) grouped[v] = 1
  const free: Int32Array[] = []
  for (let v = 0; v < bqm.numVariables; v++) if (!grouped[v]) free.push(Int32Array.of(-1, v))
  return [...groups.map(levelsOf), ...free]
}

function placedDecoder(numVariables: number, sites: readonly Int32Array[]): Encoding['decode'] {
  return (digits, bits, at) => {
    bits.fill(0, at, at + numVariables)
    sites.forEach((variables, site) => {
      const v = variables[digits[site]!]!
      if (v >= 0) bits[at + v] = 1
    })
  }
}

function groupMixer(mixer: MixerName, size: number): SiteMixer {
  if (mixer === 'xy-complete') return { kind: 'reflect', weights: uniformStart(size) }
  return { kind: 'edges', edges: mixer === 'xy-ring' ? ringEdges(size) : chainEdges(size) }
}

function transverse(cost: SiteHamiltonian): Ansatz {
  return {
    cost,
    mixers: cost.fields.map(() => ({ kind: 'x' })),
    start: cost.fields.map((field) => uniformStart(field.length)),
  }
}

function requireX(encoding: EncodingName, { mixer = 'x' }: EncodingOptions): void {
  if (mixer !== 'x')
    throw new QaasError('invalid-option', `the mixer ${mixer} needs the encoding subspace, not ${encoding}`)
}

function penaltyOf(problem: QaoaProblem, { penalty, penaltyFactor = 8 }: EncodingOptions): number {
  if (problem.groups.length === 0) return 0
  const chosen = penalty ?? penaltyFactor * (largestMove(problem) || 1)
  if (!(Number.isFinite(chosen) && chosen > 0))
    throw new QaasError('invalid-option', `penalty (${chosen}) must be a positive number`)
  return chosen
}

/** Root mean square energy that a site feels, its own levels and its couplings; angles are trained in its inverse. */
export function energyScale(cost: SiteHamiltonian): number {
  let sum = 0
  for (const field of cost.fields) sum += variance(field)
  for (const { low, energies } of cost.couplings) {
    // What is left of a coupling beyond the fields it contains: rows and columns centred.
    const columns = cost.levels[low]!
    sum += 2 * variance(doubleCentred(energies, columns))
  }
  const scale = Math.sqrt(sum / cost.fields.length)
  return scale > 0 ? scale : 1
}

/** The ansatz with energies divided by `energyScale`, so that good angles are of order 1. */
export function normalised(ansatz: Ansatz): { ansatz: Ansatz; scale: number } {
  const scale = energyScale(ansatz.cost)
  return { ansatz: { ...ansatz, cost: scaled(ansatz.cost, 1 / scale) }, scale }
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}

function doubleCentred(energies: Float64Array, columns: number): Float64Array {
  const rows = energies.length / columns
  const rowMean = new Float64Array(rows)
  const columnMean = new Float64Array(columns)
  energies.forEach((energy, k) => {
    rowMean[Math.floor(k / columns)]! += energy / columns
    columnMean[k % columns]! += energy / rows
  })
  const mean = rowMean.reduce((sum, value) => sum + value, 0) / rows
  return energies.map(
    (energy, k) => energy - rowMean[Math.floor(k / columns)]! - columnMean[k % columns]! + mean,
  )
}
