import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { record } from '../../../test/conformance/solver.ts'
import { factory } from '../../generators/factory.ts'
import { createInstance } from '../../model/builder.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { isEligible, pairTerms, pairTokens } from '../../model/pair.ts'
import { solve } from '../../solve/solve.ts'
import { greedySolver } from './first-come.ts'
import { tightFirstSolver } from './tight-first.ts'

/** The notebook's loop over single agents, with token capacities added. */
function agentByAgent(instance: Instance): Int32Array {
  const { fleet, tasks } = instance
  const load = new Int32Array(fleet.numAgents)
  const tokens = new Float64Array(fleet.numAgents)
  return Int32Array.from({ length: tasks.count }, (_, task) => {
    let [best, bestUsd] = [-1, Infinity]
    for (let agent = 0; agent < fleet.numAgents; agent++) {
      const pool = fleet.poolOf[agent]!
      if (!isEligible(instance, task, pool) || load[agent]! + 1 > fleet.capacityTasks[pool]!) continue
      if (tokens[agent]! + pairTokens(instance, task, pool) > fleet.capacityTokens[pool]!) continue
      const { moneyUsd, belowFloorUsd } = pairTerms(instance, task, pool)
      const usd = moneyUsd + belowFloorUsd
      if (usd < bestUsd) [best, bestUsd] = [agent, usd]
    }
    if (best >= 0) {
      load[best]! += 1
      tokens[best]! += pairTokens(instance, task, fleet.poolOf[best]!)
    }
    return best
  })
}

test('greedy on the factory spends the 11.07 dollars of the notebook', async () => {
  const { evaluation, termination } = await solve(factory(), greedySolver())
  expect(evaluation!.moneyUsd).toBeCloseTo(11.07, 9)
  expect(evaluation!.objective).toBeCloseTo(25.5988, 9)
  expect(evaluation!.violations).toEqual([])
  expect(termination.reason).toBe('feasible')
})

test('greedy goes below a priced floor only where that saves more than it costs', async () => {
  const instance = createInstance({
    version: 1,
    policy: { qualityFloor: { penaltyUsd: 0.5 } },
    agents: [
      { id: 'weak', quality: 0.5, price: { perTaskUsd: 1 } },
      { id: 'fair', quality: 0.9, price: { perTaskUsd: 1.3 } },
      { id: 'best', quality: 1, price: { perTaskUsd: 2 } },
    ],
    tasks: [{ id: 'worth it', minQuality: 0.8 }, { id: 'not worth it', minQuality: 0.95 }, { id: 'free' }],
  })
  const { plan } = await solve(instance, greedySolver())
  expect([...plan!.agentOf]).toEqual([1, 0, 0])
})

test('greedy breaks every reversed edge, and its plan is shown all the same', async () => {
  const { evaluation, plan, termination } = await solve(factory({ reverseEdges: true }), greedySolver())
  expect(plan!.agentOf).toHaveLength(1000)
  expect(evaluation!.objective).toBeCloseTo(25.5988, 9)
  expect(evaluation!.violations).toHaveLength(125)
  expect(termination.reason).toBe('no-feasible-plan')
  const wider = await solve(factory({ reverseEdges: true, cloudCapacity: 40 }), greedySolver())
  expect(wider.evaluation!.objective).toBeCloseTo(22.95844, 9)
  expect(wider.evaluation!.violations).toHaveLength(87)
})

test('greedy over pools gives the very plan of the loop over agents', async () => {
  const instances = Array.from({ length: 200 }, (_, seed) => randomInstance(seed, { maxTasks: 30 }))
  for (const instance of [factory(), factory({ tasks: 3000, agents: 150, seed: 3 }), ...instances]) {
    const { candidate } = await record(instance, greedySolver())
    expect(candidate.plan!.agentOf).toEqual(agentByAgent(instance))
  }
})

test('tight-first greedy keeps the promises of the factory, reversed or not', async () => {
  for (const reverseEdges of [false, true])
    for (const cloudCapacity of [25, 40]) {
      const { evaluation } = await solve(factory({ reverseEdges, cloudCapacity }), tightFirstSolver())
      expect(evaluation!.violations).toEqual([])
    }
})

test('tight-first greedy keeps the only place of the picky task free', async () => {
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'cheap', quality: 0.9, price: { perTaskUsd: 1 }, capacity: { tasks: 1 } },
      { id: 'weak', quality: 0.5, price: { perTaskUsd: 2 } },
    ],
    tasks: [{ id: 'easy' }, { id: 'picky', minQuality: 0.8 }],
  })
  const first = await solve(instance, greedySolver())
  expect(first.evaluation!.violations).toEqual([{ kind: 'unassigned', task: 1 }])
  const tight = await solve(instance, tightFirstSolver())
  expect([...tight.plan!.agentOf]).toEqual([1, 0])
  expect(evaluate(instance, tight.plan!).objective).toBe(3)
})
