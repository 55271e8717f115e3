import { afterAll, expect, test } from 'vitest'
import { factory } from '../../generators/factory.ts'
import { createInstance } from '../../model/builder.ts'
import type { Instance } from '../../model/instance.ts'
import { buildPairTable } from '../../model/pair-table.ts'
import { createRng } from '../../numeric/rng.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { solve } from '../../solve/solve.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { exactSolver } from './exact.ts'
import { buildPooledModel } from './pooled-model.ts'

const workers = createWorkerPool(1)
afterAll(() => workers.close())

/** Tasks on agents that each cost something else, with token capacities: a generalised assignment problem. */
function generalisedAssignment(numTasks: number, numAgents: number): Instance {
  const rng = createRng(1)
  const sizes = Array.from({ length: numTasks }, () => 5 + rng.nextInt(21))
  const tokens = Math.floor((1.02 * sizes.reduce((sum, size) => sum + size)) / numAgents)
  const agents = Array.from({ length: numAgents }, (_, pool) => ({
    id: `a${pool}`,
    quality: 1,
    capacity: { tokens },
  }))
  const tasks = sizes.map((size, row) => ({
    id: `t${row}`,
    inputTokens: size,
    estimates: Object.fromEntries(
      agents.map(({ id }) => [id, { costUsd: (101 - 4 * size + rng.nextInt(21)) / 100 }]),
    ),
  }))
  return createInstance({ version: 1, agents, tasks })
}

test.each([
  ['as in the notebook', {}, 25.5838],
  ['with reversed edges', { reverseEdges: true }, 25.6416],
  ['with cloud capacity 40', { cloudCapacity: 40 }, 22.94844],
  ['with both', { reverseEdges: true, cloudCapacity: 40 }, 23.02744],
])('the optimum of the factory %s is proven', async (_, options, optimum) => {
  const result = await solve(factory(options), exactSolver(), { workers })
  expect(result.objective).toBeCloseTo(optimum, 9)
  expect(result.gap).toBe(0)
  expect(result.termination.reason).toBe('optimal')
  expect(result.evaluation!.violations).toEqual([])
})

test('the model of the factory merges alike tasks and alike chains', () => {
  const instance = factory()
  const model = buildPooledModel(instance)
  if ('noPlaceFor' in model) throw new Error('the factory has a place for every task')
  expect(model.groups.map(({ size }) => size).reduce((sum, size) => sum + size)).toBe(825 + 50)
  // Five classes and three kinds of chains with 4 + 3 + 3 positions.
  expect(model.groups).toHaveLength(8)
  expect(model.milp.numCols).toBeLessThan(2 * buildPairTable(instance).pool.length * 3)
})

test('pools whose token sums fit but whose tasks do not pack are split, and stay exact', async () => {
  let split = 0
  for (let seed = 0; seed < 60; seed++) {
    const rng = createRng(seed)
    const price = { perTaskUsd: 1 }
    const instance = createInstance({
      version: 1,
      policy: seed % 3 === 0 ? {} : { unassigned: { penaltyUsd: 5 } },
      agents: [
        { id: 'a', quality: 0.5, replicas: 3, capacity: { tokens: 100, tasks: 2 + (seed % 2) }, price },
        { id: 'b', quality: 0.8, replicas: 2, capacity: { tokens: 100 }, price: { inputPerMTokUsd: 30000 } },
      ],
      tasks: Array.from({ length: 7 }, (_, row) => ({
        id: `t${row}`,
        inputTokens: 20 + 5 * rng.nextInt(11),
        ...(row > 0 && rng.nextInt(3) === 0 ? { dependsOn: [`t${row - 1}`] } : {}),
      })),
    })
    const truth = await solve(instance, enumerationSolver())
    const result = await solve(instance, exactSolver())
    if (Number(result.stats.splitPools) > 0) split += 1
    expect(result.termination.reason, `seed ${seed}`).toBe(truth.termination.reason)
    if (truth.objective !== undefined)
      expect(result.objective, `seed ${seed}`).toBeCloseTo(truth.objective, 9)
  }
  expect(split).toBeGreaterThan(10)
})

test('an interrupted proof returns the best plan and the bound so far', async () => {
  const signal = { aborted: false }
  const seen: { primal?: number; dual?: number }[] = []
  const result = await solve(generalisedAssignment(300, 30), exactSolver(), {
    workers,
    signal,
    onProgress: (progress) => {
      seen.push(progress)
      if (progress.primal !== undefined && progress.dual !== undefined) signal.aborted = true
    },
  })
  expect(result.termination.reason).toBe('interrupted')
  expect(result.evaluation!.feasible).toBe(true)
  expect(result.gap).toBeGreaterThan(0)
  expect(result.gap).toBeLessThan(0.5)
  expect(seen.length).toBeGreaterThan(1)
})

test('a proof that does not stop in time is given up, and its thread replaced', async () => {
  const signal = { aborted: false }
  const single = createWorkerPool(1)
  try {
    const running = solve(generalisedAssignment(600, 50), exactSolver({ graceMs: 0 }), {
      workers: single,
      signal,
      onProgress: () => {
        signal.aborted = true
      },
    })
    expect((await running).termination.reason).toBe('interrupted')
    const after = await solve(factory(), exactSolver(), { workers: single })
    expect(after.termination.reason).toBe('optimal')
  } finally {
    await single.close()
  }
})

test('a model that is too large is refused with its size', () => {
  const support = exactSolver({ maxColumns: 1000 }).supports(generalisedAssignment(300, 30))
  expect(support).toEqual({
    ok: false,
    reason: expect.stringMatching(/at least 1,020 columns and 2,040 nonzeros.*; at most 1,000 and 3,000,000/),
  })
})
