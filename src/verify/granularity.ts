/** Checks the claim that every objective is a multiple of some number of units. */
import type { Instance } from '../model/instance.ts'
import { isEligible, pairCostUsd } from '../model/pair.ts'
import { classifyTasks } from '../model/task-classes.ts'

/** Costs may miss a multiple by this many units: the rounding of one cost in doubles. */
export const OFF_BY = 0.05

/** Pairs beyond this are not looked at one by one; the claim is then not accepted. */
const MOST_PAIRS = 2e7

/** True when all costs that may enter an objective are multiples of `granularity` units, to within rounding. */
export function hasGranularity(instance: Instance, unitsPerUsd: number, granularity: number): boolean {
  const { fleet, policy } = instance
  const { representative, count } = classifyTasks(instance)
  if (count * fleet.numPools > MOST_PAIRS) return false
  const fits = (usd: number): boolean => {
    const units = usd * unitsPerUsd
    return Math.abs(units - Math.round(units / granularity) * granularity) <= OFF_BY
  }
  const { dependency, unassignedUsd } = policy
  if (dependency.mode === 'soft' && !fits(dependency.penaltyUsd)) return false
  if (unassignedUsd !== Infinity && !fits(unassignedUsd)) return false
  for (const task of representative)
    for (let pool = 0; pool < fleet.numPools; pool++)
      if (isEligible(instance, task, pool) && !fits(pairCostUsd(instance, task, pool))) return false
  return true
}
