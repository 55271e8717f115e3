import { describe, expect, test } from 'vitest'
import { samplerConformance } from '../../../test/conformance/sampler.ts'
import { randomGlass } from '../../../test/spin-glass.ts'
import { energyOf } from '../../formulation/energy.ts'
import { sample } from '../../solve/sample.ts'
import type { Sampler } from '../../solve/sampler.ts'
import { annealing } from '../annealing/index.ts'
import { descent } from '../descent/index.ts'
import { exhaustive } from '../exhaustive/index.ts'
import { random } from '../random/index.ts'
import { tabu } from '../tabu/index.ts'
import { cached } from './cached.ts'
import { polished } from './polished.ts'
import { raced } from './raced.ts'
import { repaired } from './repaired.ts'
import { truncated } from './truncated.ts'

samplerConformance({
  name: 'polished random',
  create: () => polished(random({ numReads: 80 })),
  findsMinimum: true,
})
samplerConformance({
  name: 'raced tabu and descent',
  create: () => raced([tabu({ numRestarts: 6, patience: 200 }), descent()]),
  createEndless: () => raced([tabu({ numRestarts: Infinity }), annealing({ numSweeps: 5_000_000 })]),
  findsMinimum: true,
})
samplerConformance({
  name: 'truncated exhaustive',
  create: () => truncated(exhaustive({ states: 'all' }), 3),
})
samplerConformance({ name: 'cached random', create: () => cached(random()) })
samplerConformance({ name: 'repaired random', create: () => repaired(random(), (state) => state) })

const glass = randomGlass({ numVariables: 30, degree: 5, weights: 'gauss' }, 6)

describe('composites', () => {
  test('polished samples are local minima', async () => {
    const set = await sample(glass, polished(random()))
    const state = set.states.slice(0, 30)
    for (let v = 0; v < 30; v++) {
      const flipped = state.slice()
      flipped[v] = -flipped[v]!
      expect(energyOf(glass, flipped)).toBeGreaterThanOrEqual(set.energies[0]! - 1e-9)
    }
  })

  test('a truncated set keeps the lowest states and says how many there were', async () => {
    const all = await sample(glass, random({ numReads: 20 }))
    const few = await sample(glass, truncated(random({ numReads: 20 }), 4))
    expect(Array.from(few.energies)).toEqual(Array.from(all.energies.slice(0, 4)))
    expect(few.info.truncatedFrom).toBe(20)
  })

  test('a race has the samples of all runners and names the winner', async () => {
    const set = await sample(glass, raced([random({ numReads: 5 }), annealing({ numSweeps: 200 })]))
    expect(set.numOccurrences.reduce((a, b) => a + b, 0)).toBe(6)
    expect(set.info.winner).toBe('annealing')
  })

  test('a cached sampler runs once for the same model and seed, again for another seed or model', async () => {
    let runs = 0
    const child = random()
    const counting: Sampler = {
      ...child,
      doSample(bqm, context) {
        runs++
        return child.doSample(bqm, context)
      },
    }
    const sampler = cached(counting, { size: 2 })
    const first = await sample(glass, sampler, { seed: 1 })
    const again = await sample({ ...glass, linear: glass.linear.slice() }, sampler, { seed: 1 })
    expect(again.states).toEqual(first.states)
    expect(again.info.cached).toBe(true)
    expect(runs).toBe(1)
    await sample(glass, sampler, { seed: 2 })
    await sample({ ...glass, offset: 1 }, sampler, { seed: 1 })
    expect(runs).toBe(3)
    // The oldest of three was forgotten.
    await sample(glass, sampler, { seed: 1 })
    expect(runs).toBe(4)
  })

  test('a repair is applied to every state and counted', async () => {
    const allUp = repaired(random({ numReads: 7 }), (state) => state.fill(1))
    const set = await sample(glass, allUp)
    expect(set.numOccurrences[0]).toBe(7)
    expect(set.info.repaired).toBe(7)
  })
})
