import { afterAll, expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { factory } from '../../generators/factory.ts'
import { lcrp } from '../../generators/lcrp.ts'
import { createInstance } from '../../model/builder.ts'
import type { Instance } from '../../model/instance.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { solve } from '../../solve/solve.ts'
import { boundOf, priceBoundOf } from '../../verify/bound.ts'
import { autoSolver } from './auto.ts'
import { choose } from './choose.ts'

const [workers, two] = [createWorkerPool(1), createWorkerPool(2)]
afterAll(async () => {
  await workers.close()
  await two.close()
})

/** What a task takes differs by agent. */
function assignment(numTasks: number, numPools: number): Instance {
  const agents = Array.from({ length: numPools }, (_, pool) => ({
    id: `a${pool}`,
    quality: 1,
    capacity: { tokens: 40 },
  }))
  const tasks = Array.from({ length: numTasks }, (_, row) => ({
    id: `t${row}`,
    estimates: Object.fromEntries(agents.map(({ id }, pool) => [id, { tokens: 1 + ((row + pool) % 5) }])),
  }))
  return createInstance({ version: 1, agents, tasks })
}

function distinctTasks(numTasks: number, numPools: number): Instance {
  const tasks = Array.from({ length: numTasks }, (_, row) => ({ id: `t${row}`, inputTokens: row }))
  const agents = Array.from({ length: numPools }, (_, pool) => ({ id: `a${pool}`, quality: 1 }))
  return createInstance({ version: 1, agents, tasks })
}

test('the choice follows structure and size, and whether a proof is worth a search', () => {
  const stages = (instance: Instance, search = true) => choose(instance, search).stages
  const raced = ['pricing', 'anneal']
  expect(stages(randomInstance(2))).toEqual([['enumeration']])
  expect(stages(factory())).toEqual([['flow'], ['exact']])
  expect(stages(factory({ tasks: 50_000, agents: 480 }), false)).toEqual([['flow'], ['exact']])
  expect(stages(distinctTasks(1000, 12))).toEqual([['flow'], raced, ['exact']])
  expect(stages(distinctTasks(1000, 12), false)).toEqual([['flow'], raced])
  expect(stages(distinctTasks(20_000, 12))).toEqual([raced])
  expect(stages(lcrp({ tasks: 500, agents: 24, chains: 0.1 }))).toEqual([raced, ['exact']])
  expect(stages(lcrp({ tasks: 500, agents: 24, chains: 0.1 }), false)).toEqual([raced])
  expect(stages(assignment(20, 4))).toEqual([['gap']])
  expect(stages(lcrp({ tasks: 30_000, agents: 200 }))).toEqual([['pricing']])
})

test('it never says that only tasks are limited where a budget is', () => {
  const document = (policy: object, capacity: object = {}): Instance =>
    createInstance({
      version: 1,
      policy,
      agents: Array.from({ length: 12 }, (_, k) => ({
        id: `a${k}`,
        quality: 1,
        price: { perTaskUsd: k },
        ...capacity,
      })),
      tasks: Array.from({ length: 30 }, (_, k) => ({ id: `t${k}`, inputTokens: k })),
    })
  expect(choose(document({}), false).why).toBe('only the number of tasks is limited, so a flow is optimal')
  for (const limited of [document({ budgetUsd: 9 }), document({}, { budgetUsd: 5 })])
    expect(choose(limited, false).why).toBe(
      'of the agents only the number of tasks is limited, so a flow is optimal unless it breaks a budget',
    )
})

test('it says what it picked and why, and proves the factory', async () => {
  const result = await solve(factory(), autoSolver(), { workers })
  expect(result.termination.reason).toBe('optimal')
  expect(result.objective).toBeCloseTo(25.5838, 9)
  expect(result.termination.detail).toMatch(
    /^picked flow: of the agents only the number of tasks is limited, so a flow is optimal unless it breaks a dependency;?/,
  )
  expect(result.stats.picked).toEqual(['flow'])
})

test('the plan, the bound and the certificate are the same with no, one and two worker threads', async () => {
  const instance = lcrp({ tasks: 120, agents: 12, chains: 0.2, budget: { factor: 1.05 }, seed: 2 })
  const results = []
  for (const pool of [undefined, workers, two])
    results.push(await solve(instance, autoSolver(), pool ? { workers: pool } : {}))
  expect(results[0]!.evaluation!.feasible).toBe(true)
  expect(results[0]!.stats.picked).toEqual(['pricing beside anneal'])
  for (const result of results) {
    expect(result.plan).toEqual(results[0]!.plan)
    expect(result.bounds).toEqual(results[0]!.bounds)
    expect(result.certificate).toEqual(results[0]!.certificate)
  }
})

test('where prices alone leave a gap, the certificate carries the search that closed it', async () => {
  const instance = factory({ reverseEdges: true })
  const { bounds, certificate, termination } = await solve(instance, autoSolver(), { workers })
  expect(termination.reason).toBe('optimal')
  expect(bounds.dual).toBeCloseTo(25.6416, 9)
  expect(bounds.certified).toBeCloseTo(25.6416, 6)
  expect(priceBoundOf(instance, certificate!).boundUsd).toBeCloseTo(25.6415, 6)
  expect(boundOf(instance, certificate!).boundUsd).toBeCloseTo(25.6416, 8)
})

test('a solver that breaks down takes nothing of the others with it', async () => {
  const instance = distinctTasks(60, 8)
  const broken = {
    count: 1,
    run: () => Promise.reject(new Error('the thread is gone')),
    close: () => Promise.resolve(),
  }
  const result = await solve(instance, autoSolver({ prove: true }), { workers: broken as never })
  expect(result.evaluation?.feasible).toBe(true)
  expect(result.termination.detail).toMatch(/broke down: the thread is gone/)
})
