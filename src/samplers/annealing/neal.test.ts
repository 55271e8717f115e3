import { describe, expect, test } from 'vitest'
import { hasPythonModule, runPython } from '../../../test/python.ts'
import { type GlassShape, randomGlass } from '../../../test/spin-glass.ts'
import type { Bqm } from '../../formulation/bqm.ts'
import { writeDimodJson } from '../../formulation/files/dimod-json.ts'
import { sample } from '../../solve/sample.ts'
import { nealBetaRange } from './beta-range.ts'
import { type AnnealingOptions, annealing, NEAL_DEFAULTS } from './index.ts'
import { toIsing } from './ising.ts'
import { resolveAnnealing } from './options.ts'
import { betaSchedule } from './schedule.ts'

/** neal's options with its defaults, as in dwave-samplers 1.8.0; null where it chooses by the model or the clock. */
const NEAL: Readonly<Record<string, unknown>> = {
  beta_range: null,
  num_reads: null,
  num_sweeps: null,
  num_sweeps_per_beta: 1,
  beta_schedule_type: 'geometric',
  seed: null,
  interrupt_function: null,
  beta_schedule: null,
  initial_states: null,
  initial_states_generator: 'random',
  randomize_order: false,
  proposal_acceptance_criteria: 'Metropolis',
}
const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

describe('options', () => {
  const defaults: Readonly<Record<string, unknown>> = { ...resolveAnnealing(NEAL_DEFAULTS) }

  test.each(Object.keys(NEAL).filter((name) => name !== 'seed'))('%s has the default of neal', (name) => {
    const expected = NEAL[name] ?? { num_sweeps: 1000, beta_range: 'neal' }[name]
    expect(defaults[camelCase(name)]).toEqual(expected ?? undefined)
  })

  test('one read is made where neither reads nor initial states are given', async () => {
    const set = await sample(randomGlass({ numVariables: 9, degree: 2, weights: 'gauss' }, 1), annealing())
    expect(set.numOccurrences.reduce((a, b) => a + b, 0)).toBe(1)
  })
})

describe.skipIf(!hasPythonModule('dwave.samplers'))('beside neal itself (skipped without Python)', () => {
  const shapes: GlassShape[] = [
    { numVariables: 30, degree: 4, weights: 'gauss', withFields: true },
    { numVariables: 40, degree: 6, weights: 'plus-minus' },
    { numVariables: 25, degree: 8, weights: 'integer', vartype: 'BINARY', withFields: true },
  ]

  /** What `expression` gives in Python for a model `bqm` and the sampler `neal`. */
  const inPython = (bqm: Bqm, expression: string): unknown =>
    JSON.parse(
      runPython(
        [
          '-c',
          `
import json, sys, inspect, dimod
import dwave.samplers.sa.sampler as module
neal = module.SimulatedAnnealingSampler()
bqm = dimod.BinaryQuadraticModel.from_serializable(json.load(sys.stdin))
print(json.dumps(${expression}))`,
        ],
        writeDimodJson(bqm),
      ),
    )

  test('the table of options above is its signature', () => {
    const bqm = randomGlass(shapes[0]!, 1)
    const parameters = inPython(
      bqm,
      "{k: p.default for k, p in inspect.signature(neal.sample).parameters.items() if k not in ('bqm', 'kwargs')}",
    )
    expect(parameters).toEqual(NEAL)
  })

  test.each(shapes)('beta ranges and schedules are the same: $weights', (shape) => {
    const bqm = randomGlass(shape, 2)
    const range = nealBetaRange(toIsing(bqm))
    const spins = `bqm.change_vartype('SPIN', inplace=False)`
    const theirs = inPython(
      bqm,
      `[float(b) for b in module._default_ising_beta_range(${spins}.linear, ${spins}.quadratic)]`,
    ) as [number, number]
    expect(range[0]).toBeCloseTo(theirs[0], 10)
    expect(range[1] / theirs[1]).toBeCloseTo(1, 10)
    const geometric = inPython(bqm, `module.np.geomspace(0.1, 7, 6).tolist()`) as number[]
    const options = { numSweeps: 6, numSweepsPerBeta: 1, betaScheduleType: 'geometric' } as const
    Array.from(betaSchedule([0.1, 7], options)).forEach((beta, k) => {
      expect(beta).toBeCloseTo(geometric[k]!, 12)
    })
  })

  const rules: AnnealingOptions[] = [
    {},
    { randomizeOrder: true },
    { proposalAcceptanceCriteria: 'Gibbs' },
    { randomizeOrder: true, proposalAcceptanceCriteria: 'Gibbs' },
  ]
  test.each(rules)('mean energies at one temperature agree: %j', async (rule) => {
    const bqm = randomGlass({ numVariables: 200, degree: 6, weights: 'gauss', withFields: true }, 3)
    const reads = 400
    const { energies, numOccurrences } = await sample(
      bqm,
      annealing({
        ...NEAL_DEFAULTS,
        ...rule,
        numReads: reads,
        betaScheduleType: 'custom',
        betaSchedule: new Array(30).fill(0.4),
      }),
      { seed: 5 },
    )
    const theirs = inPython(
      bqm,
      `neal.sample(bqm, num_reads=${reads}, beta_schedule_type='custom', beta_schedule=[0.4] * 30, seed=5,
        randomize_order=${rule.randomizeOrder ? 'True' : 'False'},
        proposal_acceptance_criteria='${rule.proposalAcceptanceCriteria ?? 'Metropolis'}').record.energy.tolist()`,
    ) as number[]
    const ours = Array.from(energies).flatMap((energy, row) =>
      new Array<number>(numOccurrences[row]!).fill(energy),
    )
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
    const variance = (values: number[]) => mean(values.map((x) => (x - mean(values)) ** 2))
    const error = Math.sqrt((variance(ours) + variance(theirs)) / reads)
    expect(Math.abs(mean(ours) - mean(theirs))).toBeLessThan(4 * error)
    expect(Math.abs(Math.log(variance(ours) / variance(theirs)))).toBeLessThan(0.35)
  })
})
