import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { bruteForceOptimum } from '../../test/brute-force.ts'
import { factory } from '../generators/factory.ts'
import { createInstance } from '../model/builder.ts'
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

test('thousands of agents a pool are looked at too often to try every plan, and that is said soon', () => {
  const crowd = createInstance({
    version: 1,
    agents: [0, 1].map((pool) => ({
      id: `a${pool}`,
      quality: 1,
      replicas: 2000,
      price: { perTaskUsd: 1 + pool / 10 },
      capacity: { tasks: 1, tokens: 1000 },
    })),
    tasks: Array.from({ length: 40 }, (_, row) => ({ id: `t${row}`, inputTokens: 1 + row })),
  })
  const started = process.cpuUsage()
  expect(noneCheaper(crowd, 60)).not.toBe(true)
  expect(noneCheaper({ ...crowd, policy: { ...crowd.policy, budgetUsd: 39 } }, 60)).toBeUndefined()
  // Far above what it takes: this only tells some seconds from half a minute.
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20)
})
