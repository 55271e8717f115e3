/** Why an instance has no feasible plan, in paragraphs. */
import { describeInfeasibility } from '../model/describe-infeasibility.ts'
import { explainInfeasible } from '../model/explain-infeasible.ts'
import type { Instance } from '../model/instance.ts'
import type { Certificate } from '../solve/solver.ts'
import { CAPACITY_PRICES } from '../verify/certificate.ts'
import { clashingLimits, describeClashingLimit } from '../verify/infeasible.ts'

/** Findings printed in full before the rest is only counted. */
const MAX_FINDINGS = 10
/** Limits with less of a share in a proof are only counted. */
const LEAST_SHARE = 0.01

/**
 * The findings as text; where no single promise is to blame, those that prices prove impossible together, or one
 * sentence that nothing was found.
 */
export function infeasibilityText(instance: Instance, certificate?: Certificate): string {
  const findings = explainInfeasible(instance)
  if (findings.length === 0) return togetherText(instance, certificate)
  const shown = findings
    .slice(0, MAX_FINDINGS)
    .map((finding) => describeInfeasibility(instance, finding).join('\n'))
  const more = findings.length - shown.length
  return ['WHY THERE IS NO PLAN', ...shown, ...(more > 0 ? [`... and ${more} more findings`] : [])].join('\n')
}

function togetherText(instance: Instance, certificate: Certificate | undefined): string {
  const limits = certificate?.kind === CAPACITY_PRICES ? clashingLimits(instance, certificate) : undefined
  if (limits === undefined)
    return 'No single promise makes a plan impossible; if there is none, several do so only together.'
  const weighty = limits.filter(({ share }) => share >= LEAST_SHARE)
  const shown = weighty.slice(0, MAX_FINDINGS).map((limit) => `  ${describeClashingLimit(instance, limit)}`)
  const more = limits.length - shown.length
  return [
    'WHY THERE IS NO PLAN',
    'each can be kept alone, but prices (re-checked) prove that not all of these can be kept together:',
    ...shown,
    ...(more > 0 ? [`  ... and ${more} more that weigh less`] : []),
  ].join('\n')
}
