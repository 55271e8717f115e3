/**
 * Re-checks a proof that no feasible plan exists, and says which limits it speaks of: prices whose bound is above
 * everything a plan could cost. Nothing here is shared with the solvers.
 */
import { dollars } from '../model/dollars.ts'
import type { Instance } from '../model/instance.ts'
import { pairTerms, whyIneligible } from '../model/pair.ts'
import { boundOf, leafPrices } from './bound.ts'
import {
  BUDGET_PRICE_FRACTION,
  type Certificate,
  type Prices,
  readPrices,
  TOKEN_PRICE_FRACTION,
} from './certificate.ts'

/** A limit that cannot be kept together with the others, by its share in the proof. */
export interface ClashingLimit {
  readonly kind: 'slots' | 'tokens' | 'pool-budget' | 'budget'
  /** Absent for the overall budget. */
  readonly pool?: number
  readonly share: number
}

/**
 * The limits that cannot be kept together, largest share first; undefined when the certificate does not prove that. Of a
 * search it is the mean share in its leaves.
 */
export function clashingLimits(instance: Instance, certificate: Certificate): ClashingLimit[] | undefined {
  if (instance.policy.unassignedUsd !== Infinity) return undefined
  const { boundUsd, infeasible } = boundOf(instance, certificate)
  if (!infeasible && !(boundUsd > dearestUsd(instance))) return undefined
  const { tree } = certificate.data
  const all = tree === undefined ? [readPrices(instance, certificate)] : [...leafPrices(instance, tree)]
  const found = new Map<string, ClashingLimit>()
  for (const prices of all) {
    const rents = rentsOf(instance, prices)
    const total = rents.reduce((sum, { share }) => sum + share, 0)
    for (const { share, ...limit } of rents) {
      const key = `${limit.kind} ${limit.pool}`
      const before = found.get(key)?.share ?? 0
      found.set(key, { ...limit, share: before + share / total / all.length })
    }
  }
  return [...found.values()].sort((a, b) => b.share - a.share)
}

/** Limits with a price and what they are worth at it, in units. */
function rentsOf({ fleet, policy }: Instance, prices: Prices): ClashingLimit[] {
  const found: ClashingLimit[] = []
  const add = (kind: ClashingLimit['kind'], rent: number, pool?: number): void => {
    if (rent > 0) found.push({ kind, share: rent, ...(pool === undefined ? {} : { pool }) })
  }
  const budgetUnits = (price: number, limitUsd: number): number =>
    price > 0 ? (price / BUDGET_PRICE_FRACTION) * limitUsd * prices.unitsPerUsd : 0
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const agents = fleet.replicas[pool]!
    if (prices.tasks[pool]! > 0) add('slots', prices.tasks[pool]! * agents * fleet.capacityTasks[pool]!, pool)
    if (prices.tokens[pool]! > 0)
      add(
        'tokens',
        (prices.tokens[pool]! / TOKEN_PRICE_FRACTION) * agents * fleet.capacityTokens[pool]!,
        pool,
      )
    add('pool-budget', budgetUnits(prices.poolBudget[pool]!, fleet.budgetUsd[pool]!), pool)
  }
  add('budget', budgetUnits(prices.budget, policy.budgetUsd))
  return found
}

/** More than any plan costs: every task in its dearest pool, every priced dependency broken. */
function dearestUsd(instance: Instance): number {
  const { tasks, fleet, policy, dependencies } = instance
  let sum = policy.dependency.mode === 'soft' ? policy.dependency.penaltyUsd * dependencies.numEdges : 0
  for (let task = 0; task < tasks.count; task++) {
    let most = 0
    for (let pool = 0; pool < fleet.numPools; pool++) {
      if (whyIneligible(instance, task, pool) !== undefined) continue
      const { moneyUsd, overkillUsd, latencyUsd, belowFloorUsd } = pairTerms(instance, task, pool)
      most = Math.max(most, moneyUsd + overkillUsd + latencyUsd + belowFloorUsd)
    }
    sum += most
  }
  return sum * (1 + 1e-9)
}

/** One phrase with the instance's own names. */
export function describeClashingLimit({ fleet, policy }: Instance, { kind, pool }: ClashingLimit): string {
  const name = pool === undefined ? '' : `"${fleet.poolIds[pool]}"`
  switch (kind) {
    case 'slots':
      return `the task slots of pool ${name}`
    case 'tokens':
      return `the token capacity of pool ${name}`
    case 'pool-budget':
      return `the budget of pool ${name}, ${dollars(fleet.budgetUsd[pool!]!)}`
    case 'budget':
      return `the budget of ${dollars(policy.budgetUsd)}`
  }
}
