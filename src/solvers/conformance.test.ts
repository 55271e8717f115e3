/** Runs the solver conformance suite against every built-in solver. */
import { afterAll } from 'vitest'
import { solverConformance } from '../../test/conformance/solver.ts'
import { createWorkerPool } from '../platform/worker-pool.ts'
import { enumerationSolver } from './enumeration/enumeration.ts'
import { exactSolver } from './exact/exact.ts'
import { greedySolver } from './greedy/first-come.ts'
import { tightFirstSolver } from './greedy/tight-first.ts'

solverConformance({ name: 'greedy', create: () => greedySolver() })
solverConformance({ name: 'greedy-tight', create: () => tightFirstSolver() })
solverConformance({ name: 'enumeration', create: () => enumerationSolver(), exact: true })

const workers = createWorkerPool(1)
afterAll(() => workers.close())
solverConformance({
  name: 'exact',
  create: () => exactSolver(),
  workers: [workers],
  exact: true,
  takesWarmStart: true,
})
