/** The scaled cascade-routing family: the promises of its options, and that a plan always exists. */
import { expect, test } from 'vitest'
import { evaluate } from '../model/evaluate.ts'
import { type LcrpOptions, lcrp, plantedLcrp } from './lcrp.ts'

test.each<LcrpOptions>([
  { tasks: 1, agents: 1 },
  { tasks: 5, agents: 48, chains: 1 },
  { tasks: 1000, agents: 48, chains: 0.1 },
  { tasks: 1000, agents: 48, chains: 0.5, seed: 9 },
  { tasks: 3000, agents: 210, tiers: 20, chains: 0.3 },
  { tasks: 500, agents: 7, tiers: 1, sla: false },
  { tasks: 10_000, agents: 200, chains: 0.1, seed: 4 },
])('%j has a feasible plan: the one planted in it', (options) => {
  const { instance, planted } = plantedLcrp(options)
  expect(instance.tasks.count).toBe(options.tasks)
  expect(instance.fleet.numAgents).toBe(options.agents)
  expect(evaluate(instance, planted).violations).toEqual([])
})

test('equal options give equal instances, another seed another one', () => {
  const tokens = (seed: number) => lcrp({ tasks: 300, agents: 20, seed }).tasks.inputTokens
  expect(tokens(5)).toEqual(tokens(5))
  expect(tokens(5)).not.toEqual(tokens(6))
})

test('about the asked share of tasks stands in chains of 2 to 4', () => {
  const { tasks } = lcrp({ tasks: 50_000, agents: 200, chains: 0.1 })
  expect(tasks.workflows.size / tasks.count).toBeCloseTo(0.1, 2)
  const sizes = new Map<string, number>()
  for (const name of tasks.workflows.values()) sizes.set(name, (sizes.get(name) ?? 0) + 1)
  expect(new Set(sizes.values())).toEqual(new Set([2, 3, 4]))
})

test('limits make 60 classes of eligibility, without them 20', () => {
  const classes = (sla: boolean) => {
    const { tasks } = lcrp({ tasks: 20_000, agents: 100, sla })
    return new Set(Array.from(tasks.minQuality, (floor, row) => `${floor} ${tasks.maxLatencyMs[row]}`)).size
  }
  expect(classes(true)).toBe(60)
  expect(classes(false)).toBe(20)
})

test('tiers give that many pools of identical agents', () => {
  const { fleet } = lcrp({ tasks: 2000, agents: 1000, tiers: 80 })
  expect([fleet.numPools, fleet.numAgents]).toEqual([80, 1000])
})

test('the price of latency changes the policy and nothing else', () => {
  const [cheap, dear] = [0.001, 0.2].map((latencyUsdPerSecond) =>
    lcrp({ tasks: 50, agents: 9, latencyUsdPerSecond }),
  )
  expect(dear!.policy).toEqual({ ...cheap!.policy, latencyUsdPerSecond: 0.2 })
  expect(dear!.tasks.inputTokens).toEqual(cheap!.tasks.inputTokens)
  expect(dear!.fleet.capacityTokens).toEqual(cheap!.fleet.capacityTokens)
})

test('a budget is taken as it is, a factor multiplies the least spend, below which the planted plan never is', () => {
  const at = (factor: number) => lcrp({ tasks: 2000, agents: 48, budget: { factor } }).policy.budgetUsd
  expect(lcrp({ tasks: 10, agents: 4, budget: { usd: 7 } }).policy.budgetUsd).toBe(7)
  expect(at(2)).toBeCloseTo(2 * at(1), 6)
  const { instance, planted } = plantedLcrp({ tasks: 2000, agents: 48 })
  expect(evaluate(instance, planted).moneyUsd).toBeGreaterThan(at(1))
})

test.each([
  { tasks: 0, agents: 1 },
  { tasks: 5, agents: 0 },
  { tasks: 5, agents: 5, tiers: 6 },
  { tasks: 5, agents: 5, chains: 1.5 },
  { tasks: 5, agents: 5, budget: { factor: -1 } },
])('the impossible options %j are refused', (options) => {
  expect(() => lcrp(options)).toThrow(/it must be/)
})
