import { describe, expect, test } from 'vitest'
import { lcrp } from '../../generators/lcrp.ts'
import { createInstance } from '../../model/builder.ts'
import type { Instance } from '../../model/instance.ts'
import { solve } from '../../solve/solve.ts'
import { boundOf } from '../../verify/bound.ts'
import { movedTasks } from '../replan/keep-agents.ts'
import { pricingSolver } from './pricing.ts'
import { carryOver } from './warm-start.ts'

const before = lcrp({ tasks: 2000, agents: 100, chains: 0.1, seed: 3 })
const first = await solve(before, pricingSolver({ effort: 100 }))
const withoutAgents: Instance = {
  ...before,
  fleet: {
    ...before.fleet,
    capacityTasks: before.fleet.capacityTasks.map((limit, pool) => (pool === 50 ? 0 : limit)),
  },
}
const hadPlace = first.plan!.agentOf.filter((agent) => before.fleet.poolOf[agent] === 50).length

describe('when an agent of a hundred has gone', () => {
  test('the old prices prove nearly what new ones do, and only some more move than had to', async () => {
    const { plan, certificate } = first
    const previous = carryOver({ instance: before, plan: plan!, certificate: certificate! }, withoutAgents)
    const warm = await solve(withoutAgents, pricingSolver({ previous }))
    const cold = await solve(withoutAgents, pricingSolver({ effort: 100 }))
    // No price was looked for.
    expect(warm.stats.steps).toBe(0)
    expect(warm.stats.homeless).toBe(hadPlace)
    expect(warm.bounds.dual! / cold.bounds.dual!).toBeGreaterThan(0.999)
    expect(boundOf(withoutAgents, warm.certificate!).boundUsd).toBeCloseTo(warm.bounds.dual!, 6)
    expect(warm.evaluation!.violations).toEqual([])
    expect(warm.objective! / cold.objective!).toBeLessThan(1.004)
    expect(movedTasks(plan!, warm.plan!)).toBeLessThan(4 * hadPlace)
  })

  test('equal seeds give equal plans', async () => {
    const { plan, certificate } = first
    const previous = carryOver({ instance: before, plan: plan!, certificate: certificate! }, withoutAgents)
    const [one, two] = [
      await solve(withoutAgents, pricingSolver({ previous })),
      await solve(withoutAgents, pricingSolver({ previous })),
    ]
    expect(one.plan!.agentOf).toEqual(two.plan!.agentOf)
  })
})

test('a task that fits nowhere takes the place of one that fits elsewhere', async () => {
  const document = {
    version: 1 as const,
    agents: [
      { id: 'gone', quality: 0.9, capacity: { tasks: 1 }, price: { perTaskUsd: 1 } },
      { id: 'good', quality: 0.9, capacity: { tasks: 1 }, price: { perTaskUsd: 2 } },
      { id: 'plain', quality: 0.5, capacity: { tasks: 30 }, price: { perTaskUsd: 2.001 } },
    ],
    tasks: [
      { id: 'demanding', minQuality: 0.8 },
      { id: 'modest', minQuality: 0.1 },
      ...Array.from({ length: 18 }, (_, k) => ({ id: `other-${k}`, minQuality: 0.1 })),
    ],
  }
  const instance = createInstance(document)
  const now = createInstance({ ...document, agents: document.agents.slice(1) })
  const others = (agent: number): number[] => new Array(18).fill(agent)
  const prices = new Map(instance.fleet.poolIds.map((id) => [id, { task: 0.001, token: 0, poolBudget: 0 }]))
  const earlier = carryOver({ instance, plan: { agentOf: Int32Array.of(0, 1, ...others(2)) } }, now)
  const result = await solve(now, pricingSolver({ previous: { ...earlier, prices } }))
  expect(result.plan!.agentOf).toEqual(Int32Array.of(0, 1, ...others(1)))
  expect(result.stats.homeless).toBe(1)
})
