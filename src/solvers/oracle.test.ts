/** Two thousand random small instances with every constraint kind, each solved by trying every plan: the oracle. */
import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { type SolveResult, solve } from '../solve/solve.ts'
import type { Solver } from '../solve/solver.ts'
import { verify } from '../verify/verify.ts'
import { autoSolver } from './auto/auto.ts'
import { enumerationSolver } from './enumeration/enumeration.ts'
import { exactSolver } from './exact/exact.ts'
import { pricingSolver } from './pricing/pricing.ts'

const COUNT = 2000

const truths: { optimum: number | undefined }[] = []

async function optimumOf(seed: number): Promise<number | undefined> {
  truths[seed] ??= { optimum: (await solve(randomInstance(seed), enumerationSolver())).bounds.primal }
  return truths[seed]!.optimum
}

/** The bound is below, the plan feasible where one exists and not better than the best, and prices prove their part. */
function check(seed: number, result: SolveResult, optimum: number | undefined): void {
  const { bounds, evaluation, certificate, plan, termination } = result
  const name = `seed ${seed}`
  if (optimum === undefined) {
    expect(evaluation?.feasible ?? false, name).toBe(false)
    expect(termination.reason, name).toBe('infeasible')
    return
  }
  expect(evaluation?.feasible, name).toBe(true)
  expect(evaluation!.objective, name).toBeGreaterThanOrEqual(optimum - 1e-9)
  expect(bounds.dual, name).toBeLessThanOrEqual(optimum + 1e-9)
  if (certificate === undefined) return
  const { status, boundUsd } = verify(randomInstance(seed), plan!, certificate)
  expect(status, name).toBe('proven')
  expect(boundUsd, name).toBeLessThanOrEqual(optimum + 1e-9)
  expect(boundUsd, name).toBeGreaterThanOrEqual(bounds.certified! - 1e-7)
}

const solvers: readonly [name: string, create: () => Solver, provesAll: boolean][] = [
  ['pricing', () => pricingSolver(), false],
  ['auto', () => autoSolver(), true],
  ['exact', () => exactSolver(), true],
]

test.each(solvers)(
  `${COUNT} times no bound of %s is above the optimum, and there is a plan wherever one exists`,
  async (_, create, provesAll) => {
    let [feasible, infeasible, certified] = [0, 0, 0]
    for (let seed = 0; seed < COUNT; seed++) {
      const instance = randomInstance(seed)
      if (!create().supports(instance).ok) continue
      const optimum = await optimumOf(seed)
      const result = await solve(instance, create())
      check(seed, result, optimum)
      if (optimum === undefined) infeasible += 1
      else feasible += 1
      if (result.certificate) certified += 1
      if (provesAll && optimum !== undefined) expect(result.objective, `seed ${seed}`).toBeCloseTo(optimum, 9)
    }
    expect(feasible).toBeGreaterThan(COUNT / 2)
    expect(infeasible).toBeGreaterThan(COUNT / 20)
    if (!provesAll) expect(certified).toBeGreaterThan(COUNT / 2)
  },
)
