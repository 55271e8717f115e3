/** The certificate of an exact solve: prices, and the tree of its search where prices alone prove less. */
import type { Instance } from '../../model/instance.ts'
import type { PairTable } from '../../model/pair-table.ts'
import type { Candidate, Certificate } from '../../solve/solver.ts'
import type { Priced } from './core.ts'
import type { MilpTree } from './milp-tree.ts'
import type { PooledModel } from './pooled-model.ts'
import { treeDocument } from './proof-tree.ts'

/** What whole prices at the leaves may miss of the bounds that closed them. */
const ROUNDING = 2e-9

/** A finished search over a model that leaves nothing of the instance out. */
export interface FinishedSearch {
  readonly model: PooledModel
  readonly tree: MilpTree
}

export interface CertifyInput {
  readonly instance: Instance
  readonly pairs: PairTable
  readonly priced: Priced | undefined
  readonly search: FinishedSearch | undefined
  /** Objective of the plan the search proved optimal; undefined when it proved that there is none. */
  readonly bestUsd: number | undefined
}

export type Certified = Pick<Candidate, 'certificate' | 'certifiedBound'> & {
  /** Nodes of the tree in the certificate. */
  readonly nodes?: number
  /** Why there is no tree, where one was to be had. */
  readonly detail?: string
}

export function certify({ instance, pairs, priced, search, bestUsd }: CertifyInput): Certified {
  const prices = priced ? { certificate: priced.certificate, certifiedBound: priced.boundUsd } : {}
  if (search === undefined) return prices
  if (bestUsd !== undefined && priced && priced.boundUsd >= bestUsd - allowance(bestUsd)) return prices
  const beyondUsd = bestUsd === undefined ? dearestUsd(instance, pairs) : bestUsd + allowance(bestUsd)
  const built = treeDocument({ instance, model: search.model, beyondUsd }, search.tree)
  if ('tooLarge' in built) return { ...prices, detail: built.tooLarge }
  const certificate: Certificate = {
    kind: 'capacity-prices',
    data: { ...(priced?.certificate.data ?? { unitsPerUsd: 1 }), tree: built.tree },
  }
  return {
    certificate,
    ...(bestUsd === undefined
      ? {}
      : { certifiedBound: Math.max(0, bestUsd - allowance(bestUsd) - built.toleranceUsd) }),
    nodes: built.tree.nodes.length,
  }
}

function allowance(bestUsd: number): number {
  return ROUNDING * Math.max(1, Math.abs(bestUsd))
}

/** More than any plan costs. */
function dearestUsd(
  { tasks, policy, dependencies }: Instance,
  { classes, start, costUsd }: PairTable,
): number {
  let sum = policy.dependency.mode === 'soft' ? policy.dependency.penaltyUsd * dependencies.numEdges : 0
  for (let row = 0; row < classes.count; row++) {
    let most = policy.unassignedUsd === Infinity ? 0 : policy.unassignedUsd
    for (let at = start[row]!; at < start[row + 1]!; at++) most = Math.max(most, costUsd[at]!)
    sum += classes.size[row]! * most
  }
  return 2 * sum + 1e-6 * tasks.count
}
