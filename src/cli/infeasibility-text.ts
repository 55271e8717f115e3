/** Why an instance has no feasible plan, in paragraphs. */
import { describeInfeasibility } from '../model/describe-infeasibility.ts'
import { explainInfeasible, type Infeasibility } from '../model/explain-infeasible.ts'
import type { Instance } from '../model/instance.ts'
import { breathe, now } from '../platform/host.ts'
import { solve } from '../solve/solve.ts'
import type { Certificate } from '../solve/solver.ts'
import { pricingSolver } from '../solvers/pricing/pricing.ts'
import { CAPACITY_PRICES } from '../verify/certificate.ts'
import { clashingLimits, describeClashingLimit } from '../verify/infeasible.ts'
import { type LeastBudget, leastBudgetText } from './least-budget.ts'

/** Findings printed in full before the rest is only counted. */
const MAX_FINDINGS = 10
/** How long prices that prove infeasibility are looked for. */
const SEARCH_MS = 5_000
/** Limits with less of a share in a proof are only counted. */
const LEAST_SHARE = 0.01

export interface KnownOfNoPlan {
  /** What `explainInfeasible` says, where it has been asked already. */
  readonly findings?: readonly Infeasibility[]
  /** Prices that may prove that there is none. */
  readonly certificate?: Certificate | undefined
  readonly least?: LeastBudget | undefined
}

/**
 * The findings as text; where no single promise is to blame, those that the prices of `certificate` prove impossible
 * together, or one sentence that nothing was found. Then the least budget, where it is known.
 */
export function infeasibilityText(
  instance: Instance,
  { findings = explainInfeasible(instance), certificate, least }: KnownOfNoPlan = {},
): string {
  const text = findingsText(instance, findings, certificate)
  return least === undefined ? text : `${text}\n${leastBudgetText(least)}`
}

function findingsText(
  instance: Instance,
  findings: readonly Infeasibility[],
  certificate: Certificate | undefined,
): string {
  if (findings.length === 0) return togetherText(instance, certificate)
  const shown = findings
    .slice(0, MAX_FINDINGS)
    .map((finding) => describeInfeasibility(instance, finding).join('\n'))
  const more = findings.length - shown.length
  return ['WHY THERE IS NO PLAN', ...shown, ...(more > 0 ? [`... and ${more} more findings`] : [])].join('\n')
}

/** Looks for prices that prove that there is no plan; undefined when there are none, as where a plan exists, or none are found in time. */
export async function pricesThatProve(instance: Instance): Promise<Certificate | undefined> {
  const solver = pricingSolver({ effort: 20 })
  if (instance.policy.unassignedUsd !== Infinity || !solver.supports(instance).ok) return undefined
  const { termination, certificate } = await solve(instance, solver, { timeLimitMs: SEARCH_MS, now, breathe })
  return termination.reason === 'infeasible' ? certificate : undefined
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
    'prices (re-checked) prove that, given what tasks need and depend on, these limits cannot all be kept:',
    ...shown,
    ...(more > 0 ? [`  ... and ${more} more that weigh less`] : []),
  ].join('\n')
}
