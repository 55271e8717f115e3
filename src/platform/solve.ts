/** `solve()` and `sample()` for Node: the pure ones with this host's clock, event loop and worker threads. */
import type { Bqm } from '../formulation/bqm.ts'
import type { Instance } from '../model/instance.ts'
import { sample as pureSample, type SampleOptions } from '../solve/sample.ts'
import type { Sampler, SampleSet } from '../solve/sampler.ts'
import { solve as pureSolve, type SolveOptions, type SolveResult } from '../solve/solve.ts'
import type { Solver } from '../solve/solver.ts'
import { breathe, now } from './host.ts'
import { createWorkerPool } from './worker-pool.ts'

/** Adds what the caller did not bring; threads started here are ended here. */
async function onHost<Options extends SolveOptions | SampleOptions, Result>(
  options: Options,
  run: (options: Options) => Promise<Result>,
): Promise<Result> {
  if (options.workers) return run({ now, breathe, ...options })
  const workers = createWorkerPool()
  try {
    return await run({ now, breathe, ...options, workers })
  } finally {
    await workers.close()
  }
}

/** Plans `instance` with `solver`; see the pure `solve` for what it promises and throws. */
export function solve(instance: Instance, solver: Solver, options: SolveOptions = {}): Promise<SolveResult> {
  return onHost(options, (complete) => pureSolve(instance, solver, complete))
}

/** Samples `bqm` with `sampler`; see the pure `sample` for what it promises and throws. */
export function sample(bqm: Bqm, sampler: Sampler, options: SampleOptions = {}): Promise<SampleSet> {
  return onHost(options, (complete) => pureSample(bqm, sampler, complete))
}
