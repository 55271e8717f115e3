/** Reads the prices of capacities and budgets off the multipliers of a pooled model's rows. */
import type { Instance } from '../../model/instance.ts'
import type { PriceMap } from './core.ts'
import type { PooledModel } from './pooled-model.ts'

/** Of a pool that is split, the mean of its agents' prices: any prices prove some bound. */
export function rowPrices(
  { fleet }: Instance,
  { limits, costScale, places }: PooledModel,
  rowDual: Float64Array,
): PriceMap {
  const parts = new Int32Array(fleet.numPools)
  for (const { pool } of places) parts[pool]! += 1
  const prices = fleet.poolIds.map(() => ({ task: 0, token: 0, poolBudget: 0 }))
  let budgetPrice = 0
  for (const { row, kind, pool, scale } of limits) {
    const price = (Math.max(0, -rowDual[row]!) * scale) / costScale
    if (pool < 0) budgetPrice = price
    else if (kind === 'tasks') prices[pool]!.task += price / parts[pool]!
    else if (kind === 'tokens') prices[pool]!.token += price / parts[pool]!
    else prices[pool]!.poolBudget = price
  }
  return { budgetPrice, prices: new Map(fleet.poolIds.map((id, pool) => [id, prices[pool]!])) }
}
