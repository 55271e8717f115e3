/** Joins what several solvers found out about one instance: the best plan, the best bound, the best certificate. */
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import { recheck } from '../../solve/recheck.ts'
import { relativeGap } from '../../solve/solve.ts'
import type { Candidate, Certificate } from '../../solve/solver.ts'
import { cheaper, type JudgedPlan, judged } from '../starting-plan.ts'

/** What is known so far. */
export interface Known {
  readonly best?: JudgedPlan
  /** A plan to show when none is feasible. */
  readonly fallback?: Plan
  readonly dualBound?: number
  /** The certificate that proves most, and how much. */
  readonly certificate?: Certificate
  readonly certifiedBound?: number
  readonly provenInfeasible?: boolean
}

/** Of equally good plans and bounds the known ones stay, so that the order of the calls decides and not the clock. */
export function join(instance: Instance, known: Known, found: Candidate): Known {
  const best = cheaper(known.best, judged(instance, found.plan))
  const fallback = known.fallback ?? found.plan
  const certified =
    found.certificate && (recheck(instance, found).rechecked ?? found.certifiedBound ?? found.dualBound)
  const isHigher = certified !== undefined && certified > (known.certifiedBound ?? Number.NEGATIVE_INFINITY)
  const dualBound = Math.max(
    known.dualBound ?? Number.NEGATIVE_INFINITY,
    found.dualBound ?? Number.NEGATIVE_INFINITY,
  )
  return {
    ...known,
    ...(best ? { best } : {}),
    ...(fallback ? { fallback } : {}),
    ...(dualBound > Number.NEGATIVE_INFINITY ? { dualBound } : {}),
    ...(isHigher && found.certificate ? { certificate: found.certificate, certifiedBound: certified } : {}),
    ...(found.provenInfeasible ? { provenInfeasible: true } : {}),
    // A proof that there is no plan has prices of its own.
    ...(found.provenInfeasible && found.certificate ? { certificate: found.certificate } : {}),
  }
}

/** True when the best plan is proven optimal, or it is proven that there is none. */
export function isSettled({ best, dualBound, provenInfeasible }: Known): boolean {
  if (provenInfeasible) return true
  return best !== undefined && dualBound !== undefined && relativeGap(best.objective, dualBound) <= 1e-9
}
