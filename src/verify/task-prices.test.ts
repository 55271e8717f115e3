/** Prices of tasks: whatever they are, what they prove is never above a plan; with the right ones it is exact. */
import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { createInstance } from '../model/builder.ts'
import type { Instance } from '../model/instance.ts'
import { pairCostUsd } from '../model/pair.ts'
import { createRng, type Rng } from '../numeric/rng.ts'
import { solve } from '../solve/solve.ts'
import { enumerationSolver } from '../solvers/enumeration/enumeration.ts'
import { boundOf } from './bound.ts'

const COUNT = 300

const certificate = (taskPrices: unknown) => ({
  kind: 'capacity-prices',
  data: { unitsPerUsd: 1e6, dependency: 'ignored', taskPrices },
})

/** About what the task costs somewhere, or nothing, or far too much. */
function anyPrices(instance: Instance, rng: Rng): Record<string, unknown> {
  const { tasks, fleet } = instance
  return {
    unitsPerUsd: 1e9,
    tasks: Array.from({ length: tasks.count }, (_, task) =>
      Math.round(
        1e9 *
          pairCostUsd(instance, task, rng.nextInt(fleet.numPools)) *
          [0, 0.5, 1, 1, 1.2, 3][rng.nextInt(6)]!,
      ),
    ),
    tokensPerStep: Array.from({ length: fleet.numPools }, () => 1 + rng.nextInt(40)),
    granularity: rng.nextInt(3) === 0 ? 10 ** rng.nextInt(10) : 0,
  }
}

test(`no prices of tasks prove more than the optimum of ${COUNT} instances with every kind of constraint`, async () => {
  let proven = 0
  for (let seed = 0; seed < COUNT; seed++) {
    const instance = randomInstance(9000 + seed)
    const optimum = (await solve(instance, enumerationSolver())).bounds.primal
    if (optimum === undefined) continue
    const rng = createRng(seed)
    for (let round = 0; round < 10; round++) {
      const { boundUsd } = boundOf(instance, certificate(anyPrices(instance, rng)))
      expect(boundUsd, instance.name).toBeLessThanOrEqual(optimum + 1e-9 * Math.max(1, optimum))
      if (boundUsd > 0.5 * optimum) proven += 1
    }
  }
  expect(proven).toBeGreaterThan(COUNT)
})

/** One agent takes two of three tasks of size 3 with room for 8; the other is dear and unlimited. */
const small = createInstance({
  version: 1,
  agents: [
    { id: 'near', quality: 1, capacity: { tokens: 8 } },
    { id: 'far', quality: 1 },
  ],
  tasks: ['a', 'b', 'c'].map((id) => ({
    id,
    estimates: { near: { costUsd: 1, tokens: 3 }, far: { costUsd: 9, tokens: 3 } },
  })),
})
const honest = { unitsPerUsd: 1e8, tasks: [9e8, 9e8, 9e8], tokensPerStep: [1, 1], granularity: 1e8 }

test('prices of tasks prove the optimum where prices of capacities cannot', () => {
  // 8 / 3 tasks at $1 and the rest at $9 is what the linear relaxation costs.
  const linear = { kind: 'capacity-prices', data: { unitsPerUsd: 300, tokens: [800 * 2 ** 20, 0] } }
  expect(boundOf(small, linear).boundUsd).toBeLessThan(5.67)
  expect(boundOf(small, certificate(honest)).boundUsd).toBeCloseTo(11, 5)
  expect(boundOf(small, certificate({ ...honest, tokensPerStep: [3, 3] })).boundUsd).toBeCloseTo(11, 5)
  expect(boundOf(small, certificate({ ...honest, tokensPerStep: [4, 1] })).boundUsd).toBeCloseTo(3, 5)
})

test('tampered prices of tasks prove less, or cannot be read', () => {
  for (let task = 0; task < 3; task++)
    for (const price of [0, 5e8, 899_999_000, 900_001_000, 5e9]) {
      const tasks = honest.tasks.with(task, price)
      expect(boundOf(small, certificate({ ...honest, tasks, granularity: 0 })).boundUsd).toBeLessThan(
        10.99999,
      )
    }
  for (const broken of [
    null,
    { ...honest, tasks: [9e8, 9e8] },
    { ...honest, tasks: [9e8, 9e8, -1] },
    { ...honest, tasks: [9e8, 9e8, 0.5] },
    { ...honest, tasks: [9e8, 9e8, 2 ** 53] },
    { ...honest, tasks: [2 ** 52, 2 ** 52, 1] },
    { ...honest, tokensPerStep: [0, 1] },
    { ...honest, tokensPerStep: [1] },
    { ...honest, unitsPerUsd: 0 },
    { ...honest, granularity: -1e8 },
  ])
    expect(() => boundOf(small, certificate(broken))).toThrow('prices of tasks in the certificate')
})

test('a claim that objectives are multiples of more than they are is not believed', () => {
  const prices = { ...honest, tasks: [8.9e8, 8.9e8, 8.9e8] }
  expect(boundOf(small, certificate(prices)).boundUsd).toBeCloseTo(11, 5)
  for (const granularity of [0, 2e8, 4e8, 3e7])
    expect(boundOf(small, certificate({ ...prices, granularity })).boundUsd).toBeCloseTo(10.9, 5)
})
