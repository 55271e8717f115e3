/** Money as whole numbers: dollars times a power of ten that keeps every sum of few terms exact in a double. */
import type { Instance } from '../../model/instance.ts'

/** Whole numbers up to this may still be added a few times without losing a unit. */
const LARGEST_UNITS = 2 ** 50

/** At most 1e12 units per dollar (picodollars), fewer when a single figure would not fit. */
export function unitsPerUsd(largestUsd: number): number {
  let units = 1e12
  while (units > 1 && largestUsd * units > LARGEST_UNITS) units /= 10
  return units
}

/** A figure no priced cost of a pair exceeds by much: the dearest money with its overkill, latency and penalties. */
export function largestPairUsd({ fleet, tasks, policy }: Instance): number {
  const most = (values: Float64Array): number => {
    let largest = 0
    for (const value of values) if (value > largest && value !== Infinity) largest = value
    return largest
  }
  const tokens =
    most(fleet.inputPerMTokUsd) * most(tasks.inputTokens) +
    most(fleet.outputPerMTokUsd) * most(tasks.outputTokens)
  const money = Math.max(
    most(fleet.perTaskUsd) + tokens / 1e6,
    most(tasks.estimates?.costUsd ?? new Float64Array()),
  )
  const latencyMs = Math.max(most(fleet.latencyMs), most(tasks.estimates?.latencyMs ?? new Float64Array()))
  const penalties = [policy.belowFloorUsd, policy.unassignedUsd].filter((usd) => usd !== Infinity)
  return (
    money * (1 + policy.overkillWeight) +
    (policy.latencyUsdPerSecond * latencyMs) / 1000 +
    penalties.reduce((sum, usd) => sum + usd, 0)
  )
}
