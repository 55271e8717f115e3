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
import { mitigateReadout, type ReadoutError } from './readout-mitigation.ts'
import type { QaoaRun } from './run.ts'
import { collectShots } from './shots.ts'
import { circuitOf, variablesFrom } from './site-circuit.ts'

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
  const mitigated = mitigatedShare({ bits: read.bits, numBits: read.numBits }, model, (strings, rows) => {
    const variables = variablesFrom(problem, encoding, strings)
    return Array.from({ length: rows }, (_, row) => isValid(problem, variables, row * n))
  })
  return {
    device: name,
    circuit: transpiled.stats,
    decodings: decodeShots(problem, collectShots(problem, variablesFrom(problem, encoding, read.bits))),
    ...(mitigated === undefined ? {} : { mitigatedValidRate: mitigated }),
  }
}

/**
 * Share of wanted strings among readings with the reading errors taken out; `wanted` judges distinct strings, row after
 * row. Undefined where more strings were read than the reduced matrix, which compares every pair, is built for.
 */
export function mitigatedShare(
  { bits, numBits }: { readonly bits: ArrayLike<number>; readonly numBits: number },
  { readOneGivenZero, readZeroGivenOne }: ReadoutError,
  wanted: (strings: Int8Array, rows: number) => readonly boolean[],
): number | undefined {
  const read = Int8Array.from(bits)
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
  if (counts.length > 3000) return undefined
  const strings = Int8Array.from(rows)
  const chances = mitigateReadout({ numBits, bits: strings, counts }, { readOneGivenZero, readZeroGivenOne })
  return wanted(strings, counts.length).reduce((sum, is, row) => sum + (is ? chances[row]! : 0), 0)
}
