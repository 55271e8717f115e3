/**
 * The core of an instance: the pairs whose reduced cost is small. A plan outside of it costs at least the bound plus
 * the threshold, so that the optimum of the core is the instance's once it is below that (reduced-cost fixing; the
 * core of knapsack problems by Balas and Zemel, 1980).
 */
import type { Instance } from '../../model/instance.ts'
import type { PairTable } from '../../model/pair-table.ts'
import type { Plan } from '../../model/plan.ts'
import type { Certificate } from '../../solve/solver.ts'
import { cutIsExact, cutPrices, cyclicParts } from '../pricing/edge-prices.ts'
import { certificateOf } from '../pricing/pricing.ts'
import { buildProblem } from '../pricing/problem.ts'
import { type ReducedCosts, reducedCosts } from '../pricing/reduced-costs.ts'
import { buildRows } from '../pricing/rows.ts'
import { pricesOf, warmPrices } from '../pricing/warm-start.ts'
import type { ComponentGroup } from './components.ts'

/** Prices of the instance and what they prove. */
export interface Priced {
  readonly boundUsd: number
  readonly certificate: Certificate
  /** See `ReducedCosts`, by pool. */
  of(task: number, pool: number): number
}

/** In dollars, by pool id. */
export type PriceMap = ReturnType<typeof pricesOf>

/** undefined when the instance has no feasible plan for reasons the model of the prices sees. */
export function pricedBy(instance: Instance, prices: Certificate | PriceMap): Priced | undefined {
  const built = buildProblem(instance)
  if (!built.ok) return undefined
  const rows = buildRows(built.problem)
  const known = 'kind' in prices ? pricesOf(instance, prices) : prices
  const y = warmPrices(built.problem, known).warm ?? new Float64Array(rows.count)
  const parts = cutIsExact(instance) ? cyclicParts(instance) : []
  const problem =
    parts.length === 0
      ? built.problem
      : { ...built.problem, edgePrices: cutPrices(built.problem, parts, { rows, y }) }
  const reduced: ReducedCosts = reducedCosts(problem, rows, y)
  const { ofPool } = problem.groups
  return {
    boundUsd: reduced.boundUsd,
    certificate: 'kind' in prices ? prices : certificateOf(problem, { rows, y }),
    of: (task, pool) => reduced.of(task, pool < 0 ? -1 : ofPool[pool]!),
  }
}

export interface Core {
  /** For `buildPooledModel`. */
  keep(tasks: Int32Array, pool: number): boolean
  /** Plans with a pair outside the core cost at least this; those at or above the known best do not matter. */
  readonly outsideUsd: number
  /** True when no better plan than the known one can be outside. */
  readonly isWhole: boolean
  readonly columns: number
}

export interface CoreInput {
  readonly instance: Instance
  readonly pairs: PairTable
  readonly groups: readonly ComponentGroup[]
  readonly priced: Priced
  /** Objective of the best plan; Infinity when none is known. */
  readonly bestUsd: number
  /** Its pairs are kept, so that the search can start from it. */
  readonly plan: Plan | undefined
  readonly mostColumns: number
}

export function chooseCore(input: CoreInput): Core {
  const { instance, pairs, groups, priced, bestUsd, plan, mostColumns } = input
  const gap = bestUsd - priced.boundUsd
  const costs: number[] = []
  for (const { members } of groups)
    for (const tasks of members) {
      const row = pairs.classes.classOf[tasks[0]!]!
      for (let at = pairs.start[row]!; at < pairs.start[row + 1]!; at++)
        costs.push(priced.of(tasks[0]!, pairs.pool[at]!))
      if (instance.policy.unassignedUsd !== Infinity) costs.push(priced.of(tasks[0]!, -1))
    }
  const within = Float64Array.from(costs.filter((cost) => cost <= gap && cost !== Infinity)).sort()
  const isWhole = within.length <= mostColumns
  const threshold = isWhole ? gap : within[mostColumns - 1]!
  const used = usedPools(instance, plan)
  return {
    keep: (tasks, pool) => priced.of(tasks[0]!, pool) <= threshold || used(tasks, pool),
    outsideUsd: isWhole ? Infinity : priced.boundUsd + threshold,
    isWhole,
    columns: isWhole ? within.length : mostColumns,
  }
}

/** Whether the plan gives one of the tasks to the pool. */
function usedPools(
  { fleet }: Instance,
  plan: Plan | undefined,
): (tasks: Int32Array, pool: number) => boolean {
  const known = new Map<Int32Array, Set<number>>()
  return (tasks, pool) => {
    if (plan === undefined) return false
    let pools = known.get(tasks)
    if (pools === undefined) {
      pools = new Set(
        Array.from(tasks, (task) => (plan.agentOf[task]! < 0 ? -1 : fleet.poolOf[plan.agentOf[task]!]!)),
      )
      known.set(tasks, pools)
    }
    return pools.has(pool)
  }
}
