/** Which solvers suit an instance, by its structure and size, and why in words. */
import type { Instance } from '../../model/instance.ts'
import { annealSolver } from '../annealing/anneal.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { exactSolver } from '../exact/exact.ts'
import { modelSize } from '../exact/size.ts'
import { supportsFlow } from '../flow/flow.ts'
import { supportsPricing } from '../pricing/pricing.ts'

export type Pick = 'enumeration' | 'flow' | 'pricing' | 'exact' | 'anneal' | 'greedy-tight'

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
    const easy = columns <= EASY_COLUMNS
    if (supportsFlow(instance).ok)
      return {
        picks: easy ? ['flow', 'exact'] : ['flow', 'anneal', 'exact'],
        why: 'only the number of tasks is limited, so a flow is optimal unless it breaks a dependency or a budget',
      }
    if (easy)
      return {
        picks: ['exact'],
        why: `alike tasks and agents leave ${columns} columns, which is easy to prove`,
      }
    if (supportsPricing(instance).ok)
      return {
        picks: ['pricing', 'exact'],
        why: 'a proof is possible, from a good plan and bound to start with',
      }
    return { picks: ['anneal', 'exact'], why: 'a proof is possible, from a good plan to start with' }
  }
  if (supportsFlow(instance).ok)
    return { picks: ['flow', 'pricing'], why: 'only the number of tasks is limited, and it is large' }
  if (supportsPricing(instance).ok)
    return { picks: ['pricing'], why: `prices certify it at this size: ${exact.reason}` }
  const anneal = annealSolver().supports(instance)
  if (anneal.ok) return { picks: ['anneal'], why: `too large for a proof: ${exact.reason}` }
  return { picks: ['greedy-tight'], why: `too large for a search: ${anneal.reason}` }
}
