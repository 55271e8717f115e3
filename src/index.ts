/** The library on Node: build an instance, solve it on all cores, judge a plan. `qaas/pure` needs no Node. */

// An explicit export wins over the pure one of the same name.
export { sample, solve } from './platform/solve.ts'
export { createWorkerPool, type WorkerPool } from './platform/worker-pool.ts'
export * from './pure.ts'
