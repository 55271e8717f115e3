/** The half of the library that needs no platform: it runs in browsers and workers as well as in Node. */
export { ERROR_CODES, type ErrorCode, QaasError } from './errors.ts'
export * from './formulation/index.ts'
export * from './generators/index.ts'
export * from './model/index.ts'
export type { Rng } from './numeric/rng.ts'
export { createRng } from './numeric/rng.ts'
export * from './quantum/circuit/index.ts'
export * from './quantum/index.ts'
export * from './samplers/index.ts'
export type { RunContext, Signal, Workers } from './solve/context.ts'
export { type SampleOptions, sample, sampleImplicit } from './solve/sample.ts'
export type { SampleContext, Sampler, SamplerCapabilities, SampleSet } from './solve/sampler.ts'
export { type SolveOptions, type SolveResult, solve } from './solve/solve.ts'
export type { Candidate, Certificate, SolveContext, Solver, Support } from './solve/solver.ts'
export { builtinSolvers, type SolverName } from './solvers/builtin.ts'
export { type SamplerSolverOptions, samplerSolver } from './solvers/sampler/sampler-solver.ts'
export {
  createStreamPlanner,
  type Placement,
  type StreamFleet,
  type StreamForecast,
  type StreamPlanner,
} from './solvers/stream/stream-planner.ts'
