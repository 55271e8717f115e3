/** Runs the solver conformance suite against every built-in solver. */
import { solverConformance } from '../../test/conformance/solver.ts'
import { enumerationSolver } from './enumeration/enumeration.ts'
import { greedySolver } from './greedy/first-come.ts'
import { tightFirstSolver } from './greedy/tight-first.ts'

solverConformance({ name: 'greedy', create: () => greedySolver() })
solverConformance({ name: 'greedy-tight', create: () => tightFirstSolver() })
solverConformance({ name: 'enumeration', create: () => enumerationSolver(), exact: true })
