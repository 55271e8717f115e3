import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { evaluate } from '../../model/evaluate.ts'
import { createRng } from '../../numeric/rng.ts'
import { solve } from '../../solve/solve.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { supportsPricing } from './pricing.ts'
import { buildProblem } from './problem.ts'
import { reducedCosts } from './reduced-costs.ts'
import { buildRows } from './rows.ts'

test('no feasible plan that was enumerated costs less than the bound plus the reduced cost of any of its pairs', async () => {
  let compared = 0
  for (let seed = 0; seed < 150; seed++) {
    const instance = randomInstance(seed)
    const built = buildProblem(instance)
    if (!built.ok || !supportsPricing(instance).ok) continue
    const { plan } = await solve(instance, enumerationSolver())
    if (plan === undefined) continue
    const { problem } = built
    const rows = buildRows(problem)
    const rng = createRng(seed)
    const y = Float64Array.from(rows.active, (active, row) =>
      active === 1 ? (rng.nextFloat() < 0.5 ? 0 : rng.nextFloat() / (row < rows.width ? 10 : 10_000)) : 0,
    )
    const reduced = reducedCosts(problem, rows, y)
    const { objective } = evaluate(instance, plan)
    expect(reduced.boundUsd, `seed ${seed}`).toBeLessThanOrEqual(objective)
    plan.agentOf.forEach((agent, task) => {
      const group = agent < 0 ? -1 : problem.groups.ofPool[instance.fleet.poolOf[agent]!]!
      expect(reduced.boundUsd + reduced.of(task, group), `seed ${seed}`).toBeLessThanOrEqual(objective + 1e-9)
      compared += Number(reduced.of(task, group) > 0)
    })
  }
  expect(compared).toBeGreaterThan(50)
})
