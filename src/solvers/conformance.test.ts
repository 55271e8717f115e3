/** Runs the solver conformance suite against every built-in solver. */
import { afterAll } from 'vitest'
import { solverConformance } from '../../test/conformance/solver.ts'
import { createWorkerPool } from '../platform/worker-pool.ts'
import { annealSolver } from './annealing/anneal.ts'
import { autoSolver } from './auto/auto.ts'
import { enumerationSolver } from './enumeration/enumeration.ts'
import { exactSolver } from './exact/exact.ts'
import { flowSolver } from './flow/flow.ts'
import { gapSolver } from './gap/gap.ts'
import { greedySolver } from './greedy/first-come.ts'
import { tightFirstSolver } from './greedy/tight-first.ts'
import { pricingSolver } from './pricing/pricing.ts'
import { quboAnnealSolver } from './sampler/qubo-anneal.ts'

solverConformance({ name: 'greedy', create: () => greedySolver() })
solverConformance({ name: 'greedy-tight', create: () => tightFirstSolver() })
solverConformance({ name: 'enumeration', create: () => enumerationSolver(), exact: true })

const [workers, two] = [createWorkerPool(1), createWorkerPool(2)]
afterAll(async () => {
  await workers.close()
  await two.close()
})
solverConformance({
  name: 'exact',
  create: () => exactSolver(),
  workers: [workers],
  exact: true,
  takesWarmStart: true,
})

solverConformance({
  name: 'anneal',
  create: () => annealSolver({ reads: 3, sweeps: 20 }),
  workers: [workers, two],
  takesWarmStart: true,
})
solverConformance({ name: 'anneal in rounds, without workers', create: () => annealSolver({ reads: 2 }) })
solverConformance({
  name: 'anneal as in the paper',
  create: () => annealSolver({ preset: 'paper' }),
  takesWarmStart: true,
})
solverConformance({ name: 'flow', create: () => flowSolver() })
solverConformance({
  name: 'gap',
  create: () => gapSolver({ effort: 2_000 }),
  workers: [workers, two],
  exact: true,
  takesWarmStart: true,
})
solverConformance({
  name: 'pricing',
  create: () => pricingSolver(),
  workers: [workers, two],
  takesWarmStart: true,
})
solverConformance({
  name: 'auto',
  create: () => autoSolver(),
  workers: [workers, two],
  exact: true,
  takesWarmStart: true,
})

solverConformance({
  name: 'qubo-anneal',
  create: () => quboAnnealSolver({ sampling: { numReads: 3, numSweeps: 40 } }),
  workers: [workers, two],
})
