import { expect, test } from 'vitest'
import { lcrp } from '../../generators/lcrp.ts'
import { evaluate } from '../../model/evaluate.ts'
import { solve } from '../../solve/solve.ts'
import { pricingSolver } from './pricing.ts'
import { createStreamPlanner } from './stream.ts'

const instance = lcrp({ tasks: 1000, agents: 48, seed: 2 })

test('no capacity and no budget is exceeded, whatever order the tasks arrive in', () => {
  const planner = createStreamPlanner(instance)
  for (let task = instance.tasks.count - 1; task >= 0; task--) planner.place(task)
  const { violations } = evaluate(instance, { agentOf: planner.agentOf })
  expect(violations.filter(({ kind }) => kind !== 'unassigned')).toEqual([])
})

test('with the prices of a forecast it comes close to hindsight, and closer than without', async () => {
  const hindsight = await solve(instance, pricingSolver({ effort: 100 }))
  const run = (planner: ReturnType<typeof createStreamPlanner>): { cost: number; placed: number } => {
    for (let task = 0; task < instance.tasks.count; task++) planner.place(task)
    return { cost: planner.objective(), placed: planner.agentOf.filter((agent) => agent >= 0).length }
  }
  const priced = run(createStreamPlanner(instance, { certificate: hindsight.certificate! }))
  const blind = run(createStreamPlanner(instance))
  expect(priced.placed).toBeGreaterThanOrEqual(blind.placed)
  expect(priced.cost / priced.placed).toBeLessThan(1.1 * (hindsight.objective! / instance.tasks.count))
})
