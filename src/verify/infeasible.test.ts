import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { createInstance } from '../model/builder.ts'
import { solve } from '../solve/solve.ts'
import { enumerationSolver } from '../solvers/enumeration/enumeration.ts'
import { pricingSolver, supportsPricing } from '../solvers/pricing/pricing.ts'
import { clashingLimits, describeClashingLimit } from './infeasible.ts'

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
    if (certificate && termination.reason === 'infeasible')
      expect(clashingLimits(instance, certificate), `seed ${seed}`).toBeDefined()
  }
  expect(infeasible).toBeGreaterThan(20)
  expect(proven).toBeGreaterThan(0.7 * infeasible)
})
