import { afterAll, expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { factory } from '../../generators/factory.ts'
import { lcrp } from '../../generators/lcrp.ts'
import { createInstance } from '../../model/builder.ts'
import type { Instance } from '../../model/instance.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { solve } from '../../solve/solve.ts'
import { autoSolver } from './auto.ts'
import { choose } from './choose.ts'

const workers = createWorkerPool(1)
afterAll(() => workers.close())

function distinctTasks(numTasks: number, numPools: number): Instance {
  const tasks = Array.from({ length: numTasks }, (_, row) => ({ id: `t${row}`, inputTokens: row }))
  const agents = Array.from({ length: numPools }, (_, pool) => ({ id: `a${pool}`, quality: 1 }))
  return createInstance({ version: 1, agents, tasks })
}

test('the choice follows structure and size', () => {
  expect(choose(randomInstance(2)).picks).toEqual(['enumeration'])
  expect(choose(factory()).picks).toEqual(['flow', 'exact'])
  expect(choose(factory({ tasks: 50_000, agents: 480 })).picks).toEqual(['flow', 'exact'])
  expect(choose(distinctTasks(1000, 12)).picks).toEqual(['flow', 'anneal', 'exact'])
  expect(choose(distinctTasks(20_000, 12)).picks).toEqual(['pricing'])
  expect(choose(lcrp({ tasks: 500, agents: 24, chains: 0.1 })).picks).toEqual(['pricing', 'exact'])
  expect(choose(lcrp({ tasks: 20_000, agents: 200 })).picks).toEqual(['pricing'])
})

test('it says what it picked and why, and proves the factory', async () => {
  const result = await solve(factory(), autoSolver(), { workers })
  expect(result.termination.reason).toBe('optimal')
  expect(result.objective).toBeCloseTo(25.5838, 9)
  expect(result.termination.detail).toMatch(/^picked flow: only the number of tasks is limited/)
  expect(result.stats.picked).toEqual(['flow'])
})
