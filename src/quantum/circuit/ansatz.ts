/**
 * Builds QAOA circuits (Hadfield et al., arXiv 1709.03489): initial state, then p layers of phase separator and mixer.
 * Convention: |psi> = prod_l e^(-i beta_l B) e^(-i gamma_l C) |s>, with C the Ising energy and B = sum X for the X
 * mixer or sum (XX + YY) / 2 over the mixer's pairs.
 */
import { QaasError } from '../../errors.ts'
import { type Circuit, gate, type Operation } from './circuit.ts'
import { exchange, reflectOneHot, wState } from './one-hot.ts'

/** sum_i fields_i Z_i + sum couplings.value Z_first Z_second, with Z = +1 on bit 0. */
export interface IsingTerms {
  readonly numQubits: number
  readonly fields: ArrayLike<number>
  readonly couplings: readonly { readonly first: number; readonly second: number; readonly value: number }[]
}

/**
 * X on all qubits, or exchange inside each group: pair after pair along an open chain or a closed ring, or exactly
 * exp(-i beta B) with B over all pairs.
 */
export type MixerName = 'x' | 'xy-chain' | 'xy-ring' | 'xy-complete'

export interface AnsatzOptions {
  readonly ising: IsingTerms
  /** One-hot groups; needed by the xy mixers, which keep the number of ones in each. */
  readonly groups?: readonly (readonly number[])[]
  /** One per layer. */
  readonly gammas: readonly number[]
  readonly betas: readonly number[]
  /** Default x, from |+>; the xy mixers start from a W state in each group. */
  readonly mixer?: MixerName
}

/**
 * The QAOA circuit, without measurements.
 * @throws QaasError `invalid-option` when there is no layer, the angles differ in number or are not finite, or the xy
 * mixer has no groups; `invalid-model` when a term is not finite or out of range
 */
export function qaoaCircuit({ ising, groups, gammas, betas, mixer = 'x' }: AnsatzOptions): Circuit {
  checkAngles(gammas, betas)
  checkIsing(ising)
  const grouped = mixer === 'x' ? [] : checkGroups(groups, ising.numQubits)
  const operations: Operation[] = []
  if (mixer === 'x') for (let q = 0; q < ising.numQubits; q++) operations.push(gate('h', [], q))
  else for (const group of grouped) operations.push(...wState(group))
  gammas.forEach((gamma, layer) => {
    operations.push(...phaseSeparator(ising, gamma, grouped))
    operations.push(...mixerLayer(ising.numQubits, mixer, betas[layer]!, grouped))
  })
  return { numQubits: ising.numQubits, numBits: 0, operations }
}

/** e^(-i gamma C). A coupling inside a group is a constant on one-hot states and is left out. */
function phaseSeparator(
  ising: IsingTerms,
  gamma: number,
  groups: readonly (readonly number[])[],
): Operation[] {
  const groupOf = new Map(groups.flatMap((group, g) => group.map((qubit) => [qubit, g] as const)))
  const operations: Operation[] = []
  for (const { first, second, value } of ising.couplings) {
    const inside = groupOf.has(first) && groupOf.get(first) === groupOf.get(second)
    if (value !== 0 && !inside) operations.push(gate('rzz', [2 * gamma * value], first, second))
  }
  for (let q = 0; q < ising.numQubits; q++)
    if (ising.fields[q] !== 0) operations.push(gate('rz', [2 * gamma * ising.fields[q]!], q))
  return operations
}

function mixerLayer(
  numQubits: number,
  mixer: MixerName,
  beta: number,
  groups: readonly (readonly number[])[],
): Operation[] {
  if (mixer === 'x') return Array.from({ length: numQubits }, (_, q) => gate('rx', [2 * beta], q))
  if (mixer === 'xy-complete') return groups.flatMap((group) => reflectOneHot(group, beta))
  return groups.flatMap((group) =>
    mixerPairs(group.length, mixer).map(([a, b]) => exchange(group[a]!, group[b]!, beta)),
  )
}

/** Pairs of positions a mixer of pairs exchanges, in the order it does: even bonds, odd bonds, then the closing one. */
function mixerPairs(size: number, mixer: 'xy-chain' | 'xy-ring'): [number, number][] {
  const bond = (k: number): [number, number] => [k, k + 1]
  const chain = Array.from({ length: Math.max(0, size - 1) }, (_, k) => k)
  const pairs = [...chain.filter((k) => k % 2 === 0), ...chain.filter((k) => k % 2 === 1)].map(bond)
  return mixer === 'xy-ring' && size > 2 ? [...pairs, [size - 1, 0]] : pairs
}

function checkAngles(gammas: readonly number[], betas: readonly number[]): void {
  if (gammas.length === 0)
    throw new QaasError('invalid-option', 'QAOA needs at least one layer, p = 0 was asked', {
      advice: 'Maybe use p = 1.',
    })
  if (gammas.length !== betas.length)
    throw new QaasError(
      'invalid-option',
      `${gammas.length} gammas and ${betas.length} betas were given; each layer takes one of each`,
    )
  for (const [name, angles] of Object.entries({ gamma: gammas, beta: betas }))
    angles.forEach((angle, layer) => {
      if (!Number.isFinite(angle))
        throw new QaasError('invalid-option', `${name} of layer ${layer} (${angle}) must be a finite number`)
    })
}

function checkIsing({ numQubits, fields, couplings }: IsingTerms): void {
  const invalid = (message: string): QaasError => new QaasError('invalid-model', `Hamiltonian: ${message}`)
  if (!(numQubits >= 1)) throw invalid('it has no qubits')
  for (let q = 0; q < numQubits; q++)
    if (!Number.isFinite(fields[q])) throw invalid(`the field of qubit ${q} (${fields[q]}) must be finite`)
  for (const { first, second, value } of couplings) {
    if (!Number.isFinite(value)) throw invalid(`coupling ${first}, ${second} (${value}) must be finite`)
    if (first === second || !(first >= 0 && second >= 0 && first < numQubits && second < numQubits))
      throw invalid(`coupling ${first}, ${second} is not between two of ${numQubits} qubits`)
  }
}

function checkGroups(groups: AnsatzOptions['groups'], numQubits: number): readonly (readonly number[])[] {
  const seen = new Set<number>()
  for (const qubit of groups?.flat() ?? []) {
    if (seen.has(qubit) || !(qubit >= 0 && qubit < numQubits))
      throw new QaasError('invalid-option', `one-hot groups: qubit ${qubit} is out of range or in two groups`)
    seen.add(qubit)
  }
  if (groups === undefined || seen.size !== numQubits)
    throw new QaasError('invalid-option', 'an xy mixer needs one-hot groups that hold every qubit', {
      advice: 'Maybe use the x mixer, which needs none.',
    })
  return groups
}
