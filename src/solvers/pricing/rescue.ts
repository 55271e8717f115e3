/** Plans by other means where rounding, search and repair about the prices found none: greedy, every plan, annealing. */
import type { Instance } from '../../model/instance.ts'
import type { SolveContext, Solver } from '../../solve/solver.ts'
import { annealSolver } from '../annealing/anneal.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { tightFirstSolver } from '../greedy/tight-first.ts'
import { type JudgedPlan, judged } from '../starting-plan.ts'

/** Up to here trying every plan takes well under a second, mostly far less because of pruning. */
const TINY_PLANS = 1e9
/** Above this annealing would take longer than everything before it. */
const MOST_ANNEALED = 20_000

export interface Rescue {
  readonly found?: JudgedPlan
  /** True when every plan was tried and none keeps every promise. */
  readonly provenInfeasible: boolean
}

export async function rescue(instance: Instance, context: SolveContext): Promise<Rescue> {
  const solvers: Solver[] = [
    tightFirstSolver(),
    enumerationSolver({ maxPlans: TINY_PLANS }),
    ...(instance.tasks.count <= MOST_ANNEALED ? [annealSolver({ reads: 2, sweeps: 200 })] : []),
  ]
  // What they find on their way may be worse than what another found before.
  const quiet = { ...context, onIncumbent: () => {} }
  for (const solver of solvers) {
    if (!solver.supports(instance).ok) continue
    const { plan, provenInfeasible = false } = await solver.doSolve(instance, quiet)
    if (provenInfeasible) return { provenInfeasible }
    const found = judged(instance, plan)
    if (found) {
      context.onIncumbent(found.plan, found.objective)
      return { found, provenInfeasible: false }
    }
  }
  return { provenInfeasible: false }
}
