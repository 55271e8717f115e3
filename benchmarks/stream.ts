/**
 * Regret of planning one task at a time against hindsight: 10,000 arrivals on 48 agents with a budget.
 * `npx tsx benchmarks/stream.ts`
 */

import { lcrp } from '../src/generators/lcrp.ts'
import {
  builtinSolvers,
  createStreamPlanner,
  evaluate,
  type Instance,
  solve,
  type TaskDocument,
} from '../src/index.ts'
import { headDocument, taskDocument } from '../src/io/instance-document.ts'

const SETTINGS = [
  { chains: 0, factor: 1.05 },
  { chains: 0.1, factor: 1.02 },
] as const
const TASKS = 10_000

function arrivals(instance: Instance): TaskDocument[] {
  const { parentStart, parents } = instance.dependencies
  const order = new Set<number>()
  const visit = (task: number): void => {
    if (order.has(task)) return
    for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++) visit(parents[k]!)
    order.add(task)
  }
  for (let task = 0; task < instance.tasks.count; task++) visit(task)
  return [...order].map((task) => taskDocument(instance, task))
}

for (const { chains, factor } of SETTINGS) {
  const instance = lcrp({ tasks: TASKS, agents: 48, chains, budget: { factor }, seed: 3 })
  // The learning prefix: 1 % as many tasks of the same kind, seen before the first arrival.
  const sample = arrivals(instance).filter((_, k) => k % 100 === 7)
  const planner = createStreamPlanner(headDocument(instance), { expectedTasks: TASKS, sample })
  const start = process.cpuUsage()
  for (const task of arrivals(instance)) await planner.place(task)
  const cpuMs = (process.cpuUsage(start).user + process.cpuUsage(start).system) / 1000
  const { instance: whole, plan } = planner.finish()
  const { objective, violations, moneyUsd } = evaluate(whole, plan)
  const hindsight = await solve(instance, await builtinSolvers.pricing(), { timeLimitMs: 60_000 })
  console.log(
    JSON.stringify({
      chains,
      factor,
      objective,
      violations: violations.length,
      moneyUsd,
      budgetUsd: instance.policy.budgetUsd,
      hindsight: hindsight.objective,
      bound: hindsight.bounds.dual,
      regret: objective / hindsight.objective! - 1,
      cpuMs: Math.round(cpuMs),
    }),
  )
}
