/**
 * How far sums may pass a limit before the judge calls it broken: rounding, nothing else. Everyone who claims that
 * something is the best, or cannot be, must leave the same room.
 */
import type { Instance } from './instance.ts'

/** Money may exceed a budget by this many dollars per dollar of budget. */
export const BUDGET_TOLERANCE = 1e-9

/** Fractions of tokens may exceed a capacity by this part of it, and never by so much that whole tokens notice. */
const TOKEN_TOLERANCE = 1e-9
const LEAST_TOKENS = 1e-3

/** The most that may be spent under a budget; none at all under a budget of nothing. */
export function mostMoneyUsd(limitUsd: number): number {
  return limitUsd + BUDGET_TOLERANCE * limitUsd
}

/** The most tokens that an agent of this capacity may take. */
export function mostTokens(capacity: number): number {
  return capacity + Math.min(TOKEN_TOLERANCE * capacity, LEAST_TOKENS)
}

/** True when no task takes a fraction of a token, so that sums of tokens are exact. */
export function tokensAreWhole({ tasks }: Instance): boolean {
  const { inputTokens, outputTokens, estimates } = tasks
  const own = estimates?.tokens ?? new Float64Array()
  return (
    inputTokens.every(Number.isInteger) &&
    outputTokens.every(Number.isInteger) &&
    own.every((tokens) => Number.isNaN(tokens) || Number.isInteger(tokens))
  )
}

/** What an agent of each pool may take in tokens; Infinity where nothing limits it. */
export function mostTokensOfPools(instance: Instance): Float64Array {
  const isWhole = tokensAreWhole(instance)
  return instance.fleet.capacityTokens.map((capacity) =>
    isWhole ? Math.floor(capacity) : mostTokens(capacity),
  )
}
