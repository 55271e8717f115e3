import { describe, expect, test } from 'vitest'
import { allStates } from '../../../test/models.ts'
import { type GlassShape, randomGlass } from '../../../test/spin-glass.ts'
import { energyOf } from '../../formulation/energy.ts'
import { sample } from '../../solve/sample.ts'
import { type AnnealingKernel, annealing } from './index.ts'

/**
 * At one temperature, after enough sweeps, states must come as often as exp(-beta energy) says, whatever the rule. Not
 * multi-spin: its replicas share their random numbers, so the counts of one run are not independent.
 */
const BETA = 0.7
const READS = 20_000

const cases: { kernel: AnnealingKernel; shape: GlassShape }[] = [
  { kernel: 'sparse', shape: { numVariables: 5, degree: 3, weights: 'gauss', withFields: true } },
  { kernel: 'dense', shape: { numVariables: 5, degree: 4, weights: 'gauss', withFields: true } },
]
const rules = [
  { randomizeOrder: false, proposalAcceptanceCriteria: 'Metropolis' },
  { randomizeOrder: true, proposalAcceptanceCriteria: 'Metropolis' },
  { randomizeOrder: false, proposalAcceptanceCriteria: 'Gibbs' },
  { randomizeOrder: true, proposalAcceptanceCriteria: 'Gibbs' },
] as const

describe.each(cases)('the $kernel kernel', ({ kernel, shape }) => {
  test.each(rules)('samples the Boltzmann distribution: %j', async (rule) => {
    const bqm = randomGlass(shape, 4)
    const set = await sample(
      bqm,
      annealing({
        ...rule,
        kernel,
        keep: 'last',
        numReads: READS,
        betaScheduleType: 'custom',
        betaSchedule: new Array(40).fill(BETA),
      }),
      { seed: 1 },
    )
    const counts = new Map<string, number>()
    for (let row = 0; row < set.energies.length; row++)
      counts.set(set.states.subarray(5 * row, 5 * row + 5).join(), set.numOccurrences[row]!)
    const states = [...allStates(5, 'SPIN')].map((state) => ({
      name: state.join(),
      weight: Math.exp(-BETA * energyOf(bqm, state)),
    }))
    const total = states.reduce((sum, { weight }) => sum + weight, 0)
    let chiSquare = 0
    for (const { name, weight } of states) {
      const expected = (READS * weight) / total
      chiSquare += ((counts.get(name) ?? 0) - expected) ** 2 / expected
    }
    // 31 degrees of freedom: 61 is exceeded once in a thousand times.
    expect(chiSquare).toBeLessThan(61)
  })
})
