/** Judges a plan file: the plan by the judge, its certificate by `verify`, and every figure it claims against both. */
import type { ReadPlanResult } from '../io/read-plan.ts'
import type { Instance } from '../model/instance.ts'
import { CAPACITY_PRICES, type Certificate } from '../verify/certificate.ts'
import { contradictions, unprovenBound } from '../verify/claims.ts'
import { noneCheaper } from '../verify/try-all.ts'
import { type Verdict, verify } from '../verify/verify.ts'

export interface FileVerdict extends Verdict {
  /** The certificate that was re-checked. */
  readonly certificate?: Certificate
  /** What the file claims and is not so, one sentence each; any of them rejects the file. */
  readonly contradictions: readonly string[]
  /** A claimed bound that nothing in the file proves. */
  readonly unproven?: string
  readonly sameInstance: boolean | undefined
}

/** Warns on standard error when the plan was made for another instance. */
export function judgePlanFile(
  instance: Instance,
  { plan, document, sameInstance }: ReadPlanResult,
): FileVerdict {
  warnOtherInstance(sameInstance)
  const given = document.certificate ?? undefined
  const certificate = given?.kind === CAPACITY_PRICES ? given : undefined
  const checked = verify(instance, plan, certificate)
  const verdict = tried(instance, document, checked)
  const { evaluation, boundUsd, status } = verdict
  const proven = checked.boundUsd === undefined ? {} : { provenUsd: checked.boundUsd }
  // A plan of another instance says so itself; what it says of that one is no claim about this one.
  const { instance: _, ...others } = document
  const claims = sameInstance === false ? others : document
  const wrong = contradictions(instance, { plan, evaluation, ...proven }, claims)
  const unproven =
    wrong.length === 0 && status !== 'rejected'
      ? unprovenBound(document, evaluation.objective, boundUsd)
      : undefined
  return {
    ...verdict,
    ...(certificate ? { certificate } : {}),
    ...(wrong.length > 0 ? { status: 'rejected', reason: wrong.join('; ') } : {}),
    ...(unproven !== undefined
      ? {
          unproven,
          ...(status === 'feasible' ? { reason: `the plan keeps every promise; ${unproven}` } : {}),
        }
      : {}),
    contradictions: wrong,
    sameInstance,
  }
}

/** A claimed proof that leaves nothing to re-check, or not enough, is repeated where the instance is tiny. */
function tried(instance: Instance, { termination }: ReadPlanResult['document'], verdict: Verdict): Verdict {
  const { evaluation, status, gap = 1 } = verdict
  if (termination?.reason !== 'optimal' || status === 'rejected' || gap <= 1e-9) return verdict
  const { objective } = evaluation
  const answer = noneCheaper(instance, objective)
  if (answer === undefined) return verdict
  return answer
    ? {
        ...verdict,
        status: 'proven',
        boundUsd: objective,
        gap: 0,
        reason: 'the plan keeps every promise, and every plan that could be cheaper was tried',
      }
    : { ...verdict, status: 'rejected', reason: 'the file claims to be optimal, and there is a cheaper plan' }
}

/** @param sameInstance see `ReadPlanResult` */
export function warnOtherInstance(sameInstance: boolean | undefined): void {
  if (sameInstance === false)
    console.error('warning: the file says that this plan was made for another instance')
}
