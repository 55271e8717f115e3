/** Runs the sampler conformance suite against the samplers without a test file of their own. */
import { describe, expect, test } from 'vitest'
import { samplerConformance } from '../../test/conformance/sampler.ts'
import { randomGlass } from '../../test/spin-glass.ts'
import { createBqm } from '../formulation/bqm-builder.ts'
import { sample } from '../solve/sample.ts'
import { annealing } from './annealing/index.ts'
import { descent } from './descent/index.ts'
import { exhaustive, prepareGray } from './exhaustive/index.ts'
import { grayWalk } from './kernels/gray.ts'
import { random } from './random/index.ts'
import { tabu } from './tabu/index.ts'

samplerConformance({ name: 'random', create: () => random() })
samplerConformance({ name: 'descent', create: () => descent({ numReads: 60 }), findsMinimum: true })
samplerConformance({ name: 'exhaustive', create: () => exhaustive(), skip: [] })
samplerConformance({ name: 'exhaustive, all states', create: () => exhaustive({ states: 'all' }) })

describe('exhaustive', () => {
  test('the kernel ends in the same bits as its reference', () => {
    const bqm = randomGlass({ numVariables: 11, degree: 5, weights: 'gauss', withFields: true }, 2)
    const { arena, state } = prepareGray(bqm)
    expect(arena.memory).toBeInstanceOf(WebAssembly.Memory)
    const other = prepareGray(bqm)
    grayWalk(arena, state)(1, 2 ** 11)
    grayWalk({ buffer: other.arena.buffer }, other.state)(1, 2 ** 11)
    expect(
      Buffer.from(new Uint8Array(arena.buffer)).equals(Buffer.from(new Uint8Array(other.arena.buffer))),
    ).toBe(true)
  })

  test('20 variables have 2^20 states and a proven minimum that descent cannot improve', async () => {
    const bqm = randomGlass({ numVariables: 20, degree: 8, weights: 'gauss' }, 2)
    const set = await sample(bqm, exhaustive())
    expect(set.info).toMatchObject({ statesSeen: 2 ** 20, proven: true })
    const improved = await sample(bqm, descent({ initialStates: set.states }))
    expect(improved.energies[0]).toBeCloseTo(set.energies[0]!, 9)
    const tried = await sample(bqm, descent({ numReads: 200 }))
    expect(tried.energies[0]).toBeGreaterThanOrEqual(set.energies[0]! - 1e-9)
  })

  test('31 variables are refused with the limit', async () => {
    const bqm = randomGlass({ numVariables: 31, degree: 2, weights: 'gauss' }, 2)
    await expect(sample(bqm, exhaustive())).rejects.toThrow(/at most 30 variables, the model has 31/)
  })
})

describe('what no run can hold', () => {
  const large = createBqm({ vartype: 'SPIN', linear: new Float64Array(100_000) })

  test.each([
    ['random', random],
    ['descent', descent],
    ['tabu', tabu],
    ['annealing', annealing],
  ] as const)('%s refuses more than 2 GiB of states, and no number of reads', async (_, create) => {
    await expect(sample(large, create({ numReads: 30_000 }))).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringMatching(
        /30000 reads of 100000 variables are 2.8 GiB.*\nMaybe ask for 21474 reads/,
      ),
    })
    for (const numReads of [0, 1.5, Infinity])
      expect(() => create({ numReads })).toThrow(/numReads must be an integer of at least 1/)
  })

  test('annealing refuses sweeps beyond ten million, whose temperatures would fill the memory', () => {
    expect(() => annealing({ numSweeps: 1e9 })).toThrow(/numSweeps must be an integer in 0 .. 10000000/)
  })

  test.each([
    ['descent', descent],
    ['tabu', tabu],
    ['annealing', annealing],
  ] as const)('%s refuses initial states that are no states of the model', async (_, create) => {
    const bqm = randomGlass({ numVariables: 4, degree: 2, weights: 'gauss' }, 2)
    for (const initialStates of [Int8Array.of(1, 1, 1), Int8Array.of(1, 0, 1, 1)])
      await expect(sample(bqm, create({ initialStates }))).rejects.toThrow(/whole states of 4 values -1 or 1/)
  })
})
