/** Runs a sampler on a model; sizes are checked before and every energy is recomputed after. */
import { QaasError } from '../errors.ts'
import type { Bqm } from '../formulation/bqm.ts'
import { energyOf } from '../formulation/energy.ts'
import type { ImplicitBqm } from '../formulation/implicit-bqm.ts'
import { expand, implicitEnergyOf } from '../formulation/implicit-energy.ts'
import { createRng } from '../numeric/rng.ts'
import type { Signal, Workers } from './context.ts'
import type { SampleContext, Sampler, SampleSet } from './sampler.ts'

export { energyOf }

export interface SampleOptions {
  /** Default 1. */
  readonly seed?: number
  readonly timeLimitMs?: number
  readonly signal?: Signal
  readonly workers?: Workers
  readonly now?: () => number
  readonly breathe?: () => Promise<void>
  /** See `SampleContext.onIncumbent`; energies here are the sampler's own claims. */
  readonly onIncumbent?: (energy: number, state: Int8Array) => void
}

/**
 * Samples `bqm`. @throws QaasError `too-large` beyond the sampler's limit, `invalid-model` on biases that are not finite,
 * `internal` when the sampler reports an energy its state does not have
 */
export async function sample(bqm: Bqm, sampler: Sampler, options: SampleOptions = {}): Promise<SampleSet> {
  const { maxVariables } = sampler.capabilities
  if (bqm.numVariables > maxVariables)
    throw new QaasError(
      'too-large',
      `sampler "${sampler.name}" takes at most ${maxVariables} variables, the model has ${bqm.numVariables}`,
      {
        advice: 'Maybe use the annealing sampler, which has no such limit.',
      },
    )
  for (const column of [bqm.linear, bqm.biases])
    if (!column.every(Number.isFinite))
      throw new QaasError('invalid-model', 'the model has a bias that is not a finite number')
  const set = await sampler.doSample(bqm, contextOf(options))
  return checkEnergies(sampler, set, (row) => energyOf(bqm, set.states, row * bqm.numVariables))
}

/**
 * Samples an implicit model: as it is where the sampler can, expanded to its explicit form otherwise.
 * @throws QaasError as `sample` does, and `too-large` when the explicit form has too many couplings
 */
export async function sampleImplicit(
  model: ImplicitBqm,
  sampler: Sampler,
  options: SampleOptions = {},
): Promise<SampleSet> {
  if (sampler.doSampleImplicit === undefined) return sampleExpanded(model, sampler, options)
  const set = await sampler.doSampleImplicit(model, contextOf(options))
  return checkEnergies(sampler, set, (row) => implicitEnergyOf(model, set.states, row * model.numVariables))
}

/** Expanding counts against the time limit. */
function sampleExpanded(model: ImplicitBqm, sampler: Sampler, options: SampleOptions): Promise<SampleSet> {
  const { now = Date.now, timeLimitMs } = options
  const began = now()
  const bqm = expand(model)
  return sample(bqm, sampler, {
    ...options,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs: Math.max(0, timeLimitMs - (now() - began)) }),
  })
}

function contextOf(options: SampleOptions): SampleContext {
  const now = options.now ?? Date.now
  return {
    rng: createRng(options.seed ?? 1),
    now,
    deadline: now() + (options.timeLimitMs ?? Infinity),
    signal: options.signal ?? { aborted: false },
    breathe: options.breathe ?? (() => Promise.resolve()),
    ...(options.workers ? { workers: options.workers } : {}),
    ...(options.onIncumbent ? { onIncumbent: options.onIncumbent } : {}),
  }
}

/** Replaces the energies reported by those of the states. */
function checkEnergies(sampler: Sampler, set: SampleSet, energyAt: (row: number) => number): SampleSet {
  for (let row = 0; row < set.energies.length; row++) {
    const energy = energyAt(row)
    const scale = Math.max(1, Math.abs(energy))
    if (Math.abs(energy - set.energies[row]!) > 1e-6 * scale)
      throw new QaasError(
        'internal',
        `sampler "${sampler.name}" reports energy ${set.energies[row]} for a state of energy ${energy}`,
      )
    set.energies[row] = energy
  }
  return set
}
