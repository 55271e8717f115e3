/**
 * Proofs that no feasible plan exists: prices at which even the cheapest way to do every task, less the rent of all
 * capacity, costs more than any plan can. Where capacities and budgets cannot be kept together the dual is unbounded,
 * so the direction in which the search for prices went is followed much further.
 */
import type { Instance } from '../../model/instance.ts'
import { isEligible, pairCostUsd } from '../../model/pair.ts'
import { createExactBound } from './exact-bound.ts'
import type { FoundPrices } from './find-prices.ts'
import type { Problem } from './problem.ts'

/** How far a direction is followed at most, and in which steps back from there the smallest prices are sought. */
const FURTHEST = 2 ** 14
const STEP = 8
/** Certificates hold prices in dollars up to about this. */
const LARGEST_USD = 4000

/** Prices that prove it, or undefined when these directions do not. */
export function infeasiblePrices(
  problem: Problem,
  { cells, rows, y, lastY }: Pick<FoundPrices, 'cells' | 'rows' | 'y' | 'lastY'>,
): Float64Array | undefined {
  if (problem.instance.policy.unassignedUsd !== Infinity) return undefined
  const exact = createExactBound(problem, cells, rows)
  const ceiling = mostExpensiveUsd(problem) * (1 + 1e-9)
  const proves = (direction: Float64Array, factor: number): boolean =>
    exact.evaluate(direction.map((price) => price * factor)) > ceiling
  for (const direction of [lastY, y]) {
    let factor = [1, FURTHEST].find((far) => proves(direction, far))
    if (factor === undefined) continue
    const largest = direction.reduce((a, b) => Math.max(a, b))
    while (largest * factor > LARGEST_USD && proves(direction, factor / STEP)) factor /= STEP
    return direction.map((price) => price * factor)
  }
  return undefined
}

/** What no plan can cost more than: every task at its dearest, every soft dependency broken. */
function mostExpensiveUsd({ instance, classes }: Problem): number {
  const { tasks, policy, dependencies } = instance
  let sum = policy.dependency.mode === 'soft' ? policy.dependency.penaltyUsd * dependencies.numEdges : 0
  const dearest = dearestPool(instance)
  for (let task = 0; task < tasks.count; task++) sum += dearest(task, classes.ofTask[task]!)
  return sum
}

/** The dearest cost of a task; tasks of one class with the same tokens cost the same. */
function dearestPool(instance: Instance): (task: number, row: number) => number {
  const known = new Map<string, number>()
  const { inputTokens, outputTokens } = instance.tasks
  return (task, row) => {
    const key = `${row} ${inputTokens[task]} ${outputTokens[task]}`
    let most = known.get(key)
    if (most === undefined) {
      most = 0
      for (let pool = 0; pool < instance.fleet.numPools; pool++)
        if (isEligible(instance, task, pool)) most = Math.max(most, pairCostUsd(instance, task, pool))
      known.set(key, most)
    }
    return most
  }
}
