/** Which solvers suit an instance, by its structure and size, and why in words. */
import type { Instance } from '../../model/instance.ts'
import { annealSolver } from '../annealing/anneal.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { exactSolver } from '../exact/exact.ts'
import { modelSize } from '../exact/size.ts'

export type Pick = 'enumeration' | 'exact' | 'anneal' | 'greedy-tight'

export interface Choice {
  /** Run one after the other, each from the best plan so far. */
  readonly picks: readonly Pick[]
  readonly why: string
}

/** Up to here trying every plan is over before HiGHS is loaded. */
const TINY_PLANS = 1e5
/** Up to here HiGHS finds good plans by itself quickly. */
const EASY_COLUMNS = 2_000

export function choose(instance: Instance): Choice {
  if (enumerationSolver({ maxPlans: TINY_PLANS }).supports(instance).ok)
    return { picks: ['enumeration'], why: 'it is small enough to try every plan' }
  const exact = exactSolver().supports(instance)
  if (exact.ok) {
    const { columns } = modelSize(instance, EASY_COLUMNS)
    if (columns <= EASY_COLUMNS)
      return {
        picks: ['exact'],
        why: `alike tasks and agents leave ${columns} columns, which is easy to prove`,
      }
    return { picks: ['anneal', 'exact'], why: 'a proof is possible, from a good plan to start with' }
  }
  const anneal = annealSolver().supports(instance)
  if (anneal.ok) return { picks: ['anneal'], why: `too large for a proof: ${exact.reason}` }
  return { picks: ['greedy-tight'], why: `too large for a search: ${anneal.reason}` }
}
