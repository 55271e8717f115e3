/** The largest number of units that divides every cost, when costs are decimals and not measurements. */
import type { Instance } from '../../model/instance.ts'

/** How far a cost may be from a whole number of units to count as one. */
const OFF_BY = 0.05

/** The greatest common divisor of the costs in units, or 0 when they are no whole numbers or it is 1. */
export function granularityOf(instance: Instance, units: number, costsUsd: Iterable<number>): number {
  const { dependency, unassignedUsd } = instance.policy
  let divisor = 0
  const take = (usd: number): boolean => {
    const exact = usd * units
    const whole = Math.round(exact)
    if (Math.abs(exact - whole) > OFF_BY || whole > Number.MAX_SAFE_INTEGER) return false
    divisor = gcd(divisor, whole)
    return divisor !== 1
  }
  if (dependency.mode === 'soft' && !take(dependency.penaltyUsd)) return 0
  if (unassignedUsd !== Infinity && !take(unassignedUsd)) return 0
  for (const usd of costsUsd) if (!take(usd)) return 0
  return divisor
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}
