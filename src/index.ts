/** The library on Node: build an instance, solve it on all cores, judge a plan. `qaas/pure` needs no Node. */

export { type RunPlanOptions, type RunPlanResult, runPlan, type TaskResult } from './cli/running/run-plan.ts'
export { type PlanDocument, planDocument } from './io/plan-document.ts'
export { type ReadInstanceOptions, readInstance } from './io/read-instance.ts'
export { type ReadPlanOptions, type ReadPlanResult, readPlan } from './io/read-plan.ts'
export { instanceJsonSchema } from './io/schema.ts'
export { type WriteInstanceOptions, writeInstance } from './io/write-instance.ts'
// An explicit export wins over the pure one of the same name.
export { sample, solve } from './platform/solve.ts'
export { createWorkerPool, type WorkerPool } from './platform/worker-pool.ts'
export * from './pure.ts'
export { carryOver } from './solvers/pricing/warm-start.ts'
export { replanSolver } from './solvers/replan/replan.ts'
export { describeShadowPrice, type ShadowPrice, shadowPrices } from './verify/shadow-prices.ts'
export { type Verdict, verify } from './verify/verify.ts'
