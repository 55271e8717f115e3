/** What a certificate proves as it is written, by the arithmetic of those who will check it, where that is quick. */
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import { boundOf } from '../verify/bound.ts'
import { CAPACITY_PRICES } from '../verify/certificate.ts'
import type { Candidate, Certificate } from './solver.ts'

/** Pairs of tasks and pools, times leaves of a search, that are looked at in about a second. */
const MOST_PAIRS = 4e6

/** A portfolio asks for each of its members, and `solve()` once more for what it chose. */
const known = new WeakMap<Certificate, { readonly instance: Instance; readonly usd: number | undefined }>()

function recheckedBound(instance: Instance, certificate: Certificate): number | undefined {
  const before = known.get(certificate)
  if (before?.instance === instance) return before.usd
  const usd = computedBound(instance, certificate)
  known.set(certificate, { instance, usd })
  return usd
}

/** In dollars; undefined for certificates of another kind, of no plan at all, and where it would take too long. */
function computedBound(instance: Instance, { kind, data }: Certificate): number | undefined {
  if (kind !== CAPACITY_PRICES) return undefined
  const leaves = 1 + nodesOf(data.tree) + nodesOf(data.taskTree)
  if (instance.tasks.count * instance.fleet.numPools * leaves > MOST_PAIRS) return undefined
  const { boundUsd } = boundOf(instance, { kind, data })
  return Number.isFinite(boundUsd) ? boundUsd : undefined
}

/** The candidate and what its certificate proves; without one that could not even be read. */
export function recheck(
  instance: Instance,
  candidate: Candidate,
): { readonly candidate: Candidate; readonly rechecked?: number } {
  const { certificate, certifiedBound, ...others } = candidate
  if (certificate === undefined) return { candidate }
  try {
    const rechecked = recheckedBound(instance, certificate)
    return { candidate, ...(rechecked === undefined ? {} : { rechecked }) }
  } catch (error) {
    if (QaasError.isInstance(error) && error.code === 'invalid-plan') return { candidate: others }
    throw error
  }
}

function nodesOf(tree: unknown): number {
  return (tree as { readonly nodes?: readonly unknown[] } | undefined)?.nodes?.length ?? 0
}
