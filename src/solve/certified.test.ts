import { expect, test } from 'vitest'
import { createInstance } from '../model/builder.ts'
import { createRng } from '../numeric/rng.ts'
import { exactSolver } from '../solvers/exact/exact.ts'
import { flowSolver } from '../solvers/flow/flow.ts'
import { pricingSolver } from '../solvers/pricing/pricing.ts'
import { boundOf } from '../verify/bound.ts'
import { noneCheaper } from '../verify/try-all.ts'
import { verify } from '../verify/verify.ts'
import { relativeGap, solve } from './solve.ts'
import type { Solver } from './solver.ts'

/** Six tasks and three agents; left-out tasks, tokens and budgets whose prices are far from those of slots. */
function uneven(seed: number) {
  const rng = createRng(seed)
  const pick = (values: readonly number[]): number => values[rng.nextInt(values.length)]!
  return createInstance({
    version: 1,
    policy: { unassigned: { penaltyUsd: pick([0.1, 1e6, 1e9]) }, dependency: { mode: 'hard' } },
    agents: Array.from({ length: 3 }, (_, pool) => ({
      id: `a${pool}`,
      quality: [0.5, 0.7, 0.9][pool]!,
      price: { perTaskUsd: pick([0, 1e-3, 1, 100]), outputPerMTokUsd: pick([0, 3, 3e4]) },
      capacity: { tasks: pick([1, 2, 3]), tokens: pick([0.5, 3, 2000]) },
      ...(rng.nextInt(2) === 0 ? { budgetUsd: pick([0.01, 1, 100]) } : {}),
    })),
    tasks: Array.from({ length: 6 }, (_, row) => ({
      id: `t${row}`,
      inputTokens: pick([0, 0.25, 1, 333.3]),
      ...(row > 0 && rng.nextInt(2) === 0 ? { dependsOn: [`t${rng.nextInt(row)}`] } : {}),
    })),
  })
}

test('what a result calls certified is what its certificate proves as it is written', async () => {
  for (let seed = 0; seed < 60; seed++)
    for (const solver of [pricingSolver(), exactSolver(), flowSolver()]) {
      const instance = uneven(seed)
      if (!solver.supports(instance).ok) continue
      const { bounds, certificate, objective = Infinity } = await solve(instance, solver)
      if (bounds.certified === undefined || certificate === undefined) continue
      const { boundUsd } = boundOf(instance, JSON.parse(JSON.stringify(certificate)))
      expect(bounds.certified, `${solver.name} ${seed}`).toBeLessThanOrEqual(boundUsd)
      expect(bounds.dual, `${solver.name} ${seed}`).toBeGreaterThanOrEqual(Math.min(boundUsd, objective))
    }
})

test('micro-dollars are not nothing: gaps and checks are relative to what plans cost', () => {
  expect(relativeGap(1e-6, 0.99e-6)).toBeCloseTo(0.01, 9)
  expect(relativeGap(0, 0)).toBe(0)
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'cheap', quality: 1, price: { perTaskUsd: 1e-7 } },
      { id: 'dear', quality: 1, price: { perTaskUsd: 1.001e-7 } },
    ],
    tasks: [{ id: 't0' }, { id: 't1' }],
  })
  expect(noneCheaper(instance, 2.001e-7)).toBe(false)
  expect(noneCheaper(instance, 2e-7)).toBe(true)
  const verdict = verify(
    instance,
    { agentOf: Int32Array.of(0, 1) },
    { kind: 'capacity-prices', data: { unitsPerUsd: 1e12 } },
  )
  expect(verdict.gap).toBeGreaterThan(4e-4)
})

test('a certificate that nobody could read is left out of the result, the plan stays', async () => {
  const instance = uneven(1)
  const solver: Solver = {
    name: 'scribbler',
    options: {},
    supports: () => ({ ok: true }),
    doSolve: () =>
      Promise.resolve({
        plan: { agentOf: new Int32Array(6).fill(-1) },
        certificate: { kind: 'capacity-prices', data: { unitsPerUsd: -1 } },
        dualBound: 0,
        complete: true,
      }),
  }
  const { plan, certificate, bounds } = await solve(instance, solver)
  expect(plan!.agentOf).toEqual(new Int32Array(6).fill(-1))
  expect(certificate).toBeUndefined()
  expect(bounds.certified).toBeUndefined()
})
