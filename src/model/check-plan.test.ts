import { expect, test } from 'vitest'
import { solve } from '../solve/solve.ts'
import { greedySolver } from '../solvers/greedy/first-come.ts'
import { carryOver, pricesOf } from '../solvers/pricing/warm-start.ts'
import { replanSolver } from '../solvers/replan/replan.ts'
import { verify } from '../verify/verify.ts'
import { createInstance } from './builder.ts'

const instance = createInstance({
  version: 1,
  agents: [{ id: 'a', replicas: 2, quality: 1 }],
  tasks: [{ id: 'p' }, { id: 'q' }],
})

test.each([
  [Int32Array.of(0), /agents for 1 tasks, the instance has 2/],
  [Int32Array.of(0, 2), /task 1 agent 2, the fleet has 2/],
  [Int32Array.of(-2, 0), /task 0 agent -2/],
])('a plan of something else is refused by whatever takes one: %s', async (agentOf, message) => {
  const plan = { agentOf }
  expect(() => verify(instance, plan)).toThrow(message)
  expect(() => carryOver({ instance, plan }, instance)).toThrow(message)
  await expect(solve(instance, greedySolver(), { warmStart: plan })).rejects.toThrow(message)
  await expect(solve(instance, replanSolver({ plan, churnUsd: 0 }))).rejects.toThrow(message)
})

test.each([
  { seed: Number.NaN },
  { seed: 1.5 },
  { seed: -1 },
  { timeLimitMs: Number.NaN },
  { timeLimitMs: -1 },
])('%j is refused', async (options) => {
  await expect(solve(instance, greedySolver(), options)).rejects.toThrow(/must be/)
})

test('prices below zero, text and wrong units are no prices, and a negative churn is refused', () => {
  const certificate = (data: Record<string, unknown>) =>
    pricesOf(instance, { kind: 'capacity-prices', data: { unitsPerUsd: 10, tasks: [20], ...data } })
  expect(certificate({}).prices?.get('a')?.task).toBe(2)
  for (const data of [
    { tasks: [-1] },
    { tokens: ['7'] },
    { poolBudget: [Infinity] },
    { budget: Number.NaN },
    { unitsPerUsd: 0 },
    { unitsPerUsd: 'x' },
  ])
    expect(certificate(data)).toEqual({})
  expect(() => carryOver({ instance, plan: { agentOf: Int32Array.of(0, 0) } }, instance, -1)).toThrow(
    'churnUsd',
  )
})
