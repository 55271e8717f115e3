/** Five hundred random small instances: no heuristic is better than enumeration, and annealing is nearly as good. */
import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { type SolveResult, solve } from '../solve/solve.ts'
import type { Solver } from '../solve/solver.ts'
import { annealSolver } from './annealing/anneal.ts'
import { enumerationSolver } from './enumeration/enumeration.ts'
import { greedySolver } from './greedy/first-come.ts'
import { tightFirstSolver } from './greedy/tight-first.ts'

const COUNT = 500

const truths = new Map<number, SolveResult>()

async function truthOf(seed: number): Promise<SolveResult> {
  const known = truths.get(seed) ?? (await solve(randomInstance(seed), enumerationSolver()))
  truths.set(seed, known)
  return known
}

const heuristics: readonly Solver[] = [
  greedySolver(),
  tightFirstSolver(),
  annealSolver({ reads: 1, sweeps: 10 }),
]

for (const solver of heuristics)
  test(`no plan of ${solver.name} is better than the optimum on ${COUNT} instances`, async () => {
    for (let seed = 0; seed < COUNT; seed++) {
      const truth = await truthOf(seed)
      const { bounds, evaluation } = await solve(randomInstance(seed), solver)
      const optimum = truth.bounds.primal ?? Infinity
      if (evaluation?.feasible)
        expect(evaluation.objective, `seed ${seed}`).toBeGreaterThanOrEqual(optimum - 1e-9)
      if (bounds.dual !== undefined) expect(bounds.dual, `seed ${seed}`).toBeLessThanOrEqual(optimum + 1e-9)
    }
  })

test('annealing finds the optimum of most instances, and a plan wherever there is one', async () => {
  let [solvable, optimal] = [0, 0]
  for (let seed = 0; seed < COUNT; seed += 5) {
    const truth = await truthOf(seed)
    if (truth.bounds.primal === undefined) continue
    const { evaluation } = await solve(randomInstance(seed), annealSolver({ reads: 2, sweeps: 200 }))
    expect(evaluation!.feasible, `seed ${seed}`).toBe(true)
    solvable += 1
    if (evaluation!.objective < truth.bounds.primal + 1e-9) optimal += 1
  }
  expect(optimal).toBeGreaterThan(0.9 * solvable)
})
