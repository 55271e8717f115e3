/**
 * A trained QAOA read through a device's noise: its circuit transpiled, errors after every gate, wrong readings; then the
 * same decodings, and the valid rate with reading errors taken out. The noise itself is `quantum/noise/`.
 */
import { QaasError } from '../../errors.ts'
import type { Rng } from '../../numeric/rng.ts'
import { type IsingTerms, qaoaCircuit } from '../circuit/ansatz.ts'
import { type Circuit, measureAll } from '../circuit/circuit.ts'
import { isingTermsOf } from '../circuit/ising-terms.ts'
import type { CircuitStats } from '../circuit/stats.ts'
import { noiseModelOf } from '../noise/model.ts'
import { noisyShots } from '../noise/noisy.ts'
import type { SiteHamiltonian } from '../statevector/site-hamiltonian.ts'
import { type HeronName, heronDevice } from '../transpile/device.ts'
import { transpile } from '../transpile/transpile.ts'
import { type Decoding, decodeShots } from './decodings.ts'
import type { Encoding } from './encoding.ts'
import { isValid, type QaoaProblem } from './problem.ts'
import { mitigateReadout } from './readout-mitigation.ts'
import type { QaoaRun } from './run.ts'
import { collectShots } from './shots.ts'

export interface NoisyReading {
  readonly device: HeronName
  /** Of the transpiled circuit. */
  readonly circuit: CircuitStats
  readonly decodings: readonly Decoding[]
  /** Valid rate with reading errors taken out of the measured distribution; absent where too many strings were read. */
  readonly mitigatedValidRate?: number
}

export interface NoisyOptions {
  readonly device: HeronName
  readonly shots: number
  readonly rng: Rng
  /** Lets qubits decay while they wait. Default false. */
  readonly thermal?: boolean
}

/**
 * @throws QaasError `unsupported` where the encoding has no circuit here: binary codes, or one-hot groups beside free
 * variables; `too-large` when the device has too few qubits
 */
export function readNoisily(
  problem: QaoaProblem,
  { encoding, training }: Pick<QaoaRun, 'encoding' | 'training'>,
  { device: name, shots, rng, thermal = false }: NoisyOptions,
): NoisyReading {
  const device = heronDevice(name)
  const model = noiseModelOf(device, { thermal })
  const transpiled = transpile(measureAll(circuitOf(problem, encoding, training)), device)
  const read = noisyShots(transpiled.circuit, model, { shots, rng })
  const n = problem.bqm.numVariables
  const decoded = (strings: ArrayLike<number>, rows: number): Int8Array => {
    if (encoding.name === 'subspace') return Int8Array.from(strings)
    const bits = new Int8Array(rows * n)
    const digits = Int8Array.from(strings)
    for (let row = 0; row < rows; row++)
      encoding.decode(digits.subarray(row * read.numBits, (row + 1) * read.numBits), bits, row * n)
    return bits
  }
  const mitigated = mitigatedRate(
    { read: Int8Array.from(read.bits), numBits: read.numBits },
    model,
    (strings, rows) => {
      const bits = decoded(strings, rows)
      return Array.from({ length: rows }, (_, row) => isValid(problem, bits, row * n))
    },
  )
  return {
    device: name,
    circuit: transpiled.stats,
    decodings: decodeShots(problem, collectShots(problem, decoded(read.bits, shots))),
    ...(mitigated === undefined ? {} : { mitigatedValidRate: mitigated }),
  }
}

/** The ansatz at the trained angles as gates, without measurements; qubit q is measured digit q. */
export function circuitOf(
  problem: QaoaProblem,
  encoding: Encoding,
  { gammas, betas }: { gammas: readonly number[]; betas: readonly number[] },
): Circuit {
  if (encoding.ansatz.mixers.some(({ kind }) => kind === 'reflect') && encoding.mixer === 'x')
    throw new QaasError('unsupported', 'a warm start has no circuit here')
  if (encoding.name !== 'subspace')
    return qaoaCircuit({ ising: isingTermsOfSites(encoding.ansatz.cost), gammas, betas })
  const groups = problem.groups.map((group) => [...group])
  return qaoaCircuit({ ising: isingTermsOf(problem.bqm), groups, gammas, betas, mixer: encoding.mixer })
}

/** Fields and couplings in Z, with Z = +1 on level 0; the constant is left out. */
function isingTermsOfSites({ levels, fields, couplings }: SiteHamiltonian): IsingTerms {
  if (levels.some((count) => count !== 2))
    throw new QaasError('unsupported', 'binary codes of several qubits have no circuit here', {
      advice: 'Maybe use the encoding one-hot, subspace or domain-wall.',
    })
  const z = Float64Array.from(fields, (field) => (field[0]! - field[1]!) / 2)
  const pairs = couplings.map(({ low, high, energies }) => {
    const [e00, e01, e10, e11] = energies as unknown as [number, number, number, number]
    z[low]! += (e00 - e01 + e10 - e11) / 4
    z[high]! += (e00 + e01 - e10 - e11) / 4
    return { first: low, second: high, value: (e00 - e01 - e10 + e11) / 4 }
  })
  return { numQubits: levels.length, fields: z, couplings: pairs }
}

function mitigatedRate(
  { read, numBits }: { read: Int8Array; numBits: number },
  error: { readonly readOneGivenZero: number; readonly readZeroGivenOne: number },
  validOf: (strings: Int8Array, rows: number) => boolean[],
): number | undefined {
  const seen = new Map<string, number>()
  const rows: number[] = []
  const counts: number[] = []
  for (let at = 0; at < read.length; at += numBits) {
    const key = read.subarray(at, at + numBits).join('')
    const known = seen.get(key)
    if (known !== undefined) counts[known]! += 1
    else {
      seen.set(key, counts.length)
      rows.push(...read.subarray(at, at + numBits))
      counts.push(1)
    }
  }
  // The reduced matrix compares every pair of strings.
  if (counts.length > 3000) return undefined
  const bits = Int8Array.from(rows)
  const { readOneGivenZero, readZeroGivenOne } = error
  const chances = mitigateReadout({ numBits, bits, counts }, { readOneGivenZero, readZeroGivenOne })
  return validOf(bits, counts.length).reduce((sum, valid, row) => sum + (valid ? chances[row]! : 0), 0)
}
