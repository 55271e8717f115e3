/** The solver `qubo-anneal`: annealing on the implicit QUBO of an instance, with repair. */
import { type AnnealingOptions, annealing } from '../../samplers/annealing/index.ts'
import type { Solver } from '../../solve/solver.ts'
import { type SamplerSolverOptions, samplerSolver } from './sampler-solver.ts'

export interface QuboAnnealOptions extends SamplerSolverOptions {
  /** Default: 4 reads of 10 sweeps over all pairs. */
  readonly sampling?: AnnealingOptions
}

const DEFAULT_SAMPLING: AnnealingOptions = { numReads: 4, numSweeps: 10 }

export function quboAnnealSolver({ sampling, ...options }: QuboAnnealOptions = {}): Solver {
  const sampler = annealing({ ...DEFAULT_SAMPLING, ...sampling })
  return samplerSolver(sampler, { name: 'qubo-anneal', ...options })
}
