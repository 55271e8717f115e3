/** Checks a plan and its certificate against an instance: the judge's verdict and the bound, both from scratch. */
import { checkPlan } from '../model/check-plan.ts'
import { type Evaluation, evaluate } from '../model/evaluate.ts'
import type { Instance } from '../model/instance.ts'
import type { Plan } from '../model/plan.ts'
import { boundOf } from './bound.ts'
import type { Certificate } from './certificate.ts'
import { gapAbove } from './gap-above.ts'

export interface Verdict {
  readonly evaluation: Evaluation
  /** Present when there is a certificate. */
  readonly boundUsd?: number
  /** (objective - bound) / objective, at least 0; absent unless the plan is feasible and a bound is proven. */
  readonly gap?: number
  /** `proven` needs a feasible plan and a bound; `feasible` has no bound; anything else is `rejected`. */
  readonly status: 'proven' | 'feasible' | 'rejected'
  readonly reason: string
}

/** A bound above a feasible plan by more than rounding proves a broken certificate. */
const TOLERANCE = 1e-9

/** @throws QaasError `invalid-plan` when plan or certificate cannot be read at all */
export function verify(instance: Instance, plan: Plan, certificate?: Certificate): Verdict {
  checkPlan(instance, plan)
  const evaluation = evaluate(instance, plan)
  if (certificate === undefined) {
    return evaluation.feasible
      ? {
          evaluation,
          status: 'feasible',
          reason: 'the plan keeps every promise; it comes without a certificate',
        }
      : { evaluation, status: 'rejected', reason: broken(evaluation) }
  }
  const { boundUsd } = boundOf(instance, certificate)
  const facts = { evaluation, boundUsd }
  if (!evaluation.feasible) return { ...facts, status: 'rejected', reason: broken(evaluation) }
  const { objective } = evaluation
  if (boundUsd === -Infinity)
    return {
      ...facts,
      status: 'rejected',
      reason: 'the prices prove nothing: something unlimited has a price',
    }
  if (boundUsd > objective + TOLERANCE * Math.abs(objective))
    return { ...facts, status: 'rejected', reason: 'the bound is above the plan, which cannot be' }
  const gap = gapAbove(boundUsd, objective)
  return {
    ...facts,
    gap,
    status: 'proven',
    reason: `the plan keeps every promise and ${provenBy(certificate)} the bound`,
  }
}

function broken({ violations }: Evaluation): string {
  return `the plan breaks ${violations.length} promise${violations.length === 1 ? '' : 's'}`
}

function provenBy({ data: { tree } }: Certificate): string {
  return tree === undefined ? 'the prices prove' : 'prices and the leaves of a search prove'
}
