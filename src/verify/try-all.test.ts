import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { bruteForceOptimum } from '../../test/brute-force.ts'
import { factory } from '../generators/factory.ts'
import { noneCheaper } from './try-all.ts'

test('on 400 random instances nothing is cheaper than the optimum, and something is cheaper than a cent more', () => {
  let feasible = 0
  for (let seed = 0; seed < 400; seed++) {
    const instance = randomInstance(seed, { maxTasks: 4, maxPools: 3 })
    const optimum = bruteForceOptimum(instance)
    if (optimum === undefined) {
      expect(noneCheaper(instance, 1e6), `seed ${seed}`).toBe(true)
      continue
    }
    feasible += 1
    expect(noneCheaper(instance, optimum), `seed ${seed}`).toBe(true)
    expect(noneCheaper(instance, optimum + 0.01), `seed ${seed}`).toBe(false)
  }
  expect(feasible).toBeGreaterThan(200)
})

test('it says nothing of an instance that is too large to try', () => {
  expect(noneCheaper(factory(), 25.5838)).toBeUndefined()
})
