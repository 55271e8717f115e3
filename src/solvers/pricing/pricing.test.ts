import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { factory } from '../../generators/factory.ts'
import { lcrp } from '../../generators/lcrp.ts'
import { solve } from '../../solve/solve.ts'
import { verify } from '../../verify/verify.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { pricingSolver, supportsPricing } from './pricing.ts'

const COUNT = 300

test(`no bound is above the enumerated optimum on ${COUNT} instances with every constraint kind`, async () => {
  let [feasible, found, infeasible] = [0, 0, 0]
  for (let seed = 0; seed < COUNT; seed++) {
    const instance = randomInstance(seed)
    if (!supportsPricing(instance).ok) continue
    const truth = await solve(instance, enumerationSolver())
    const result = await solve(instance, pricingSolver())
    const optimum = truth.bounds.primal ?? Infinity
    if (optimum === Infinity) {
      infeasible += 1
      expect(result.evaluation?.feasible ?? false, `seed ${seed}`).toBe(false)
      continue
    }
    feasible += 1
    expect(result.termination.reason, `seed ${seed}`).not.toBe('infeasible')
    expect(result.bounds.dual, `seed ${seed}`).toBeLessThanOrEqual(optimum + 1e-9)
    if (!result.evaluation?.feasible) continue
    found += 1
    expect(result.objective, `seed ${seed}`).toBeGreaterThanOrEqual(optimum - 1e-9)
    const verdict = verify(instance, result.plan!, result.certificate!)
    expect(verdict.status, `seed ${seed}`).toBe('proven')
    expect(verdict.boundUsd, `seed ${seed}`).toBeLessThanOrEqual(optimum + 1e-9)
    expect(verdict.boundUsd, `seed ${seed}`).toBeGreaterThanOrEqual(result.bounds.dual! - 1e-7)
  }
  expect(infeasible).toBeGreaterThan(COUNT / 20)
  expect(found).toBeGreaterThan(0.95 * feasible)
})

test('a thousand tasks with chains and a budget end feasible within a quarter of a percent, and it is verified', async () => {
  const instance = lcrp({ tasks: 1000, agents: 48, chains: 0.1, budget: { factor: 1.05 }, seed: 5 })
  const result = await solve(instance, pricingSolver({ effort: 200 }))
  expect(result.evaluation!.feasible).toBe(true)
  expect(result.gap).toBeLessThan(0.0025)
  const verdict = verify(instance, result.plan!, result.certificate!)
  expect(verdict.status).toBe('proven')
  expect(verdict.gap).toBeLessThan(0.0025)
})

test('equal seeds give equal plans', async () => {
  const instance = lcrp({ tasks: 300, agents: 16, chains: 0.2 })
  const [first, second] = [
    await solve(instance, pricingSolver({ effort: 50 }), { seed: 3 }),
    await solve(instance, pricingSolver({ effort: 50 }), { seed: 3 }),
  ]
  expect(first.plan).toEqual(second.plan)
  expect(first.certificate).toEqual(second.certificate)
})

test('with every edge of the notebook reversed the bound is within a cent of the optimum 25.6416', async () => {
  const result = await solve(factory({ reverseEdges: true }), pricingSolver({ effort: 200 }))
  expect(result.evaluation!.feasible).toBe(true)
  expect(result.bounds.dual).toBeLessThanOrEqual(25.6416 + 1e-9)
  expect(result.bounds.dual).toBeGreaterThan(25.64)
})
