import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { bruteForceOptimum } from '../../../test/brute-force.ts'
import { createInstance } from '../../model/builder.ts'
import { solve } from '../../solve/solve.ts'
import { enumerationSolver } from './enumeration.ts'

test('it finds what trying every plan with the judge alone finds', async () => {
  let infeasible = 0
  for (let seed = 1; seed <= 300; seed++) {
    const instance = randomInstance(seed, { maxTasks: 4, maxPools: 3 })
    const expected = bruteForceOptimum(instance)
    const result = await solve(instance, enumerationSolver())
    if (expected === undefined) {
      infeasible += 1
      expect(result.termination.reason, `seed ${seed}`).toBe('infeasible')
    } else {
      expect(result.termination.reason, `seed ${seed}`).toBe('optimal')
      expect(result.objective, `seed ${seed}`).toBeCloseTo(expected, 9)
    }
  }
  expect(infeasible).toBeGreaterThan(10)
  expect(infeasible).toBeLessThan(150)
})

test('it refuses an instance with too many plans and says how many', () => {
  const tasks = Array.from({ length: 40 }, (_, row) => ({ id: `t${row}` }))
  const agents = Array.from({ length: 10 }, (_, pool) => ({ id: `a${pool}`, quality: 1 }))
  const support = enumerationSolver().supports(createInstance({ version: 1, agents, tasks }))
  expect(support).toEqual({
    ok: false,
    reason: 'it has about 10^40.0 possible plans, at most 10^12.0 can be tried',
  })
})

test('alike agents with equal loads are tried once', async () => {
  const tasks = Array.from({ length: 8 }, (_, row) => ({ id: `t${row}`, inputTokens: 10 + row }))
  const pool = { id: 'a', quality: 1, replicas: 8, capacity: { tokens: 20 }, price: { perTaskUsd: 1 } }
  const result = await solve(createInstance({ version: 1, agents: [pool], tasks }), enumerationSolver())
  expect(result.termination.reason).toBe('optimal')
  expect(result.stats.nodes).toBeLessThan(1000)
})
