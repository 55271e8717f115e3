/** The best feasible plan that is known before the search: the one brought along, or a greedy one. */
import { evaluate } from '../model/evaluate.ts'
import type { Instance } from '../model/instance.ts'
import { emptyPlan, type Plan } from '../model/plan.ts'
import type { SolveContext } from '../solve/solver.ts'
import { greedySolver } from './greedy/first-come.ts'
import { tightFirstSolver } from './greedy/tight-first.ts'

export interface JudgedPlan {
  readonly plan: Plan
  readonly objective: number
}

/** The cheaper of two, the first of equals; undefined loses. */
export function cheaper(a: JudgedPlan | undefined, b: JudgedPlan | undefined): JudgedPlan | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return b.objective < a.objective ? b : a
}

/** The plan with its objective when the judge calls it feasible. */
export function judged(instance: Instance, plan: Plan | undefined): JudgedPlan | undefined {
  if (plan === undefined) return undefined
  const { feasible, objective } = evaluate(instance, plan)
  return feasible ? { plan, objective } : undefined
}

export interface StartingPlan {
  /** The best feasible plan, if any is. */
  readonly feasible?: JudgedPlan
  /** A plan to start from when none is: the one brought along, or the tight-first greedy one. */
  readonly fallback: Plan
}

export async function startingPlan(instance: Instance, context: SolveContext): Promise<StartingPlan> {
  const { warmStart } = context
  const firstCome = (await greedySolver().doSolve(instance, context)).plan
  const tight = (await tightFirstSolver().doSolve(instance, context)).plan
  const feasible = [warmStart, firstCome, tight]
    .map((plan) => judged(instance, plan))
    .reduce((best, found) => cheaper(best, found), undefined)
  return {
    ...(feasible ? { feasible } : {}),
    fallback: warmStart ?? tight ?? emptyPlan(instance.tasks.count),
  }
}
