import { expect, test } from 'vitest'
import { factory } from '../../generators/factory.ts'
import { lcrp } from '../../generators/lcrp.ts'
import { solve } from '../../solve/solve.ts'
import { verify } from '../../verify/verify.ts'
import { pricingSolver } from './pricing.ts'

test('a thousand tasks with chains and a budget end feasible within 0.15 percent, and it is verified', async () => {
  const instance = lcrp({ tasks: 1000, agents: 48, chains: 0.1, budget: { factor: 1.05 }, seed: 5 })
  const result = await solve(instance, pricingSolver({ effort: 200 }))
  expect(result.evaluation!.feasible).toBe(true)
  expect(result.gap).toBeLessThan(0.0015)
  const verdict = verify(instance, result.plan!, result.certificate!)
  expect(verdict.status).toBe('proven')
  expect(verdict.gap).toBeLessThan(0.0015)
})

test('a run that is asked for a gap ends with it proven, after less work', async () => {
  const instance = lcrp({ tasks: 1000, agents: 48, chains: 0.1, budget: { factor: 1.05 }, seed: 5 })
  const [loose, whole] = [
    await solve(instance, pricingSolver(), { gap: 0.02 }),
    await solve(instance, pricingSolver()),
  ]
  expect(loose.termination.reason).toBe('gap-reached')
  expect(verify(instance, loose.plan!, loose.certificate!).gap).toBeLessThan(0.02)
  expect(Number(loose.stats.steps)).toBeLessThan(Number(whole.stats.steps))
  expect(loose.objective).toBeGreaterThan(whole.objective!)
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
