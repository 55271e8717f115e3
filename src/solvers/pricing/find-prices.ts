/**
 * From no prices at all to good ones: first on a coarse fleet, then on the fleet itself, each time the smoothed dual
 * from hot to cold, with the exact bound after every stage.
 */
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { ascend } from './ascent.ts'
import { buildCells, type Cells } from './cells.ts'
import { coarsenFleet, refinePrices } from './coarse-fleet.ts'
import { createExactBound } from './exact-bound.ts'
import type { Problem } from './problem.ts'
import { buildRows, type Rows } from './rows.ts'
import { createSmoothDual, type FractionalPlan } from './smooth-dual.ts'

export interface FoundPrices {
  readonly rows: Rows
  readonly cells: Cells
  /** The prices of the best bound. */
  readonly y: Float64Array
  readonly boundUsd: number
  /** At the last prices, which may differ from `y`. */
  readonly lastY: Float64Array
  readonly plan: FractionalPlan
  readonly steps: number
}

export interface FindOptions {
  /** Start from these instead of from nothing. */
  readonly warm?: Float64Array
  /** Ends when the bound gains less than this part of itself in a stage. */
  readonly tolerance: number
}

const COARSE_PAIRS = 50_000
const FINE_PAIRS = 75_000
const MOST_PAIRS = 4_000_000
/** From here on the bound of a stage is worth its time: earlier ones are far from the last. */
const WORTH_BOUNDING = 0.02
const LARGE = { tasks: 300_000, worthBounding: 2e-3 } as const

export async function findPrices(
  problem: Problem,
  context: SolveContext,
  { warm, tolerance }: FindOptions,
): Promise<FoundPrices> {
  const rows = buildRows(problem)
  const coarse = warm ? undefined : coarsenFleet(problem)
  let y: Float64Array = warm?.slice() ?? new Float64Array(rows.count)
  let first = warm ? 0.005 : 0.5
  if (coarse) {
    const coarseRows = buildRows(coarse.problem)
    const cells = buildCells(coarse.problem, COARSE_PAIRS)
    const coarseY = new Float64Array(coarseRows.count)
    const dual = createSmoothDual(coarse.problem, cells, coarseRows)
    const parts = { problem: coarse.problem, cells, rows: coarseRows, dual }
    await ascend(parts, coarseY, { context, first, last: 0.01, onStage: () => false })
    y = refinePrices(problem, coarse, { rows, coarseRows, y: coarseY })
    first = 0.05
  }
  const meanEligible = problem.classes.groups.length / Math.max(1, problem.classes.count)
  const pairs = Math.min(MOST_PAIRS, Math.max(FINE_PAIRS, problem.groups.count * meanEligible))
  const cells = buildCells(problem, pairs)
  const worthBounding = problem.instance.tasks.count < LARGE.tasks ? WORTH_BOUNDING : LARGE.worthBounding
  const dual = createSmoothDual(problem, cells, rows)
  const exact = createExactBound(problem, cells, rows)
  let best = { y: y.slice(), boundUsd: exact.evaluate(y) }
  const { steps } = await ascend({ problem, cells, rows, dual }, y, {
    context,
    first,
    last: 1e-6,
    onStage(now, { relative }) {
      if (relative > worthBounding && !mustStop(context)) return false
      const boundUsd = exact.evaluate(now)
      const gain = (boundUsd - best.boundUsd) / Math.max(1e-12, Math.abs(boundUsd))
      if (boundUsd > best.boundUsd) {
        best = { y: now.slice(), boundUsd }
        context.onBound(boundUsd)
      }
      return gain < tolerance && relative < 1e-3
    },
  })
  return { rows, cells, ...best, lastY: y, plan: dual.plan(), steps }
}
