/** Why an instance has no feasible plan, in paragraphs. */
import { describeInfeasibility } from '../model/describe-infeasibility.ts'
import { explainInfeasible } from '../model/explain-infeasible.ts'
import type { Instance } from '../model/instance.ts'

/** Findings printed in full before the rest is only counted. */
const MAX_FINDINGS = 10

/** The findings as text, or one sentence that there are none. */
export function infeasibilityText(instance: Instance): string {
  const findings = explainInfeasible(instance)
  if (findings.length === 0)
    return 'No single promise makes a plan impossible; if there is none, several do so only together.'
  const shown = findings
    .slice(0, MAX_FINDINGS)
    .map((finding) => describeInfeasibility(instance, finding).join('\n'))
  const more = findings.length - shown.length
  return ['WHY THERE IS NO PLAN', ...shown, ...(more > 0 ? [`... and ${more} more findings`] : [])].join('\n')
}
