import { describe, expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { factory } from '../../generators/factory.ts'
import { createInstance } from '../../model/builder.ts'
import { evaluate } from '../../model/evaluate.ts'
import { createRng } from '../../numeric/rng.ts'
import { solve } from '../../solve/solve.ts'
import { quboAnnealSolver } from './qubo-anneal.ts'
import { repairPlan } from './repair.ts'
import type { StageVerdict } from './sampler-solver.ts'

describe('plans from samples', () => {
  test('the factory is planned feasibly at 25.60 or less, as sampled and without repair', async () => {
    const solver = quboAnnealSolver({ sampling: { numReads: 2, numSweeps: 10 }, repair: false })
    const { objective, evaluation, stats } = await solve(factory(), solver, { seed: 2 })
    expect(evaluation?.feasible).toBe(true)
    expect(objective).toBeLessThanOrEqual(25.6)
    expect((stats.raw as StageVerdict).numFeasible).toBe(2)
    expect(stats.variables).toBe(40_712)
  })

  test('raw, decoded and repaired samples are judged apart: without sweeps only repair helps', async () => {
    const solver = quboAnnealSolver({ sampling: { numReads: 4, numSweeps: 0, keep: 'last' } })
    const { stats, evaluation } = await solve(factory({ tasks: 200, cloudCapacity: 25 }), solver, { seed: 2 })
    expect((stats.raw as StageVerdict).numFeasible).toBe(0)
    expect((stats.decoded as StageVerdict).numFeasible).toBe(0)
    expect((stats.repaired as StageVerdict).numFeasible).toBeGreaterThan(0)
    expect(evaluation?.feasible).toBe(true)
  })

  test('repair keeps the cheaper of two agents and the judge sees one', () => {
    const instance = createInstance({
      version: 1,
      agents: [
        { id: 'dear', price: { perTaskUsd: 2 }, quality: 0.9 },
        { id: 'cheap', price: { perTaskUsd: 1 }, quality: 0.9 },
      ],
      tasks: [{ id: 'a' }],
    })
    const plan = { agentOf: Int32Array.of(0), surplus: [{ task: 0, agent: 1 }] }
    expect(evaluate(instance, plan).feasible).toBe(false)
    expect([...repairPlan(instance, plan).agentOf]).toEqual([1])
  })

  test('repair never breaks more promises than it was given', () => {
    for (let seed = 0; seed < 200; seed++) {
      const rng = createRng(seed)
      const instance = randomInstance(seed)
      const agentOf = Int32Array.from(
        { length: instance.tasks.count },
        () => rng.nextInt(instance.fleet.numAgents + 1) - 1,
      )
      const before = evaluate(instance, { agentOf }).violations.length
      const after = evaluate(instance, repairPlan(instance, { agentOf })).violations.length
      expect(after).toBeLessThanOrEqual(before)
    }
  })
})
