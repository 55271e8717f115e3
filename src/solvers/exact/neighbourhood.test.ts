import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { evaluate } from '../../model/evaluate.ts'
import { createRng } from '../../numeric/rng.ts'
import { solve } from '../../solve/solve.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { greedySolver } from '../greedy/first-come.ts'
import { tightFirstSolver } from '../greedy/tight-first.ts'
import { branchAndBound } from './branch-and-bound.ts'
import { buildNeighbourhood } from './neighbourhood.ts'

test('the best point of a neighbourhood is a feasible plan, no dearer, and moves only tasks of its agents', async () => {
  let [looked, better] = [0, 0]
  for (let seed = 0; seed < 300; seed++) {
    const instance = randomInstance(seed)
    const { plan, evaluation } = await solve(instance, greedySolver())
    if (!plan || !evaluation?.feasible) continue
    const rng = createRng(seed)
    const { numAgents } = instance.fleet
    const agents = [...new Set([rng.nextInt(numAgents), rng.nextInt(numAgents), rng.nextInt(numAgents)])]
    const near = buildNeighbourhood(instance, plan, agents)
    if (near === undefined) continue
    looked += 1
    const { values, status } = branchAndBound(near.milp, { start: near.start, mostWork: 1e7 })
    expect(status, `seed ${seed}`).toBe('optimal')
    const found = near.planAt(values!)
    const judged = evaluate(instance, found)
    expect(judged.violations, `seed ${seed}`).toEqual([])
    expect(judged.objective, `seed ${seed}`).toBeLessThanOrEqual(evaluation.objective + 1e-9)
    better += Number(judged.objective < evaluation.objective - 1e-9)
    found.agentOf.forEach((agent, task) => {
      if (agent !== plan.agentOf[task])
        expect(agents).toEqual(expect.arrayContaining([agent, plan.agentOf[task]]))
    })
  }
  expect(looked).toBeGreaterThan(40)
  expect(better).toBeGreaterThan(3)
})

test('the neighbourhood of all agents holds the optimum where tasks stand alone and all need an agent', async () => {
  let compared = 0
  for (let seed = 0; seed < 200; seed++) {
    const instance = randomInstance(seed, { dependencies: false, unassigned: false })
    const { plan, evaluation } = await solve(instance, tightFirstSolver())
    if (!plan || !evaluation?.feasible) continue
    const near = buildNeighbourhood(
      instance,
      plan,
      Array.from({ length: instance.fleet.numAgents }, (_, agent) => agent),
    )
    if (near === undefined) continue
    const { values } = branchAndBound(near.milp, { start: near.start, mostWork: 1e8 })
    const truth = await solve(instance, enumerationSolver())
    compared += 1
    expect(evaluate(instance, near.planAt(values!)).objective, `seed ${seed}`).toBeCloseTo(
      truth.objective!,
      8,
    )
  }
  expect(compared).toBeGreaterThan(50)
})
