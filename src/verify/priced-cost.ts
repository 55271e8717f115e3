/**
 * Priced cost of a task in a pool, in units: cost + price of the slot + price of the tokens + price of the money.
 * Rounded down by more than all rounding errors of doubles, so that sums of it stay below the exact value.
 */
import type { Instance } from '../model/instance.ts'
import { mostMoneyUsd } from '../model/limits.ts'
import { pairMoneyUsd, pairTerms, pairTokens, whyIneligible } from '../model/pair.ts'
import { BUDGET_PRICE_FRACTION, type Prices, TOKEN_PRICE_FRACTION } from './certificate.ts'

/** All terms are at least 0 and fewer than 16 roundings of 2^-53 go into one sum. */
const ROUNDING = 1 - 2 ** -48

/** What tasks without figures of their own cost in a pool: affine in their tokens. */
export interface PoolLine {
  readonly pool: number
  readonly quality: number
  readonly constant: number
  readonly perInput: number
  readonly perOutput: number
  /** Tasks with more tokens than this do not fit. */
  readonly tokenLimit: number
  /** In dollars and dollars for a million tokens, as the judge takes them. */
  readonly money: { readonly perTask: number; readonly perInput: number; readonly perOutput: number }
  /** Tasks that take more money than this break a budget alone. */
  readonly mostUsd: number
}

/** What one task in the pool may cost in money before it breaks a budget alone. */
function mostForOne({ fleet, policy }: Instance, pool: number): number {
  return Math.min(mostMoneyUsd(fleet.budgetUsd[pool]!), mostMoneyUsd(policy.budgetUsd))
}

/** Whether a task of so many tokens may go to the pool at all. */
export function fits({ tokenLimit, money, mostUsd }: PoolLine, input: number, output: number): boolean {
  if (input + output > tokenLimit) return false
  return (
    mostUsd === Infinity ||
    money.perTask + (money.perInput * input + money.perOutput * output) / 1e6 <= mostUsd
  )
}

export function lineOf(
  instance: Instance,
  prices: Prices,
  { task, pool }: { task: number; pool: number },
): PoolLine {
  const { fleet, tasks, policy } = instance
  const quality = fleet.quality[pool * fleet.domains.length + tasks.domain[task]!]!
  const surplus = quality - tasks.minQuality[task]!
  const units = prices.unitsPerUsd
  const perUsd =
    units *
    (1 +
      (surplus > 0 ? policy.overkillWeight * surplus : 0) +
      (prices.budget + prices.poolBudget[pool]!) / BUDGET_PRICE_FRACTION)
  const floor = surplus < 0 && policy.belowFloorUsd !== Infinity ? policy.belowFloorUsd : 0
  const perToken = prices.tokens[pool]! / TOKEN_PRICE_FRACTION
  return {
    pool,
    quality,
    constant:
      perUsd * fleet.perTaskUsd[pool]! +
      units * ((policy.latencyUsdPerSecond * fleet.latencyMs[pool]!) / 1000 + floor) +
      prices.tasks[pool]!,
    perInput: (perUsd * fleet.inputPerMTokUsd[pool]!) / 1e6 + perToken,
    perOutput: (perUsd * fleet.outputPerMTokUsd[pool]!) / 1e6 + perToken,
    tokenLimit: Math.min(fleet.contextTokens[pool]!, fleet.capacityTokens[pool]!),
    money: {
      perTask: fleet.perTaskUsd[pool]!,
      perInput: fleet.inputPerMTokUsd[pool]!,
      perOutput: fleet.outputPerMTokUsd[pool]!,
    },
    mostUsd: mostForOne(instance, pool),
  }
}

/** A lower bound, within a relative 2^-48, on the line's exact value. */
export function valueAt(line: PoolLine, inputTokens: number, outputTokens: number): number {
  return (line.constant + line.perInput * inputTokens + line.perOutput * outputTokens) * ROUNDING
}

/** False when the pool's agents can take no task at all. */
export function hasSlots({ fleet }: Instance, pool: number): boolean {
  return fleet.capacityTasks[pool]! >= 1
}

/** The same for any task, estimates included; Infinity when the pair is not eligible. */
export function pricedCost(
  instance: Instance,
  prices: Prices,
  { task, pool }: { task: number; pool: number },
): number {
  if (!hasSlots(instance, pool) || whyIneligible(instance, task, pool) !== undefined) return Infinity
  const { moneyUsd, overkillUsd, latencyUsd, belowFloorUsd } = pairTerms(instance, task, pool)
  if (moneyUsd > mostForOne(instance, pool)) return Infinity
  const tokens = pairTokens(instance, task, pool)
  const budgets = (prices.budget + prices.poolBudget[pool]!) / BUDGET_PRICE_FRACTION
  return (
    (prices.unitsPerUsd *
      (moneyUsd + overkillUsd + latencyUsd + belowFloorUsd + budgets * pairMoneyUsd(instance, task, pool)) +
      prices.tasks[pool]! +
      (prices.tokens[pool]! / TOKEN_PRICE_FRACTION) * tokens +
      (prices.charges?.of(task, pool) ?? 0)) *
    ROUNDING
  )
}

/** What leaving the task without an agent costs, rounded down the same way. */
export function leftOutCost({ policy }: Instance, { unitsPerUsd, charges }: Prices, task: number): number {
  return (policy.unassignedUsd * unitsPerUsd + (charges?.of(task, -1) ?? 0)) * ROUNDING
}

/** True when the task has costs of its own, so that it cannot be priced together with others. */
export function hasOwnCosts({ tasks: { estimates } }: Instance, { charges }: Prices, task: number): boolean {
  if (charges?.has(task)) return true
  return estimates !== undefined && estimates.start[task + 1]! > estimates.start[task]!
}
