/**
 * A fractional plan of the tasks that stand alone whose loads keep the capacities that others leave them, to a few parts
 * in a hundred thousand: Newton steps on their cells, at a temperature so low that the plan is nearly as cheap as any.
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import type { Cells } from './cells.ts'
import { noTrees } from './forest.ts'
import { createNewton } from './newton.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'
import { createSmoothDual, type FractionalPlan } from './smooth-dual.ts'

export interface Balanced {
  /** The prices, from those given. */
  readonly y: Float64Array
  readonly plan: FractionalPlan
}

export interface BalanceInput {
  readonly problem: Problem
  /** Cells of tasks that stand alone. */
  readonly cells: Cells
  /** With what is left of each capacity. */
  readonly rows: Rows
  readonly y: Float64Array
  readonly context: RunContext
}

/** Relative temperatures: what is undecided within one costs next to nothing. */
const FIRST = 2e-3
const LAST = 2.5e-4
const MOST_STEPS = 20
/** Priced violation of the optimality conditions as a part of the total cost. */
const EXACT = 3e-5

export async function balance({ problem, cells, rows, y: start, context }: BalanceInput): Promise<Balanced> {
  const lone = { ...problem, forest: noTrees() }
  const dual = createSmoothDual(lone, cells, rows)
  const newton = createNewton({ problem: lone, cells, rows, dual }, () => mustStop(context))
  const y = start.slice()
  const temperature = new Float64Array(cells.count).fill(FIRST * newton.scales.task)
  dual.evaluate(y, temperature, new Float64Array(rows.count))
  for (let relative = FIRST; relative >= LAST && !mustStop(context); relative *= 0.5) {
    for (let c = 0; c < cells.count; c++)
      temperature[c] = relative * Math.max(dual.leastCost[c]!, 1e-3 * newton.scales.task)
    newton.restart(y, temperature, relative)
    for (let step = 0; step < MOST_STEPS && newton.residual(y) > EXACT; step++) {
      newton.step(y, temperature)
      await context.breathe()
      if (newton.gain() <= 1e-12 || mustStop(context)) break
    }
  }
  dual.evaluate(y, temperature, new Float64Array(rows.count))
  return { y, plan: dual.plan() }
}
