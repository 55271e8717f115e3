/**
 * From no prices at all to good ones: first on a coarse fleet, then on the fleet itself, each time the smoothed dual
 * from hot to cold, with the exact bound after every stage.
 */
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { type Ascent, type AscentOptions, ascend } from './ascent.ts'
import { buildCells, type Cells } from './cells.ts'
import { type CoarseFleet, coarsenFleet, refinePrices, usedTokens } from './coarse-fleet.ts'
import { createExactBound } from './exact-bound.ts'
import type { NewtonParts } from './newton.ts'
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
  /** What was found on the way for parts of a large fleet. */
  readonly parts?: FleetParts
}

/** Prices of parts of a fleet; each part is taken for one group. */
export interface FleetParts {
  readonly fleet: CoarseFleet
  readonly rows: Rows
  readonly cells: Cells
  readonly y: Float64Array
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
/** Fleets of so many groups are first priced in parts, at about so many pairs, down to that relative temperature. */
const MIDDLE = {
  leastGroups: 3000,
  parts: 16,
  pairs: 1_000_000,
  last: 5e-4,
  first: 1e-3,
  /** Of the bound: what a stage on the fleet itself must gain to be worth another. */
  tolerance: 4e-4,
} as const
/**
 * From so many tasks on, a plan rounded at prices a little too low, which exceeds capacities and costs less, is the
 * better start of the search: 0.11 against 0.19 % at 100,000 x 1,000. At 10,000 x 200 it makes no difference.
 */
const DISCOUNT = { tasks: 50_000, part: 0.01 } as const
const LARGE = { tasks: 300_000, worthBounding: 2e-3 } as const

export async function findPrices(
  problem: Problem,
  context: SolveContext,
  { warm, tolerance }: FindOptions,
): Promise<FoundPrices> {
  const rows = buildRows(problem)
  const { count } = problem.instance.tasks
  let y: Float64Array = warm?.slice() ?? new Float64Array(rows.count)
  let first = warm ? 0.005 : 0.5
  const middle = warm ? undefined : await middlePrices(problem, rows, context)
  const coarse = warm || middle ? undefined : await coarsePrices(problem, rows, context)
  if (middle) {
    y = middle.fine
    first = MIDDLE.first
  } else if (coarse) {
    y = coarse
    first = 0.05
  }
  const meanEligible = problem.classes.groups.length / Math.max(1, problem.classes.count)
  const pairs = Math.min(MOST_PAIRS, Math.max(FINE_PAIRS, problem.groups.count * meanEligible))
  const cells = buildCells(problem, pairs)
  const worthBounding = count < LARGE.tasks ? WORTH_BOUNDING : LARGE.worthBounding
  const exact = createExactBound(problem, cells, rows)
  const enough = middle ? Math.max(tolerance, MIDDLE.tolerance) : tolerance
  let best: Pick<FoundPrices, 'y' | 'boundUsd'> = { y: y.slice(), boundUsd: exact.evaluate(y) }
  const patience = count < LARGE.tasks ? 2 : 1
  const coldEnough = count < DISCOUNT.tasks ? 3e-4 : 1e-3
  let idle = 0
  const dual = createSmoothDual(problem, cells, rows, context.workers)
  const { steps } = await climb({ problem, cells, rows, dual }, y, {
    context,
    first,
    last: 1e-6,
    finish: count < LARGE.tasks,
    discount: count < DISCOUNT.tasks || count >= LARGE.tasks ? 0 : DISCOUNT.part,
    onStage(now, { relative, limit }) {
      if (relative > worthBounding && !mustStop(context)) return false
      // Where the prices point to proves more than where they are.
      const prices = limit && !mustStop(context) ? limit : now.slice()
      const boundUsd = exact.evaluate(prices)
      const gain = (boundUsd - best.boundUsd) / Math.max(1e-12, Math.abs(boundUsd))
      if (boundUsd > best.boundUsd) {
        best = { y: prices, boundUsd }
        context.onBound(boundUsd)
      }
      // A single stage without a gain may be a wrong turn of the line.
      idle = gain < enough ? idle + 1 : 0
      return idle >= patience && relative < coldEnough
    },
  })
  const parts = middle ? { parts: middle } : {}
  return { rows, cells, ...best, lastY: y, plan: dual.plan(), steps, ...parts }
}

/** The ascent, after which the dual lets go of its threads. */
async function climb(parts: NewtonParts, y: Float64Array, options: AscentOptions): Promise<Ascent> {
  try {
    return await ascend(parts, y, options)
  } finally {
    parts.dual.release()
  }
}

/** Prices found on one group for all that may do the same. */
async function coarsePrices(
  problem: Problem,
  rows: Rows,
  context: SolveContext,
): Promise<Float64Array | undefined> {
  const coarse = coarsenFleet(problem)
  if (coarse === undefined) return undefined
  const coarseRows = buildRows(coarse.problem)
  const cells = buildCells(coarse.problem, COARSE_PAIRS)
  const y = new Float64Array(coarseRows.count)
  const dual = createSmoothDual(coarse.problem, cells, coarseRows, context.workers)
  const parts = { problem: coarse.problem, cells, rows: coarseRows, dual }
  await climb(parts, y, { context, first: 0.5, last: 0.01, onStage: () => false })
  return refinePrices(problem, coarse, { rows, coarseRows, y })
}

/** Prices found on parts of a large fleet, each of agents that cost nearly the same; undefined for other fleets. */
async function middlePrices(
  problem: Problem,
  rows: Rows,
  context: SolveContext,
): Promise<(FleetParts & { fine: Float64Array }) | undefined> {
  if (problem.groups.count < MIDDLE.leastGroups) return undefined
  const fleet = coarsenFleet(problem, MIDDLE.parts)
  if (fleet === undefined) return undefined
  const partRows = buildRows(fleet.problem)
  const cells = buildCells(fleet.problem, MIDDLE.pairs)
  const coarse = await coarsePrices(fleet.problem, partRows, context)
  const y = coarse ?? new Float64Array(partRows.count)
  const dual = createSmoothDual(fleet.problem, cells, partRows, context.workers)
  const parts = { problem: fleet.problem, cells, rows: partRows, dual }
  await climb(parts, y, { context, first: coarse ? 0.05 : 0.5, last: MIDDLE.last, onStage: () => false })
  const used = usedTokens(fleet.problem, cells, dual.plan())
  const fine = refinePrices(problem, fleet, { rows, coarseRows: partRows, y, used })
  return { fleet, rows: partRows, cells, y, fine }
}
