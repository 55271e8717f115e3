import { afterAll, expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { factory } from '../../generators/factory.ts'
import { buildPairTable } from '../../model/pair-table.ts'
import { createRng } from '../../numeric/rng.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { solve } from '../../solve/solve.ts'
import { placesOf } from '../places.ts'
import { annealSolver } from './anneal.ts'
import { proposeRun, proposeShiftOrSwap } from './moves.ts'
import { buildAnnealProblem } from './problem.ts'
import { AnnealState } from './state.ts'

const workers = createWorkerPool(2)
afterAll(() => workers.close())

test('the change of a move is the change of the energy computed afresh', () => {
  let moves = 0
  for (let seed = 0; seed < 150; seed++) {
    const instance = randomInstance(seed, { minTasks: 4, maxTasks: 14 })
    const pairs = buildPairTable(instance)
    const problem = buildAnnealProblem(instance, pairs, placesOf(instance, pairs, new Set([0, 1, 2, 3])))
    const nobody = {
      option: Int32Array.from(problem.classOf, (row) => problem.start[row + 1]! - 1),
      place: new Int32Array(problem.numTasks).fill(problem.numPlaces - 1),
    }
    const weights = { edgeUsd: 0.37, unassignedUsd: 2.9, excessUsd: 1.7 }
    const state = new AnnealState(problem, nobody, weights)
    const rng = createRng(seed)
    for (let step = 0; step < 200; step++) {
      const before = state.energy
      const places = state.place.slice()
      const propose = step % 4 === 0 ? proposeRun : proposeShiftOrSwap
      const delta = propose(state, rng, step < 100 ? Infinity : 0.05)
      const afresh = new AnnealState(problem, state, weights)
      expect(state.energy, `seed ${seed}, step ${step}`).toBeCloseTo(afresh.energy, 9)
      expect(state.isFeasible).toBe(afresh.isFeasible)
      const changed = state.place.some((place, task) => place !== places[task])
      if (changed) expect(state.energy - before, `seed ${seed}, step ${step}`).toBeCloseTo(delta, 9)
      else expect(state.energy).toBeCloseTo(before, 12)
      if (changed) moves += 1
    }
  }
  expect(moves).toBeGreaterThan(3000)
})

test('on the factory every one of 20 seeds is feasible and within 0.02 % of the optimum', async () => {
  const instance = factory()
  for (let seed = 1; seed <= 20; seed++) {
    const { evaluation } = await solve(instance, annealSolver({ reads: 2, sweeps: 400 }), { seed, workers })
    expect(evaluation!.violations, `seed ${seed}`).toEqual([])
    expect(evaluation!.objective, `seed ${seed}`).toBeLessThan(25.5838 * 1.0002)
    expect(evaluation!.objective).toBeGreaterThan(25.5838 - 1e-9)
  }
})

test('it keeps reversed dependencies that greedy breaks', async () => {
  const instance = factory({ reverseEdges: true, cloudCapacity: 40 })
  const { evaluation } = await solve(instance, annealSolver({ reads: 2, sweeps: 400 }), { workers })
  expect(evaluation!.violations).toEqual([])
  expect(evaluation!.objective).toBeLessThan(23.02744 * 1.001)
})

test('the setting of the paper makes 2,000 moves in one read from 50 to 0.1', async () => {
  const { stats, provenance, plan } = await solve(factory(), annealSolver({ preset: 'paper' }))
  expect(plan!.agentOf).toHaveLength(1000)
  expect(stats).toMatchObject({ reads: 1, proposals: 2000, hotUsd: 50, coldUsd: 0.1 })
  expect(provenance.options).toEqual({ preset: 'paper' })
})

test('wrong options are refused', () => {
  expect(() => annealSolver({ reads: 0 })).toThrow(/reads is 0/)
  expect(() => annealSolver({ sweeps: 1.5 })).toThrow(/sweeps is 1.5/)
  expect(() => annealSolver({ preset: 'fast' as 'paper' })).toThrow(/no preset "fast"/)
})
