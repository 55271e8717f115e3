/**
 * Re-checks a proof that no feasible plan exists, and says which limits it speaks of: prices whose bound is above
 * everything a plan could cost. Nothing here is shared with the solvers.
 */
import type { Instance } from '../model/instance.ts'
import { pairTerms, whyIneligible } from '../model/pair.ts'
import { boundOf } from './bound.ts'
import { BUDGET_PRICE_FRACTION, type Certificate, readPrices, TOKEN_PRICE_FRACTION } from './certificate.ts'

/** A limit that cannot be kept together with the others, by its share in the proof. */
export interface ClashingLimit {
  readonly kind: 'slots' | 'tokens' | 'pool-budget' | 'budget'
  /** Absent for the overall budget. */
  readonly pool?: number
  readonly share: number
}

/** The limits that cannot be kept together, largest share first; undefined when the prices do not prove that. */
export function clashingLimits(instance: Instance, certificate: Certificate): ClashingLimit[] | undefined {
  if (instance.policy.unassignedUsd !== Infinity) return undefined
  const { boundUsd, infeasible } = boundOf(instance, certificate)
  if (!infeasible && !(boundUsd > dearestUsd(instance))) return undefined
  const { fleet, policy } = instance
  const prices = readPrices(instance, certificate)
  const found: { kind: ClashingLimit['kind']; pool?: number; rent: number }[] = []
  const add = (kind: ClashingLimit['kind'], rent: number, pool?: number): void => {
    if (rent > 0) found.push({ kind, rent, ...(pool === undefined ? {} : { pool }) })
  }
  const units = prices.unitsPerUsd
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const agents = fleet.replicas[pool]!
    if (prices.tasks[pool]! > 0) add('slots', prices.tasks[pool]! * agents * fleet.capacityTasks[pool]!, pool)
    if (prices.tokens[pool]! > 0)
      add(
        'tokens',
        (prices.tokens[pool]! / TOKEN_PRICE_FRACTION) * agents * fleet.capacityTokens[pool]!,
        pool,
      )
    if (prices.poolBudget[pool]! > 0)
      add(
        'pool-budget',
        (prices.poolBudget[pool]! / BUDGET_PRICE_FRACTION) * fleet.budgetUsd[pool]! * units,
        pool,
      )
  }
  if (prices.budget > 0) add('budget', (prices.budget / BUDGET_PRICE_FRACTION) * policy.budgetUsd * units)
  const total = found.reduce((sum, { rent }) => sum + rent, 0)
  return found
    .map(({ rent, ...limit }) => ({ ...limit, share: rent / total }))
    .sort((a, b) => b.share - a.share)
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
      return `the budget of pool ${name}, $${fleet.budgetUsd[pool!]!}`
    case 'budget':
      return `the budget of $${policy.budgetUsd}`
  }
}
