/** What all capacity and budget is worth at the given prices: the part of a bound that is subtracted, exactly. */
import type { Instance } from '../model/instance.ts'
import { mostMoneyUsd, mostTokensOfPools } from '../model/limits.ts'
import { BUDGET_PRICE_FRACTION, type Prices, TOKEN_PRICE_FRACTION } from './certificate.ts'

/** Whole numbers of tokens stay exact. */
const TOKEN_PARTS = 2 ** 30

/** Rent in units, rounded up; Infinity when something unlimited has a price. */
export function rentUnits(instance: Instance, prices: Prices): bigint | typeof Infinity {
  const { fleet, policy } = instance
  const tokensOf = mostTokensOfPools(instance)
  // Capacities are taken to a part of a token, rounded up.
  const tokenFraction = BigInt(TOKEN_PRICE_FRACTION) * BigInt(TOKEN_PARTS)
  const budgetFraction = BigInt(BUDGET_PRICE_FRACTION)
  let slots = 0n
  let tokens = 0n
  let budgets = 0n
  let unlimited = false
  const times = (price: number, amount: number): bigint => {
    if (price === 0) return 0n
    if (amount === Infinity) {
      unlimited = true
      return 0n
    }
    return BigInt(price) * BigInt(amount)
  }
  /** The judge lets money exceed a budget by its tolerance, so the bound must as well. */
  const budgetUnits = (limitUsd: number): number =>
    Math.ceil(mostMoneyUsd(limitUsd) * prices.unitsPerUsd * (1 + 2 ** -50)) + 1
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const replicas = fleet.replicas[pool]!
    slots += times(prices.tasks[pool]!, replicas * Math.floor(fleet.capacityTasks[pool]!))
    tokens += times(prices.tokens[pool]!, Math.ceil(replicas * tokensOf[pool]! * TOKEN_PARTS))
    budgets += times(prices.poolBudget[pool]!, budgetUnits(fleet.budgetUsd[pool]!))
  }
  budgets += times(prices.budget, budgetUnits(policy.budgetUsd))
  if (unlimited) return Infinity
  return slots + tokens / tokenFraction + 1n + budgets / budgetFraction + 1n
}
