/** The best plan so far while one is searched, as the judge sees it; what is better than all before is announced. */
import { evaluate } from '../../model/evaluate.ts'
import type { Plan } from '../../model/plan.ts'
import type { SolveContext } from '../../solve/solver.ts'
import type { JudgedPlan } from '../starting-plan.ts'
import type { Bays } from './bays.ts'
import type { Problem } from './problem.ts'
import { toPlan } from './to-plan.ts'

export interface PlanRecord {
  /** Judges an assignment; one that leaves out tasks that need an agent is not worth judging. */
  offer(bayOf: Int32Array, missing?: number): void
  isFeasible(): boolean
  /** True when the best plan is the one offered as this very array, or none is feasible. */
  isFrom(bayOf: Int32Array): boolean
  /** Of the best plan, or of the last one where none is feasible. */
  objective(): number
  best(): { readonly plan?: Plan }
}

interface RecordOptions {
  readonly bays: Bays
  readonly context: Pick<SolveContext, 'onIncumbent'>
  readonly known?: JudgedPlan | undefined
}

export function createRecord(problem: Problem, { bays, context, known }: RecordOptions): PlanRecord {
  const { instance } = problem
  const mayDrop = instance.policy.unassignedUsd !== Infinity
  let best = known
  let last: JudgedPlan | undefined
  let source: Int32Array | undefined
  return {
    offer(bayOf, missing = 0) {
      if (missing > 0 && !mayDrop) return
      const plan = toPlan(problem, bays, bayOf)
      const { feasible, objective } = evaluate(instance, plan)
      last = { plan, objective }
      if (!feasible || (best && objective >= best.objective)) return
      best = last
      source = bayOf
      context.onIncumbent(plan, objective)
    },
    isFeasible: () => best !== undefined,
    isFrom: (bayOf) => source === bayOf,
    objective: () => (best ?? last)?.objective ?? Number.NaN,
    best() {
      const plan = (best ?? last)?.plan
      return plan ? { plan } : {}
    },
  }
}
