/** The solvers that come with QAAS, by name; each entry loads its code when it is asked for. */

import type { RqaoaOptions } from '../quantum/qaoa/rqaoa.ts'
import type { Solver } from '../solve/solver.ts'
import type { AnnealOptions } from './annealing/anneal.ts'
import type { AutoOptions } from './auto/auto.ts'
import type { EnumerationOptions } from './enumeration/enumeration.ts'
import type { ExactOptions } from './exact/exact.ts'
import type { GapOptions } from './gap/gap.ts'
import type { PricingOptions } from './pricing/pricing.ts'
import type { QaoaSolverOptions } from './qaoa/qaoa-solver.ts'
import type { QuboAnnealOptions } from './sampler/qubo-anneal.ts'

export const builtinSolvers = {
  auto: async (options?: AutoOptions): Promise<Solver> =>
    (await import('./auto/auto.ts')).autoSolver(options),
  greedy: async (): Promise<Solver> => (await import('./greedy/first-come.ts')).greedySolver(),
  'greedy-tight': async (): Promise<Solver> => (await import('./greedy/tight-first.ts')).tightFirstSolver(),
  enumeration: async (options?: EnumerationOptions): Promise<Solver> =>
    (await import('./enumeration/enumeration.ts')).enumerationSolver(options),
  anneal: async (options?: AnnealOptions): Promise<Solver> =>
    (await import('./annealing/anneal.ts')).annealSolver(options),
  exact: async (options?: ExactOptions): Promise<Solver> =>
    (await import('./exact/exact.ts')).exactSolver(options),
  flow: async (): Promise<Solver> => (await import('./flow/flow.ts')).flowSolver(),
  gap: async (options?: GapOptions): Promise<Solver> => (await import('./gap/gap.ts')).gapSolver(options),
  pricing: async (options?: PricingOptions): Promise<Solver> =>
    (await import('./pricing/pricing.ts')).pricingSolver(options),
  'qubo-anneal': async (options?: QuboAnnealOptions): Promise<Solver> => {
    const { quboAnnealSolver } = await import('./sampler/qubo-anneal.ts')
    return quboAnnealSolver(options)
  },
  qaoa: async (options?: QaoaSolverOptions): Promise<Solver> =>
    (await import('./qaoa/qaoa-solver.ts')).qaoaSolver(options),
  rqaoa: async (options?: RqaoaOptions): Promise<Solver> =>
    (await import('./qaoa/rqaoa-solver.ts')).rqaoaSolver(options),
}

export type SolverName = keyof typeof builtinSolvers
