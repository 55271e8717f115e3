import { expect, test } from 'vitest'
import { lcrp } from '../../generators/lcrp.ts'
import { solve } from '../../solve/solve.ts'
import { pricingSolver } from './pricing.ts'
import { carryOver } from './warm-start.ts'

const instance = lcrp({ tasks: 600, agents: 24, chains: 0.1, seed: 4 })

test('after a change of capacity a re-plan is feasible, nearly as good, and moves fewer tasks when churn is priced', async () => {
  const first = await solve(instance, pricingSolver({ effort: 100 }))
  const capacityTasks = instance.fleet.capacityTasks.map((limit, pool) => (pool === 3 ? limit - 2 : limit))
  const changed = { ...instance, fleet: { ...instance.fleet, capacityTasks } }
  const previous = { instance, plan: first.plan!, certificate: first.certificate! }
  const moved = (plan: { agentOf: Int32Array }): number =>
    plan.agentOf.reduce((count, agent, task) => count + Number(agent !== first.plan!.agentOf[task]), 0)
  const free = await solve(changed, pricingSolver({ previous: carryOver(previous, changed) }))
  const priced = await solve(changed, pricingSolver({ previous: carryOver(previous, changed, 0.01) }))
  expect(free.evaluation!.feasible).toBe(true)
  expect(priced.evaluation!.feasible).toBe(true)
  expect(free.gap).toBeLessThan(0.02)
  expect(moved(priced.plan!)).toBeLessThanOrEqual(moved(free.plan!))
  expect(moved(priced.plan!)).toBeLessThan(60)
})
