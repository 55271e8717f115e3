/** Compares what a plan file claims with what is recomputed; it computes neither and believes nothing. */
import type { Evaluation } from '../model/evaluate.ts'
import type { Instance } from '../model/instance.ts'
import type { Plan } from '../model/plan.ts'
import { gapAbove } from './gap-above.ts'

/** The claims of a plan file; what is absent or null is not claimed. */
export interface Claims {
  readonly objective?: number | null | undefined
  readonly moneyUsd?: number | null | undefined
  readonly bounds?:
    | {
        readonly primal?: number | null
        readonly dual?: number | null
        readonly certified?: number | null
      }
    | undefined
  readonly gap?: number | null | undefined
  readonly feasible?: boolean | undefined
  readonly unassigned?: readonly string[] | undefined
  readonly termination?: { readonly reason: string } | undefined
  readonly instance?:
    | { readonly tasks?: unknown; readonly agents?: unknown; readonly pools?: readonly string[] | undefined }
    | undefined
  readonly provenance?: { readonly solver?: string } | undefined
}

export interface Recomputed {
  readonly plan: Plan
  readonly evaluation: Evaluation
  /** What the certificate proves, where there is one. */
  readonly provenUsd?: number
}

/** Figures may differ by this much of the larger one: rounding of sums in another order, nothing else. */
const RELATIVE = 1e-9
/** Gaps are parts of one. */
const OF_GAPS = 1e-9

/** Of very large plans the bound is computed by other sums than these: a certificate may prove that much less. */
const CERTIFIED = 1e-7

/** One sentence for each claim that the recomputed figures contradict; empty when the file is right. */
export function contradictions(
  instance: Instance,
  { plan, evaluation, provenUsd }: Recomputed,
  claims: Claims,
): string[] {
  const { objective, moneyUsd, feasible } = evaluation
  const dual = claims.bounds?.dual ?? undefined
  return [
    ...figure('objective', claims.objective, objective),
    ...figure('moneyUsd', claims.moneyUsd, moneyUsd),
    ...figure('bounds.primal', claims.bounds?.primal, feasible ? objective : undefined),
    ...dualAbove(dual, evaluation),
    ...certifiedAbove(claims.bounds?.certified, provenUsd),
    ...gapClaim(claims.gap, dual, evaluation),
    ...feasibleClaim(claims, feasible),
    ...noPlanClaim(claims.termination?.reason, feasible),
    ...instanceClaim(instance, claims.instance),
    ...unassignedClaim(instance, plan, claims.unassigned),
  ]
}

/**
 * A sentence about a bound that nothing re-checked proves: it is the word of a solver. Undefined when no bound is
 * claimed, or when the re-checked one is as high.
 * @param provenUsd the bound that the certificate proves, where there is one
 */
export function unprovenBound(claims: Claims, objective: number, provenUsd?: number): string | undefined {
  const dual = claims.bounds?.dual ?? undefined
  const optimal = claims.termination?.reason === 'optimal' || (dual !== undefined && close(dual, objective))
  if (dual === undefined && !optimal) return undefined
  const least = claims.termination?.reason === 'optimal' ? objective : (dual ?? objective)
  if (provenUsd !== undefined && (least <= provenUsd || close(least, provenUsd))) return undefined
  const what = optimal ? 'optimality' : `a bound of ${dual}`
  const said = `${what} claimed by ${claims.provenance?.solver ?? 'an unnamed solver'}`
  return provenUsd === undefined
    ? `${said}, no certificate to re-check`
    : `${said}, no certificate to re-check beyond ${provenUsd}`
}

const claim = (name: string, claimed: unknown, recomputed: unknown): string =>
  `the file claims ${name} ${claimed}, recomputed ${recomputed}`

function close(a: number, b: number, absolute = 0): boolean {
  return Math.abs(a - b) <= RELATIVE * Math.max(Math.abs(a), Math.abs(b)) + absolute
}

function figure(name: string, claimed: number | null | undefined, recomputed: number | undefined): string[] {
  if (claimed === undefined || claimed === null) return []
  if (recomputed !== undefined && close(claimed, recomputed)) return []
  return [claim(name, claimed, recomputed ?? 'none: the plan breaks a promise')]
}

/** A plan that keeps every promise refutes any bound above it. */
function dualAbove(dual: number | undefined, { feasible, objective }: Evaluation): string[] {
  if (dual === undefined || !feasible || dual <= objective || close(dual, objective)) return []
  return [`${claim('bounds.dual', dual, `a plan of ${objective}`)}: no bound is above a plan`]
}

/** A certificate that was changed proves less than it was written for. */
function certifiedAbove(claimed: number | null | undefined, proven: number | undefined): string[] {
  if (claimed === undefined || claimed === null || proven === undefined) return []
  if (claimed <= proven + CERTIFIED * Math.abs(claimed)) return []
  return [claim('bounds.certified', claimed, proven)]
}

/** The gap follows from the objective and the bound; whether the bound holds is another question. */
function gapClaim(
  claimed: number | null | undefined,
  dual: number | undefined,
  { feasible, objective }: Evaluation,
): string[] {
  if (claimed === undefined || claimed === null) return []
  if (!feasible || dual === undefined)
    return [claim('gap', claimed, feasible ? 'none: there is no bound' : 'none: the plan breaks a promise')]
  const gap = gapAbove(dual, objective)
  return close(claimed, gap, OF_GAPS) ? [] : [claim('gap', claimed, gap)]
}

/** A file without an objective says that there is no plan, which is not a claim about the empty one. */
function feasibleClaim({ feasible: claimed, objective }: Claims, feasible: boolean): string[] {
  if (claimed === undefined || claimed === feasible || (!claimed && objective === null)) return []
  return [claim('feasible', claimed, feasible)]
}

function noPlanClaim(reason: string | undefined, feasible: boolean): string[] {
  if (!feasible || (reason !== 'infeasible' && reason !== 'no-feasible-plan')) return []
  return [claim('termination', reason, 'a plan that keeps every promise')]
}

/** Prices belong to pools by their place, so the list of pools must be that of the instance. */
function instanceClaim({ tasks, fleet }: Instance, claimed: Claims['instance']): string[] {
  const number = (name: string, value: unknown, recomputed: number): string[] =>
    value === undefined || value === recomputed ? [] : [claim(name, value, recomputed)]
  const { pools } = claimed ?? {}
  const other = pools?.findIndex((id, pool) => id !== fleet.poolIds[pool]) ?? -1
  return [
    ...number('instance.tasks', claimed?.tasks, tasks.count),
    ...number('instance.agents', claimed?.agents, fleet.numAgents),
    ...(pools === undefined ? [] : number('instance.pools', pools.length, fleet.numPools)),
    ...(other < 0 ? [] : [claim(`instance.pools[${other}]`, pools![other], fleet.poolIds[other] ?? 'none')]),
  ]
}

function unassignedClaim({ tasks }: Instance, plan: Plan, claimed: Claims['unassigned']): string[] {
  if (claimed === undefined) return []
  const listed = new Set(claimed)
  let [left, wrong] = [0, '']
  for (let task = 0; task < tasks.count; task++) {
    const without = plan.agentOf[task]! < 0
    if (without) left += 1
    if (wrong !== '' || without === listed.has(tasks.ids.get(task))) continue
    wrong = `"${tasks.ids.get(task)}" ${without ? 'has no agent' : 'has one'}`
  }
  if (wrong === '' && listed.size === left) return []
  return [claim('unassigned', `${listed.size} tasks`, `${left}${wrong === '' ? '' : `: ${wrong}`}`)]
}
