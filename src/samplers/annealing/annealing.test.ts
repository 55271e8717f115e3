import { afterAll, describe, expect, test } from 'vitest'
import { samplerConformance } from '../../../test/conformance/sampler.ts'
import { randomGlass } from '../../../test/spin-glass.ts'
import { createBqm } from '../../formulation/bqm-builder.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { sample } from '../../solve/sample.ts'
import type { Sampler } from '../../solve/sampler.ts'
import { tabu } from '../tabu/index.ts'
import { nealBetaRange } from './beta-range.ts'
import { type AnnealingOptions, annealing, NEAL_DEFAULTS } from './index.ts'
import { toIsing } from './ising.ts'
import { betaSchedule } from './schedule.ts'

const pools = [createWorkerPool(1), createWorkerPool(2)]
afterAll(async () => {
  for (const pool of pools) await pool.close()
})

for (const kernel of ['auto', 'sparse', 'dense'] as const)
  samplerConformance({
    name: `annealing (${kernel})`,
    create: () => annealing({ kernel, numReads: 20, numSweeps: 100 }),
    createEndless: () => annealing({ kernel, numReads: 1000, numSweeps: 10_000_000 }),
    findsMinimum: true,
    workers: pools,
  })

samplerConformance({
  name: 'annealing (random order, Gibbs)',
  create: () =>
    annealing({
      randomizeOrder: true,
      proposalAcceptanceCriteria: 'Gibbs',
      numReads: 20,
      numSweeps: 100,
    }),
  findsMinimum: true,
  workers: pools,
})

const glass = randomGlass({ numVariables: 300, degree: 8, weights: 'plus-minus' }, 2)

describe('annealing', () => {
  test('multi-spin reads are 128 different runs, the same on any number of threads', async () => {
    const options = { numReads: 300, numSweeps: 60 }
    const set = await sample(glass, annealing(options), { seed: 3 })
    expect(set.info.kernel).toBe('multi-spin')
    expect(set.numOccurrences.reduce((a, b) => a + b, 0)).toBe(300)
    expect(set.energies.length).toBeGreaterThan(250)
    const shared = await sample(glass, annealing(options), { seed: 3, workers: pools[1]! })
    expect(shared.states).toEqual(set.states)
  })

  test('multi-spin and sparse reads reach the same energies within two per cent', async () => {
    const mean = async (kernel: 'sparse' | 'multi-spin') => {
      const { energies } = await sample(glass, annealing({ kernel, numReads: 64, numSweeps: 200 }))
      return energies.reduce((a, b) => a + b, 0) / energies.length
    }
    const [sparse, multi] = [await mean('sparse'), await mean('multi-spin')]
    expect(Math.abs(sparse / multi - 1)).toBeLessThan(0.02)
  })

  test('the best state seen is never above the last one of the same read', async () => {
    const run = (keep: 'best' | 'last') =>
      sample(glass, annealing({ kernel: 'sparse', numSweeps: 50, betaRange: [0.3, 0.6], keep }), { seed: 7 })
    expect((await run('best')).energies[0]).toBeLessThanOrEqual((await run('last')).energies[0]!)
  })

  test('incumbents only improve and the last one is the best sample', async () => {
    const seen: number[] = []
    const sampler = annealing({ kernel: 'sparse', numReads: 3 })
    const set = await sample(glass, sampler, {
      workers: pools[1]!,
      onIncumbent: (energy) => seen.push(energy),
    })
    expect(seen).toEqual(seen.toSorted((a, b) => b - a))
    expect(seen.at(-1)).toBe(set.energies[0])
  })

  test('given initial states are where the reads begin', async () => {
    const initialStates = new Int8Array(600).fill(1)
    const options = { numSweeps: 0, initialStates, initialStatesGenerator: 'none', keep: 'last' } as const
    const set = await sample(glass, annealing(options))
    expect(Array.from(set.states)).toEqual(new Array(300).fill(1))
    expect(set.numOccurrences[0]).toBe(2)
  })

  test('fewer initial states than reads are repeated, joined by random ones, or refused', async () => {
    const initialStates = new Int8Array(600).fill(1).fill(-1, 300)
    const run = async (options: AnnealingOptions) =>
      (await sample(glass, annealing({ numSweeps: 0, keep: 'last', initialStates, ...options })))
        .numOccurrences
    expect(Array.from(await run({})).toSorted()).toEqual([1, 1])
    expect(Array.from(await run({ numReads: 1 }))).toEqual([1])
    const tiled = await run({ numReads: 5, initialStatesGenerator: 'tile' })
    expect(Array.from(tiled).toSorted()).toEqual([2, 3])
    expect((await run({ numReads: 5, initialStatesGenerator: 'random' })).length).toBe(5)
    for (const options of [
      { numReads: 5, initialStatesGenerator: 'none' },
      { initialStates: new Int8Array(0), initialStatesGenerator: 'tile' },
    ] as const)
      await expect(run(options)).rejects.toThrow(/reads? needs? as many initial states/)
  })

  test('the interrupt function is asked between reads and ends the run with the reads done', async () => {
    let asked = 0
    const interruptFunction = () => ++asked === 3
    const sampler = annealing({ kernel: 'sparse', numReads: 50, numSweeps: 5, interruptFunction })
    const set = await sample(glass, sampler, { workers: pools[1]! })
    expect(asked).toBe(3)
    expect(set.numOccurrences.reduce((a, b) => a + b, 0)).toBe(3)
    expect(set.info.stopped).toBe(true)
  })

  test('a read that is cut off while hot ends in the valley below it, unless the last state is asked for', async () => {
    const energy = async (keep: 'best' | 'last') => {
      const options = { kernel: 'sparse', numSweeps: 100_000, betaRange: [1e-4, 2e-4], keep } as const
      const signal = { aborted: false }
      const breathe = async () => {
        signal.aborted = true
      }
      const set = await sample(glass, annealing(options), { signal, breathe })
      expect(set.info.stopped).toBe(true)
      return set.energies[0]!
    }
    expect(await energy('last')).toBeGreaterThan(-200)
    expect(await energy('best')).toBeLessThan(-400)
  })

  test('neal has the same beta range: its values for a chain and for fields were computed by dwave-samplers', () => {
    const chain = createBqm({
      vartype: 'SPIN',
      linear: [0.5, 0, -2],
      quadratic: [
        [0, 1, 1],
        [1, 2, -0.25],
      ],
    })
    const [hot, cold] = nealBetaRange(toIsing(chain))
    expect(hot).toBeCloseTo(Math.LN2 / (2 * 2.25), 12)
    expect(cold).toBeCloseTo(Math.log(2 / 0.01) / (2 * 0.25), 12)
  })

  test('schedules run from the hot to the cold end', () => {
    const options = { numSweeps: 4, numSweepsPerBeta: 2, betaScheduleType: 'geometric' } as const
    expect(Array.from(betaSchedule([0.1, 10], options))).toEqual([0.1, 0.1, 10, 10])
    expect(
      Array.from(betaSchedule([1, 3], { ...options, numSweepsPerBeta: 1, betaScheduleType: 'linear' })),
    ).toEqual([1, 1 + 2 / 3, 1 + 4 / 3, 3])
  })

  test('biases of any magnitude give the states of the same model near 1', async () => {
    const states = async (factor: number, sampler: Sampler) => {
      const bqm = randomGlass({ numVariables: 40, degree: 5, weights: 'gauss', withFields: true }, 3)
      const scaled = {
        ...bqm,
        linear: bqm.linear.map((bias) => bias * factor),
        biases: bqm.biases.map((bias) => bias * factor),
      }
      return (await sample(scaled, sampler)).states
    }
    for (const sampler of [
      annealing({ kernel: 'sparse', numSweeps: 50 }),
      annealing({ kernel: 'dense', numSweeps: 50 }),
      tabu({ numRestarts: 2 }),
    ])
      for (const factor of [2 ** 500, 2 ** -500])
        expect(await states(factor, sampler)).toEqual(await states(1, sampler))
  })

  test('options that no run can have are refused by name', () => {
    expect(() => annealing({ numReads: 0 })).toThrow(/numReads must be an integer of at least 1, it is 0/)
    expect(() => annealing({ betaRange: [-1, 2] })).toThrow(/must not be negative, it is -1/)
    expect(() => annealing({ betaRange: [0, 2] })).toThrow(/cannot begin or end at the inverse temperature 0/)
    expect(() => annealing({ betaScheduleType: 'custom' })).toThrow(/betaSchedule goes with/)
    expect(() => annealing({ ...NEAL_DEFAULTS, betaSchedule: [1] })).toThrow(/betaSchedule goes with/)
    expect(() => annealing({ proposalAcceptanceCriteria: 'gibbs' as 'Gibbs' })).toThrow(
      /proposalAcceptanceCriteria is "gibbs", it must be Metropolis or Gibbs/,
    )
    const custom = { betaScheduleType: 'custom', betaSchedule: [1, 2] } as const
    expect(() => annealing({ ...custom, numSweeps: 3 })).toThrow(/numSweeps is 3, but betaSchedule has 2/)
    expect(() => annealing({ ...custom, betaRange: [1, 3] })).toThrow(/betaRange 1 .. 3 is not that of/)
  })
})
