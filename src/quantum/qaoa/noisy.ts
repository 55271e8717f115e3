/**
 * A trained QAOA read through a device's noise: its circuit transpiled, errors after every gate, wrong readings; then the
 * same decodings, and the valid rate with reading errors taken out. The noise itself is `quantum/noise/`.
 */
import type { Rng } from '../../numeric/rng.ts'
import { measureAll } from '../circuit/circuit.ts'
import type { CircuitStats } from '../circuit/stats.ts'
import { noiseModelOf } from '../noise/model.ts'
import { noisyShots } from '../noise/noisy.ts'
import { type HeronName, heronDevice } from '../transpile/device.ts'
import { transpile } from '../transpile/transpile.ts'
import { type Decoding, decodeShots } from './decodings.ts'
import { isValid, type QaoaProblem } from './problem.ts'
import { mitigateReadout } from './readout-mitigation.ts'
import type { QaoaRun } from './run.ts'
import { collectShots } from './shots.ts'
import { circuitOf, digitsFrom, siteQubits } from './site-circuit.ts'

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
 * @throws QaasError `unsupported` for a warm start of codes of more than two qubits; `too-large` when the device has too
 * few qubits
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
  const qubits = siteQubits(problem, encoding)
  const decoded = (strings: ArrayLike<number>, rows: number): Int8Array => {
    if (encoding.name === 'subspace') return Int8Array.from(strings)
    const bits = new Int8Array(rows * n)
    for (let row = 0; row < rows; row++)
      encoding.decode(digitsFrom(qubits, strings, row * read.numBits), bits, row * n)
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
