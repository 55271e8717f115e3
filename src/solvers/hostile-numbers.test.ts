/** Every solver on instances whose numbers are far apart, against enumeration: no claim may be false, no file refused. */
import { expect, test } from 'vitest'
import { createInstance } from '../model/builder.ts'
import type { InstanceDocument } from '../model/document.ts'
import type { Instance } from '../model/instance.ts'
import { createRng } from '../numeric/rng.ts'
import { type SolveResult, solve } from '../solve/solve.ts'
import type { Solver } from '../solve/solver.ts'
import { clashingLimits } from '../verify/infeasible.ts'
import { noneCheaper } from '../verify/try-all.ts'
import { verify } from '../verify/verify.ts'
import { annealSolver } from './annealing/anneal.ts'
import { autoSolver } from './auto/auto.ts'
import { enumerationSolver } from './enumeration/enumeration.ts'
import { exactSolver } from './exact/exact.ts'
import { flowSolver } from './flow/flow.ts'
import { gapSolver } from './gap/gap.ts'
import { tightFirstSolver } from './greedy/tight-first.ts'
import { pricingSolver } from './pricing/pricing.ts'

const SOLVERS: readonly (() => Solver)[] = [
  () => autoSolver({ prove: true }),
  exactSolver,
  pricingSolver,
  flowSolver,
  () => gapSolver({ effort: 2000 }),
  () => annealSolver({ reads: 2, sweeps: 40 }),
  tightFirstSolver,
]

function hostile(seed: number): InstanceDocument {
  const rng = createRng(seed).fork(31)
  const chance = (p: number): boolean => rng.nextFloat() < p
  const pick = <T>(values: readonly T[]): T => values[rng.nextInt(values.length)]!
  const between = (low: number, high: number): number =>
    Number((10 ** (low + (high - low) * rng.nextFloat())).toPrecision(3))
  const [cheap, dear] = [pick([-9, -6, -3, 0]), pick([-1, 0, 3])]
  const usd = (): number => (chance(0.1) ? pick([0, 1e8, 1e12]) : between(Math.min(cheap, dear), dear))
  const unit = pick([1, 1, 0.1, 1e-3, 1e12])
  const tokens = (): number => pick([0, 0.1, 0.2, 0.3, 1, 3, 10, 333.3, 999]) * unit
  const count = 3 + rng.nextInt(4)
  const agents = Array.from({ length: 2 + rng.nextInt(3) }, (_, pool) => ({
    id: `a${pool}`,
    replicas: pick([1, 1, 2]),
    quality: pick([0.4, 0.5, 0.7, 0.9]),
    price: chance(0.6) ? { perTaskUsd: usd() } : { inputPerMTokUsd: usd() * pick([1, 1e3]) },
    capacity: {
      ...(chance(0.7) ? { tasks: 1 + rng.nextInt(count) } : {}),
      ...(chance(0.5) ? { tokens: pick([0.3, 0.6, 1, 10, 1000, 1500]) * unit } : {}),
    },
    ...(chance(0.3) ? { budgetUsd: pick([0, 1e-10, 1e-8, usd(), usd() * count]) } : {}),
  }))
  const isAssignment = chance(0.2)
  const tasks = Array.from({ length: count }, (_, row) => ({
    id: `t${row}`,
    minQuality: pick([0, 0, 0.4, 0.5, 0.6]),
    inputTokens: tokens(),
    ...(row > 0 && !isAssignment && chance(0.4) ? { dependsOn: [`t${rng.nextInt(row)}`] } : {}),
    ...(isAssignment || chance(0.2)
      ? {
          estimates: Object.fromEntries(
            agents.map(({ id }) => [id, chance(0.5) ? { costUsd: usd() } : { tokens: tokens() }]),
          ),
        }
      : {}),
  }))
  return {
    version: 1,
    policy: {
      overkillWeight: pick([0, 0, 2, 1e3]),
      dependency: pick([{ mode: 'hard' }, { mode: 'soft', penaltyUsd: usd() }]),
      ...(chance(0.3) ? { budgetUsd: usd() * count } : {}),
      ...(chance(0.3) ? { unassigned: { penaltyUsd: usd() } } : {}),
      ...(chance(0.3) ? { qualityFloor: { penaltyUsd: usd() } } : {}),
    },
    agents: isAssignment ? agents.map(({ budgetUsd: _, ...agent }) => agent) : agents,
    tasks,
  }
}

/** Of what plans cost: no scale is too small to be wrong about. */
const ROOM = 2e-9

function expectTrue(instance: Instance, result: SolveResult, truth: SolveResult, name: string): void {
  const { termination, bounds, objective, plan, certificate, evaluation } = result
  const optimum = truth.evaluation?.feasible ? truth.objective! : undefined
  if (optimum === undefined) expect(evaluation?.feasible ?? false, name).toBe(false)
  else {
    expect(termination.reason, name).not.toBe('infeasible')
    if (bounds.dual !== undefined) expect(bounds.dual, name).toBeLessThanOrEqual(optimum * (1 + ROOM))
    if (termination.reason === 'optimal') expect(objective, name).toBeLessThanOrEqual(optimum * (1 + ROOM))
    if (evaluation?.feasible && objective! > optimum * (1 + 1e-6))
      expect(noneCheaper(instance, objective!), name).not.toBe(true)
  }
  if (certificate === undefined) return
  const nobody = { agentOf: new Int32Array(instance.tasks.count).fill(-1) }
  const verdict = verify(instance, plan ?? nobody, certificate)
  if (evaluation?.feasible) expect(verdict.status, `${name}: ${verdict.reason}`).toBe('proven')
  if (optimum === undefined) return
  expect(verdict.boundUsd!, name).toBeLessThanOrEqual(optimum * (1 + ROOM))
  if (bounds.certified !== undefined)
    expect(bounds.certified, name).toBeLessThanOrEqual(verdict.boundUsd! * (1 + 1e-12))
  expect(clashingLimits(instance, certificate), name).toBeUndefined()
}

test('on instances with costs from 1e-9 to 1e12, parts of tokens, 1e15 tokens and tiny budgets nobody claims what is not so', async () => {
  let [feasible, proven] = [0, 0]
  for (let seed = 0; seed < 120; seed++) {
    const instance = createInstance(hostile(seed))
    const truth = await solve(instance, enumerationSolver({ maxPlans: 1e8 }))
    if (truth.evaluation?.feasible) feasible += 1
    for (const create of SOLVERS) {
      const solver = create()
      if (!solver.supports(instance).ok) continue
      const result = await solve(instance, solver)
      if (solver.name === 'exact' && result.termination.reason === 'optimal') proven += 1
      expectTrue(instance, result, truth, `${solver.name} ${seed}`)
    }
  }
  expect(feasible).toBeGreaterThan(40)
  // What cannot be proven is not claimed, but nearly all of it can.
  expect(proven).toBeGreaterThan(0.9 * feasible)
})
