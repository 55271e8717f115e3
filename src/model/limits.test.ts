import { expect, test } from 'vitest'
import { createInstance } from './builder.ts'
import { evaluate } from './evaluate.ts'
import { mostMoneyUsd, mostTokens } from './limits.ts'

test('tenths of tokens that fill a capacity fit whatever order they are added in, one more tenth does not', () => {
  const instance = (sizes: readonly number[]) =>
    createInstance({
      version: 1,
      agents: [{ id: 'a', quality: 1, capacity: { tokens: 0.6 } }],
      tasks: sizes.map((inputTokens, row) => ({ id: `t${row}`, inputTokens })),
    })
  for (const sizes of [
    [0.1, 0.2, 0.3],
    [0.3, 0.2, 0.1],
  ])
    expect(evaluate(instance(sizes), { agentOf: new Int32Array(3) }).feasible).toBe(true)
  expect(evaluate(instance([0.3, 0.3, 0.1]), { agentOf: new Int32Array(3) }).feasible).toBe(false)
})

test('whole tokens have no tolerance at all, at any size', () => {
  for (const capacity of [1, 1000, 1e9, 1e12]) expect(capacity + 1 > mostTokens(capacity)).toBe(true)
})

test('a budget of a hundred millionth of a dollar lets through a billionth of itself, not a tenth', () => {
  expect(mostMoneyUsd(1e-8)).toBeLessThan(1.00000001e-8)
  expect(mostMoneyUsd(0)).toBe(0)
})

test('figures that sums could not hold are refused where they stand, limits later than costs', () => {
  const document = (costUsd: number, budgetUsd: number, penaltyUsd = 1) => ({
    version: 1 as const,
    policy: { budgetUsd, qualityFloor: { penaltyUsd }, dependency: { mode: 'soft' as const, penaltyUsd } },
    agents: [{ id: 'a', quality: 1 }],
    tasks: [{ id: 't', estimates: { a: { costUsd } } }],
  })
  expect(() => createInstance(document(1e15, 1e18))).not.toThrow()
  expect(() => createInstance(document(1.1e15, 1))).toThrow(/costUsd is 1100000000000000, it must be/)
  expect(() => createInstance(document(1, 1.1e18))).toThrow(/budgetUsd/)
  expect(() => createInstance(document(1, 1, 1e308))).toThrow(/penaltyUsd is 1e\+308/)
})
