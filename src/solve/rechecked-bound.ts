/** What a certificate proves as it is written, by the arithmetic of those who will check it, where that is quick. */
import type { Instance } from '../model/instance.ts'
import { boundOf } from '../verify/bound.ts'
import { CAPACITY_PRICES } from '../verify/certificate.ts'
import type { Certificate } from './solver.ts'

/** Pairs of tasks and pools, times leaves of a search, that are looked at in about a second. */
const MOST_PAIRS = 4e6

/** In dollars; undefined for certificates of another kind and where it would take too long. */
export function recheckedBound(instance: Instance, { kind, data }: Certificate): number | undefined {
  if (kind !== CAPACITY_PRICES) return undefined
  const leaves = 1 + nodesOf(data.tree) + nodesOf(data.taskTree)
  if (instance.tasks.count * instance.fleet.numPools * leaves > MOST_PAIRS) return undefined
  const { boundUsd } = boundOf(instance, { kind, data })
  return Number.isFinite(boundUsd) ? boundUsd : undefined
}

function nodesOf(tree: unknown): number {
  return (tree as { readonly nodes?: readonly unknown[] } | undefined)?.nodes?.length ?? 0
}
