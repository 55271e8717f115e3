/** Which solvers suit an instance, by its structure and size, and why in words. */
import type { Instance } from '../../model/instance.ts'
import type { Support } from '../../solve/solver.ts'
import { annealSolver } from '../annealing/anneal.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { exactSolver } from '../exact/exact.ts'
import { modelSize } from '../exact/size.ts'
import { supportsFlow } from '../flow/flow.ts'
import { isGap } from '../gap/problem.ts'
import { supportsPricing } from '../pricing/pricing.ts'

export type Pick = 'enumeration' | 'flow' | 'pricing' | 'exact' | 'gap' | 'anneal' | 'greedy-tight'

export interface Choice {
  /** Stages one after the other; the solvers of a stage run side by side, the most trusted first. */
  readonly stages: readonly (readonly Pick[])[]
  readonly why: string
}

/** Up to here trying every plan is over before anything else is loaded. */
const TINY_PLANS = 1e5
/** Up to here the exact solver ends soon, proof or not. */
const EASY_COLUMNS = 600
/** Up to here annealing runs beside the pricing solver, for instances where feasibility is hard. */
const MOST_RACED_TASKS = 20_000

/** @param search whether there is a time limit, or the wish for a proof, to use up in an exact search */
export function choose(instance: Instance, search: boolean): Choice {
  if (enumerationSolver({ maxPlans: TINY_PLANS }).supports(instance).ok)
    return { stages: [['enumeration']], why: 'it is small enough to try every plan' }
  if (isGap(instance))
    return {
      stages: [['gap']],
      why: 'it is generalised assignment: what a task takes from a capacity differs by agent, and nothing else binds',
    }
  const { columns } = modelSize(instance, EASY_COLUMNS)
  const easy = columns <= EASY_COLUMNS
  const exact: Support = easy ? { ok: true } : exactSolver().supports(instance)
  const canPrice = supportsPricing(instance).ok
  const searches: readonly Pick[] = canPrice
    ? instance.tasks.count <= MOST_RACED_TASKS
      ? ['pricing', 'anneal']
      : ['pricing']
    : ['anneal']
  const proof: readonly (readonly Pick[])[] = search ? [['exact']] : []
  if (exact.ok) {
    if (supportsFlow(instance).ok)
      return {
        stages: easy ? [['flow'], ['exact']] : [['flow'], searches, ...proof],
        why: onlySlots(instance),
      }
    if (easy)
      return {
        stages: [['exact']],
        why: `alike tasks and agents leave ${columns} columns, which is easy to prove`,
      }
    return {
      stages: [searches, ...proof],
      why: search
        ? 'a proof is possible, from a good plan to start with'
        : 'a search for a proof needs a time limit, or --prove',
    }
  }
  if (supportsFlow(instance).ok)
    return {
      stages: [['flow'], searches],
      why: `${onlySlots(instance)}; the instance is large`,
    }
  if (canPrice) return { stages: [searches], why: `prices certify it at this size: ${exact.reason}` }
  const anneal = annealSolver().supports(instance)
  if (anneal.ok) return { stages: [['anneal']], why: `too large for a proof: ${exact.reason}` }
  return { stages: [['greedy-tight']], why: `too large for a search: ${anneal.reason}` }
}

/** What a flow sees of the instance, and what may spoil its optimum. */
function onlySlots({ policy, fleet, dependencies }: Instance): string {
  const others = [
    ...(policy.budgetUsd !== Infinity || fleet.budgetUsd.some((usd) => usd !== Infinity) ? ['budget'] : []),
    ...(policy.dependency.mode !== 'off' && dependencies.numEdges > 0 ? ['dependency'] : []),
  ]
  if (others.length === 0) return 'only the number of tasks is limited, so a flow is optimal'
  const broken = others.map((one) => `a ${one}`).join(' or ')
  return `of the agents only the number of tasks is limited, so a flow is optimal unless it breaks ${broken}`
}
