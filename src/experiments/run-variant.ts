/** Trains a variant, builds its circuit, and measures it: without noise, on each device's noise, and beside coin flips. */
import type { Instance } from '../model/instance.ts'
import { createRng, type Rng } from '../numeric/rng.ts'
import { type Circuit, measureAll } from '../quantum/circuit/circuit.ts'
import { noiseModelOf } from '../quantum/noise/model.ts'
import {
  type NoisyShots,
  noisyDistributions,
  noisyShots,
  type ReadoutDistribution,
} from '../quantum/noise/noisy.ts'
import { type QaoaRun, runQaoa } from '../quantum/qaoa/run.ts'
import { circuitOf, variablesFrom } from '../quantum/qaoa/site-circuit.ts'
import { type HeronName, heronDevice } from '../quantum/transpile/device.ts'
import { type Transpiled, transpile } from '../quantum/transpile/transpile.ts'
import { createLandscape, type Landscape, reportShots, type ShotReport } from './judge.ts'
import { createVariant, type Variant, type VariantName, type VariantOptions } from './variants.ts'

export interface VariantRun {
  readonly variant: Variant
  readonly landscape: Landscape
  readonly qaoa: QaoaRun
  readonly circuit: Circuit
  /** Exact chance of a valid reading without noise. */
  readonly idealValid: number
  readonly ideal: ShotReport
  /** As many uniformly random bit strings, and their exact chance to be valid. */
  readonly random: ShotReport
  readonly randomValid: number
}

export interface RunVariantOptions extends VariantOptions {
  readonly seed: number
}

export async function runVariant(
  instance: Instance,
  name: VariantName,
  options: RunVariantOptions,
): Promise<VariantRun> {
  const rng = createRng(options.seed)
  const variant = createVariant(instance, name, options)
  const qaoa = await runQaoa(variant.problem, variant.options, { rng: rng.fork(1) })
  const landscape = createLandscape(instance)
  const numBits = variant.pairs.length
  const report = ({ bits, counts }: QaoaRun['shots']): ShotReport =>
    reportShots(variant, landscape, { bits, counts, numBits })
  return {
    variant,
    landscape,
    qaoa,
    circuit: measureAll(circuitOf(variant.problem, qaoa.encoding, qaoa.training)),
    idealValid: qaoa.exactValidRate ?? report(qaoa.shots).validRate.value,
    ideal: report(qaoa.shots),
    random: report(qaoa.random.shots),
    randomValid:
      qaoa.encoding.name === 'binary'
        ? 1
        : variant.problem.groups.reduce((rate, { length }) => (rate * length) / 2 ** length, 1),
  }
}

export interface NoisyRun {
  readonly device: HeronName
  readonly transpiled: Transpiled
  /** Exact chance of a valid reading. */
  readonly valid: number
  readonly report: ShotReport
  /** As read from the qubits, and the variables they mean. */
  readonly shots: NoisyShots
  readonly variables: Int8Array
}

export interface NoisyOptions {
  readonly device: HeronName
  readonly shots: number
  readonly rng: Rng
  readonly thermal?: boolean
}

/** The circuit transpiled for a device and read through its noise. */
export function readNoisily(run: VariantRun, options: NoisyOptions): NoisyRun {
  const { variant, landscape, circuit, qaoa } = run
  const device = heronDevice(options.device)
  const model = noiseModelOf(device, { thermal: options.thermal ?? false })
  const transpiled = transpile(circuit, device)
  const shots = noisyShots(transpiled.circuit, model, options)
  const variables = variablesFrom(variant.problem, qaoa.encoding, shots.bits)
  return {
    device: options.device,
    transpiled,
    valid: validChance(run, noisyDistributions(transpiled.circuit, model)),
    report: reportShots(variant, landscape, { bits: variables, numBits: variant.pairs.length }),
    shots,
    variables,
  }
}

/** Product over independent readings; every group lies within one of them. */
export function validChance(
  { variant: { problem }, qaoa: { encoding } }: VariantRun,
  parts: readonly ReadoutDistribution[],
): number {
  if (encoding.name === 'binary') return 1
  return parts.reduce((rate, { bits, probabilities }) => {
    const place = new Map(bits.map((bit, k) => [bit, k]))
    const masks = problem.groups
      .filter((group) => place.has(group[0]!))
      .map((group) => group.reduce((mask, v) => mask | (1 << place.get(v)!), 0))
    const isOneHot = (index: number): boolean =>
      masks.every((mask) => {
        const ones = index & mask
        return ones !== 0 && (ones & (ones - 1)) === 0
      })
    return rate * probabilities.reduce((sum, chance, index) => sum + (isOneHot(index) ? chance : 0), 0)
  }, 1)
}
