import { describe, expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import type { Calibration } from '../../formulation/bridges/calibrate.ts'
import type { RowKind } from '../../formulation/bridges/instance-to-cqm.ts'
import { factory } from '../../generators/factory.ts'
import { createInstance } from '../../model/builder.ts'
import { evaluate } from '../../model/evaluate.ts'
import { createRng } from '../../numeric/rng.ts'
import { solve } from '../../solve/solve.ts'
import { type QuboAnnealOptions, quboAnnealSolver } from './qubo-anneal.ts'
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

  test('the result says for every kind of promise which weight it had and why', async () => {
    const instance = factory({ tasks: 60, agents: 12 })
    const stats = async (options: QuboAnnealOptions) =>
      (await solve(instance, quboAnnealSolver(options), { seed: 2 })).stats
    const kinds = [
      { kind: 'assignment', rows: 60 },
      { kind: 'capacity-tasks', rows: 10 },
    ]
    for (const [penalty, why] of [
      [undefined, /^sufficient: objective range \d/],
      [2.5, /^given: 2.5 per squared unit/],
      [{ natural: 2 }, /^2 times the natural weight/],
    ] as const) {
      const { penalties } = await stats(penalty === undefined ? {} : { penalty })
      expect(penalties).toMatchObject(
        kinds.map((kind) => ({ ...kind, least: expect.any(Number), why: expect.stringMatching(why) })),
      )
    }
  })

  test('annealing calibrates: weights of broken promises are doubled until a sample keeps all of them', async () => {
    // Cheap agents with little room: with small weights samplers overfill them.
    const instance = factory({ tasks: 300, agents: 12, cloudCapacity: 80 })
    const solver = quboAnnealSolver({
      penalty: 'calibrated',
      repair: false,
      sampling: { numReads: 2, numSweeps: 20 },
    })
    const { stats, evaluation } = await solve(instance, solver, { seed: 3 })
    const { settled, rounds } = stats.calibration as Pick<Calibration, 'settled' | 'rounds'>
    expect(settled).toBe(true)
    expect(rounds.length).toBeGreaterThan(1)
    rounds.slice(1).forEach(({ multiples }, index) => {
      const before = rounds[index]!
      expect(before.numFeasible).toBe(0)
      expect(before.broken).toContain('capacity-tasks')
      for (const [kind, multiple] of Object.entries(before.multiples) as [RowKind, number][])
        expect(multiples[kind]).toBe(before.broken.includes(kind) ? 2 * multiple : multiple)
    })
    expect(evaluation?.feasible).toBe(true)
    expect((stats.raw as StageVerdict).numFeasible).toBeGreaterThan(0)
    const times = rounds.at(-1)!.multiples['capacity-tasks']
    expect(stats.penalties).toContainEqual(
      expect.objectContaining({
        kind: 'capacity-tasks',
        why: `calibrated: ${times} times the natural weight, after ${rounds.length} rounds`,
      }),
    )
    const again = await solve(instance, solver, { seed: 3 })
    expect(again.stats.calibration).toEqual(stats.calibration)
  })

  test('calibration that meets a limit ends with the rounds done and says that none was feasible', async () => {
    const instance = factory({ tasks: 300, agents: 12, cloudCapacity: 80 })
    const solver = quboAnnealSolver({ penalty: 'calibrated', repair: false, sampling: { numSweeps: 1 } })
    const { stats, termination } = await solve(instance, solver, { seed: 3, signal: { aborted: true } })
    expect(stats.calibration).toMatchObject({ settled: false, rounds: [{ numFeasible: 0 }] })
    expect(termination.reason).not.toBe('feasible')
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
