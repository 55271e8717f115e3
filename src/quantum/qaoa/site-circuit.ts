/**
 * The circuit of an ansatz over sites, equal to the simulators' state: a site of L levels lies on L qubits of which one is
 * 1, or on log2 L qubits as a binary code (a plain qubit among them). Readings are digits again by `digitsFrom`.
 */
import { QaasError } from '../../errors.ts'
import { type Circuit, gate, type Operation } from '../circuit/circuit.ts'
import { exchange, reflectOneHot, wState } from '../circuit/one-hot.ts'
import { type Angles, type Ansatz, checkAngles, checkAnsatz, type SiteMixer } from '../statevector/ansatz.ts'
import type { Encoding } from './encoding.ts'
import { phaseGates, type SiteQubits } from './phase-gates.ts'
import type { QaoaProblem } from './problem.ts'

/** One qubit per variable in the subspace (its bits are the variables), consecutive codes otherwise. */
export function siteQubits(
  { bqm, groups }: QaoaProblem,
  { name, ansatz }: Pick<Encoding, 'name' | 'ansatz'>,
): SiteQubits {
  if (name === 'subspace') {
    const grouped = new Set(groups.flatMap((group) => [...group]))
    const free = Array.from({ length: bqm.numVariables }, (_, v) => v).filter((v) => !grouped.has(v))
    return [...groups.map((group) => [...group]), ...free.map((v) => [v])]
  }
  let next = 0
  return Array.from(ansatz.cost.levels, (levels) => Array.from({ length: Math.log2(levels) }, () => next++))
}

/** The circuit of `encoding` at these angles, without measurements. */
export function circuitOf(
  problem: QaoaProblem,
  encoding: Pick<Encoding, 'name' | 'ansatz'>,
  angles: Angles,
): Circuit {
  return siteCircuit(encoding.ansatz, siteQubits(problem, encoding), angles)
}

/**
 * Up to a global phase the state of the simulators, for every number of layers.
 * @throws QaasError `invalid-model` or `invalid-option` as the simulators do; `unsupported` for a warm start of codes of
 * more than two qubits
 */
export function siteCircuit(ansatz: Ansatz, qubits: SiteQubits, angles: Angles): Circuit {
  checkAnsatz(ansatz)
  checkAngles(angles)
  const { cost, mixers, start } = ansatz
  const operations = qubits.flatMap((site, s) => startGates(site, start[s]!))
  for (let layer = 0; layer < angles.gammas.length; layer++) {
    operations.push(...phaseGates(cost, qubits, angles.gammas[layer]!))
    qubits.forEach((site, s) => {
      operations.push(...mixerGates(site, mixers[s]!, angles.betas[layer]!))
    })
  }
  const numQubits = qubits.reduce((most, site) => site.reduce((max, q) => Math.max(max, q + 1), most), 0)
  return { numQubits, numBits: 0, operations }
}

/** Level of each site from a reading of its qubits; only for sites that are codes. */
export function digitsFrom(qubits: SiteQubits, bits: ArrayLike<number>, at: number): Int32Array {
  return Int32Array.from(qubits, (site) => site.reduce((sum, q, k) => sum + (bits[at + q]! << k), 0))
}

/** Variables of readings of all qubits, row after row. */
export function variablesFrom(problem: QaoaProblem, encoding: Encoding, bits: ArrayLike<number>): Int8Array {
  if (encoding.name === 'subspace') return Int8Array.from(bits)
  const qubits = siteQubits(problem, encoding)
  const n = problem.bqm.numVariables
  const rows = bits.length / encoding.numQubits
  const variables = new Int8Array(rows * n)
  for (let row = 0; row < rows; row++)
    encoding.decode(digitsFrom(qubits, bits, row * encoding.numQubits), variables, row * n)
  return variables
}

const isOneHot = (site: readonly number[], levels: number): boolean => site.length === levels

function startGates(site: readonly number[], amplitudes: Float64Array): Operation[] {
  if (site.length === 0) return []
  if (isOneHot(site, amplitudes.length))
    return wState(
      site,
      amplitudes.map((amplitude) => amplitude * amplitude),
    )
  if (amplitudes.every((amplitude) => Math.abs(amplitude - amplitudes[0]!) < 1e-12))
    return site.map((qubit) => gate('h', [], qubit))
  return prepareCode(site, amplitudes)
}

function mixerGates(site: readonly number[], mixer: SiteMixer, beta: number): Operation[] {
  if (mixer.kind === 'edges') return mixer.edges.map(([a, b]) => exchange(site[a]!, site[b]!, beta))
  if (mixer.kind === 'x') return site.map((qubit) => gate('rx', [2 * beta], qubit))
  const { weights } = mixer
  // A code of one level has no qubit.
  if (site.length === 0) return []
  if (isOneHot(site, weights.length))
    return reflectOneHot(
      site,
      beta,
      weights.map((weight) => weight * weight),
    )
  const prepared = prepareCode(site, weights)
  const [low, high] = site
  const flips = site.map((qubit) => gate('x', [], qubit))
  // The phase exp(-i beta L) on |0...0>, between the preparation undone and done.
  const phase =
    high === undefined
      ? [gate('rz', [2 * beta], low!)]
      : [...flips, gate('cp', [-4 * beta], low!, high), ...flips]
  return [...undone(prepared), ...phase, ...prepared]
}

/** Real amplitudes on one or two qubits, from |0...0>. */
function prepareCode(site: readonly number[], amplitudes: Float64Array): Operation[] {
  const [low, high] = site
  if (site.length > 2)
    throw new QaasError(
      'unsupported',
      `a warm start of a code of ${site.length} qubits has no circuit here`,
      {
        advice: 'Maybe use the encoding subspace, or no warm start.',
      },
    )
  const turn = (zero: number, one: number): number => 2 * Math.atan2(one, zero)
  if (high === undefined) return [gate('ry', [turn(amplitudes[0]!, amplitudes[1]!)], low!)]
  const [a00, a01, a10, a11] = amplitudes as unknown as [number, number, number, number]
  const [below, above] = [turn(a00, a01), turn(a10, a11)]
  return [
    gate('ry', [turn(Math.hypot(a00, a01), Math.hypot(a10, a11))], high),
    gate('ry', [below], low!),
    gate('cry', [above - below], high, low!),
  ]
}

function undone(operations: readonly Operation[]): Operation[] {
  return operations.toReversed().map((operation) => ({
    ...operation,
    params: operation.params.map((angle) => -angle),
  }))
}
