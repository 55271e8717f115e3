import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { createInstance } from '../model/builder.ts'
import type { Instance } from '../model/instance.ts'
import { solve } from '../solve/solve.ts'
import { enumerationSolver } from '../solvers/enumeration/enumeration.ts'
import { pricingSolver, supportsPricing } from '../solvers/pricing/pricing.ts'
import { type ClashingLimit, clashingLimits, describeClashingLimit } from './infeasible.ts'

test('a budget that capacities make impossible is proven so, and the proof names both', async () => {
  // Each promise alone can be kept: four slots for four tasks, and the cheap agent would do all for 4 dollars.
  const instance = createInstance({
    version: 1,
    policy: { budgetUsd: 20 },
    agents: [
      { id: 'cheap', quality: 1, price: { perTaskUsd: 1 }, capacity: { tasks: 2 } },
      { id: 'dear', quality: 1, price: { perTaskUsd: 10 }, capacity: { tasks: 2 } },
    ],
    tasks: ['a', 'b', 'c', 'd'].map((id) => ({ id })),
  })
  const { termination, certificate } = await solve(instance, pricingSolver())
  expect(termination.reason).toBe('infeasible')
  const limits = clashingLimits(instance, certificate!)!
  expect(limits.map((limit) => describeClashingLimit(instance, limit)).sort()).toEqual([
    'the budget of $20',
    'the task slots of pool "cheap"',
  ])
  const richer = { ...instance, policy: { ...instance.policy, budgetUsd: 22 } }
  expect(clashingLimits(richer, certificate!)).toBeUndefined()
})

function limitOf({ fleet, policy }: Instance, kind: ClashingLimit['kind'], pool = -1): number {
  if (kind === 'budget') return policy.budgetUsd
  const columns = { slots: fleet.capacityTasks, tokens: fleet.capacityTokens, 'pool-budget': fleet.budgetUsd }
  return columns[kind][pool]!
}

test('a budget is named with two digits of cents or none, and more only where it has them', () => {
  const named = (budgetUsd: number): string => {
    const instance = createInstance({
      version: 1,
      policy: { budgetUsd },
      agents: [{ id: 'a', quality: 1 }],
      tasks: [{ id: 't' }],
    })
    return describeClashingLimit(instance, { kind: 'budget', share: 1 })
  }
  expect([20, 3.5, 0.25, 0.0125].map(named)).toEqual([
    'the budget of $20',
    'the budget of $3.50',
    'the budget of $0.25',
    'the budget of $0.0125',
  ])
})

test('prices never prove infeasible what has a plan, and prove most of what has none', async () => {
  let [proven, infeasible] = [0, 0]
  for (let seed = 0; seed < 300; seed++) {
    const instance = randomInstance(seed)
    if (!supportsPricing(instance).ok) continue
    const truth = await solve(instance, enumerationSolver())
    const { termination, certificate } = await solve(instance, pricingSolver({ effort: 20 }))
    if (truth.termination.reason !== 'infeasible') {
      expect(termination.reason, `seed ${seed}`).not.toBe('infeasible')
      if (certificate) expect(clashingLimits(instance, certificate), `seed ${seed}`).toBeUndefined()
      continue
    }
    infeasible += 1
    proven += Number(termination.reason === 'infeasible')
    if (certificate === undefined || termination.reason !== 'infeasible') continue
    const limits = clashingLimits(instance, certificate)!
    const texts = limits.map((limit) => describeClashingLimit(instance, limit))
    // Only what is limited can clash, each limit is named once, and the shares make a whole.
    for (const { kind, pool } of limits)
      expect(limitOf(instance, kind, pool), `seed ${seed}: ${texts}`).toBeLessThan(Infinity)
    expect(new Set(texts).size, `seed ${seed}`).toBe(texts.length)
    for (const text of texts)
      expect(text, `seed ${seed}`).toMatch(/^the (task slots|token capacity|budget) of (pool "pool\d"|\$)/)
    expect(
      limits.reduce((sum, { share }) => sum + share, 0),
      `seed ${seed}`,
    ).toBeCloseTo(1, 9)
  }
  expect(infeasible).toBeGreaterThan(20)
  expect(proven).toBeGreaterThan(0.7 * infeasible)
})
