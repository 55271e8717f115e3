/**
 * Raises the bound of an instance whose dependencies are no forest: prices of the edges left out and prices of the
 * capacities take turns, each the best for the other, until a round gains nothing.
 */
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { ascend } from './ascent.ts'
import { cutIsExact, cutPrices, cyclicParts } from './edge-prices.ts'
import { createExactBound } from './exact-bound.ts'
import type { FoundPrices } from './find-prices.ts'
import type { Problem } from './problem.ts'
import { createSmoothDual } from './smooth-dual.ts'

export interface Tightened {
  /** The problem with the prices of its edges. */
  readonly problem: Problem
  readonly found: FoundPrices
}

const MOST_ROUNDS = 12

export async function tightenCycles(
  problem: Problem,
  found: FoundPrices,
  { context, tolerance }: { context: SolveContext; tolerance: number },
): Promise<Tightened> {
  let best: Tightened = { problem, found }
  const parts = cyclicParts(problem.instance)
  if (parts.length === 0) return best
  const { rows, cells } = found
  const withEdges = (y: Float64Array): Problem => ({
    ...problem,
    edgePrices: cutPrices(problem, parts, { rows, y }),
  })
  let y = found.y
  for (let round = 0; round < MOST_ROUNDS && !mustStop(context); round++) {
    const before = best.found.boundUsd
    const priced = withEdges(y)
    const exact = createExactBound(priced, cells, rows)
    const dual = createSmoothDual(priced, cells, rows)
    const offer = (prices: Float64Array): void => {
      const boundUsd = exact.evaluate(prices)
      if (boundUsd <= best.found.boundUsd) return
      best = { problem: priced, found: { ...best.found, y: prices.slice(), boundUsd } }
      context.onBound(boundUsd)
    }
    offer(y)
    y = y.slice()
    await ascend({ problem: priced, cells, rows, dual }, y, {
      context,
      first: 0.01,
      last: 1e-5,
      onStage(now) {
        offer(now)
        return false
      },
    })
    best = { ...best, found: { ...best.found, lastY: y, plan: dual.plan() } }
    if (best.found.boundUsd - before < 0.2 * tolerance * Math.abs(best.found.boundUsd)) break
  }
  // The qualities the whole graph leaves to each task already say part of what the prices of edges say; a checker that
  // knows the forest alone needs all of it, at the prices that are handed over.
  const last = withEdges(best.found.y)
  const boundUsd = createExactBound(last, cells, rows).evaluate(best.found.y)
  if (!cutIsExact(problem.instance) && boundUsd <= best.found.boundUsd) return best
  return { problem: last, found: { ...best.found, boundUsd } }
}
