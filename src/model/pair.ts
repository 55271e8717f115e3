/** What one pool would mean for one task: may it, how good, what money, what cost. The only place of these formulas. */
import type { Estimates, Instance } from './instance.ts'
import { tokensOf } from './instance.ts'

/** Why a pair is not eligible; the first that applies. */
export type Ineligibility = 'capability' | 'quality' | 'latency' | 'context'

/** Position of the pair's estimate in `estimates`, or -1. */
function estimateAt(estimates: Estimates | undefined, task: number, pool: number): number {
  if (estimates === undefined) return -1
  let low = estimates.start[task]!
  let high = estimates.start[task + 1]!
  // Pools rise without repeats, so the entry of pool p is at most p places behind the first: exactly p in a dense row.
  if (low + pool < high && estimates.pool[low + pool] === pool) return low + pool
  high = Math.min(high, low + pool + 1)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (estimates.pool[middle]! < pool) low = middle + 1
    else high = middle
  }
  return low < estimates.start[task + 1]! && estimates.pool[low] === pool ? low : -1
}

function estimated(column: Float64Array | undefined, at: number, otherwise: number): number {
  if (column === undefined || at < 0) return otherwise
  const value = column[at]!
  return Number.isNaN(value) ? otherwise : value
}

/** Quality of the pool's agents for this task, in [0, 1]. */
export function pairQuality(instance: Instance, task: number, pool: number): number {
  const { fleet, tasks } = instance
  const own = fleet.quality[pool * fleet.domains.length + tasks.domain[task]!]!
  if (tasks.estimates === undefined) return own
  return estimated(tasks.estimates.quality, estimateAt(tasks.estimates, task, pool), own)
}

export function pairLatencyMs(instance: Instance, task: number, pool: number): number {
  const { fleet, tasks } = instance
  const own = fleet.latencyMs[pool]!
  if (tasks.estimates === undefined) return own
  return estimated(tasks.estimates.latencyMs, estimateAt(tasks.estimates, task, pool), own)
}

/**
 * Tokens the task takes from the token capacity and the context window of the pool's agents: its input and output
 * tokens, unless an estimate of this pair gives `tokens`. Every check of a token capacity uses this, never `tokensOf`.
 */
export function pairTokens(instance: Instance, task: number, pool: number): number {
  const { tasks } = instance
  const own = tokensOf(tasks, task)
  if (tasks.estimates === undefined) return own
  return estimated(tasks.estimates.tokens, estimateAt(tasks.estimates, task, pool), own)
}

/** Dollars actually paid when an agent of the pool does the task. */
export function pairMoneyUsd(instance: Instance, task: number, pool: number): number {
  const { fleet, tasks } = instance
  const own =
    fleet.perTaskUsd[pool]! +
    (fleet.inputPerMTokUsd[pool]! * tasks.inputTokens[task]! +
      fleet.outputPerMTokUsd[pool]! * tasks.outputTokens[task]!) /
      1e6
  if (tasks.estimates === undefined) return own
  return estimated(tasks.estimates.costUsd, estimateAt(tasks.estimates, task, pool), own)
}

/** The terms a pair adds to the objective, in dollars. */
export interface PairTerms {
  readonly moneyUsd: number
  readonly overkillUsd: number
  readonly latencyUsd: number
  readonly belowFloorUsd: number
}

export function pairTerms(instance: Instance, task: number, pool: number): PairTerms {
  const { policy, tasks } = instance
  const moneyUsd = pairMoneyUsd(instance, task, pool)
  const surplus = pairQuality(instance, task, pool) - tasks.minQuality[task]!
  return {
    moneyUsd,
    overkillUsd: surplus > 0 ? policy.overkillWeight * surplus * moneyUsd : 0,
    latencyUsd: (policy.latencyUsdPerSecond * pairLatencyMs(instance, task, pool)) / 1000,
    belowFloorUsd: surplus < 0 && policy.belowFloorUsd !== Infinity ? policy.belowFloorUsd : 0,
  }
}

/** What the pair adds to the objective, in dollars: money + overkill + latency + price of a missed soft floor. */
export function pairCostUsd(instance: Instance, task: number, pool: number): number {
  const { moneyUsd, overkillUsd, latencyUsd, belowFloorUsd } = pairTerms(instance, task, pool)
  return moneyUsd + overkillUsd + latencyUsd + belowFloorUsd
}

/** Why no agent of the pool may do the task, or undefined when one may. */
export function whyIneligible(instance: Instance, task: number, pool: number): Ineligibility | undefined {
  const { fleet, tasks, policy, capable } = instance
  if (capable[tasks.requirement[task]! * fleet.numPools + pool] === 0) return 'capability'
  if (policy.belowFloorUsd === Infinity && pairQuality(instance, task, pool) < tasks.minQuality[task]!)
    return 'quality'
  if (pairLatencyMs(instance, task, pool) > tasks.maxLatencyMs[task]!) return 'latency'
  const tokens = pairTokens(instance, task, pool)
  if (tokens > fleet.contextTokens[pool]! || tokens > fleet.capacityTokens[pool]!) return 'context'
  return undefined
}

export function isEligible(instance: Instance, task: number, pool: number): boolean {
  return whyIneligible(instance, task, pool) === undefined
}
