/** Runs the sampler conformance suite against the samplers without a test file of their own. */
import { describe, expect, test } from 'vitest'
import { samplerConformance } from '../../test/conformance/sampler.ts'
import { randomGlass } from '../../test/spin-glass.ts'
import { sample } from '../solve/sample.ts'
import { descent } from './descent/index.ts'
import { exhaustive, prepareGray } from './exhaustive/index.ts'
import { grayWalk } from './kernels/gray.ts'
import { random } from './random/index.ts'

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
