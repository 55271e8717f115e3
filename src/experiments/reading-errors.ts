/** What readout mitigation makes of the readings of one run: shares as read, mitigated, and without any reading error. */
import { createRng } from '../numeric/rng.ts'
import { noiseModelOf } from '../quantum/noise/model.ts'
import { noisyDistributions, noisyShots } from '../quantum/noise/noisy.ts'
import { mitigatedShare } from '../quantum/qaoa/noisy.ts'
import { variablesFrom } from '../quantum/qaoa/site-circuit.ts'
import { heronDevice } from '../quantum/transpile/device.ts'
import { reportShots } from './judge.ts'
import { type NoisyRun, type VariantRun, validChance } from './run-variant.ts'
import { assignmentOf } from './variants.ts'

/** Shots for the share at the optimum without reading errors; the valid rate is exact. */
export const NO_READING_ERROR_SHOTS = 100_000

export interface Mitigated {
  /** On the same noise but with every reading right. */
  readonly without: number
  readonly read: number
  /** Absent where too many different strings were read. */
  readonly mitigated?: number
}

export function readingErrors(
  run: VariantRun,
  noisy: NoisyRun,
): { readonly valid: Mitigated; readonly optimum: Mitigated } {
  const { variant, landscape, qaoa } = run
  const model = noiseModelOf(heronDevice(noisy.device))
  const right = { ...model, readOneGivenZero: 0, readZeroGivenOne: 0 }
  const { circuit } = noisy.transpiled
  const numBits = variant.pairs.length
  const best = landscape.all[0]!.objective + 1e-9
  const poolsOf = (variables: ArrayLike<number>, row: number): Int32Array | undefined =>
    assignmentOf(variant, variables, row * numBits)
  const mitigated = (wanted: (pools: Int32Array | undefined) => boolean): { mitigated?: number } => {
    const value = mitigatedShare(noisy.shots, model, (strings, rows) => {
      const variables = variablesFrom(variant.problem, qaoa.encoding, strings)
      return Array.from({ length: rows }, (_, row) => wanted(poolsOf(variables, row)))
    })
    return value === undefined ? {} : { mitigated: value }
  }
  const sampled = noisyShots(circuit, right, { shots: NO_READING_ERROR_SHOTS, rng: createRng(1) })
  const clean = reportShots(variant, landscape, {
    bits: variablesFrom(variant.problem, qaoa.encoding, sampled.bits),
    numBits,
  })
  return {
    valid: {
      without: validChance(run, noisyDistributions(circuit, right)),
      read: noisy.report.validRate.value,
      ...mitigated((pools) => pools !== undefined),
    },
    optimum: {
      without: clean.optimumRate.value,
      read: noisy.report.optimumRate.value,
      ...mitigated((pools) => pools !== undefined && landscape.of(pools).objective <= best),
    },
  }
}
