/**
 * The Lagrangian dual with its minima smoothed by entropy: value, gradient and products with the Hessian. The least
 * priced cost of a cell becomes a soft minimum at a temperature of its own, chains and trees use soft dynamic
 * programming; the likelihoods are a fractional plan. As the temperatures fall the value tends to the true dual.
 */
import type { Workers } from '../../solve/context.ts'
import type { Cells } from './cells.ts'
import { edgeCharges } from './edge-prices.ts'
import { buildLevels } from './levels.ts'
import { createPricedLines, priceLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'
import { createSmoothKernel, MOMENT, type SmoothArrays } from './smooth-kernel.ts'
import { layOut, type SmoothPart } from './smooth-layout.ts'
import { createTeam, STEP } from './smooth-team.ts'

/** The fractional plan: cell `c` has its shares at `start[c] .. start[c + 1])`. */
export interface FractionalPlan {
  readonly start: Int32Array
  /** Entry of `Classes.groups`, or -1 for the share that is left out. */
  readonly entry: Int32Array
  /** Shares of a cell add up to 1, or a little less where the smallest are left out. */
  readonly share: Float64Array
}

/** Diagonal of the negated Hessian, with the entries that couple slots and tokens of a group beside it. */
export interface Curvature {
  readonly diagonal: Float64Array
  readonly cross: Float64Array
  /** The same as if no other group took over what one loses. */
  readonly looseDiagonal: Float64Array
  readonly looseCross: Float64Array
}

export interface SmoothDual {
  /** Value at `y`; writes load minus capacity into `gradient`, keeps the fractional plan for `product`. */
  evaluate(y: Float64Array, temperature: Float64Array, gradient: Float64Array): number
  /** out = -(Hessian at the last point given to `diagonal`) x direction. Trees count as independent tasks. */
  product(direction: Float64Array, out: Float64Array): void
  /** The diagonal of the same matrix, and what it would be if no other group took over what one loses. */
  diagonal(out: Curvature): void
  /** Soft least priced cost of each cell at the last evaluated point. */
  readonly leastCost: Float64Array
  plan(): FractionalPlan
  /** Lets go of the threads; what is asked for afterwards is computed on this one. */
  release(): void
}

/** In cells of so many tasks what comes to less than that part of one task is left out: there may be thousands. */
const LARGE_CELL = 50
const LEAST_TASKS = 1e-3

/** Linked tasks beyond this are sampled tree by tree while prices are searched. */
const MOST_LINKED = 12_000

/**
 * Pairs of cells and groups from which on the cells are summed in parts, which threads may share, and how many parts.
 * Sums depend on the parts in their last bits, so that their number must not depend on that of the threads.
 */
const PARTED = { pairs: 100_000, parts: 4 } as const

/** With `workers` a large dual is evaluated by several threads until it is released; the results are the same. */
export function createSmoothDual(problem: Problem, cells: Cells, rows: Rows, workers?: Workers): SmoothDual {
  const { classes, forest, instance, hasBudget } = problem
  const { dependency } = instance.policy
  const priced = createPricedLines(problem)
  const levels = buildLevels(classes)
  const charges = edgeCharges(problem, levels)
  const pairs = cells.classOf.reduce((sum, row) => sum + classes.start[row + 1]! - classes.start[row]!, 0)
  const layout = layOut(problem, cells, {
    levels,
    rows,
    parts: pairs > PARTED.pairs ? PARTED.parts : 1,
    ...(charges ? { charges } : {}),
  })
  const { arena, arrays, sizes, parts, values, entryOf } = layout
  const kernel = createSmoothKernel(arena, arrays, sizes)
  const team = createTeam(layout, workers)
  const stride = Math.max(1, Math.round(forest.task.length / MOST_LINKED))
  const penalty = dependency.mode === 'soft' ? dependency.penaltyUsd : Infinity
  const { width, budget } = rows
  const { groupOf } = arrays
  const hasTrees = arrays.levelMass.length > 0

  /** What the parts summed, in their order. */
  const addUp = (out: Float64Array): void => {
    copy(parts[0]!.arrays.sums, out)
    for (const { arrays: own } of parts.slice(1))
      for (let row = 0; row < out.length; row++) out[row]! += own.sums[row]!
  }

  const setLines = (y: Float64Array): void => {
    priceLines(problem, rows, { y, out: priced })
    const { constant, perInput, perOutput } = arrays
    for (let k = 0; k < entryOf.length; k++) {
      const at = entryOf[k]!
      if (at < 0) continue
      constant[k] = priced.constant[at]!
      perInput[k] = priced.perInput[at]!
      perOutput[k] = priced.perOutput[at]!
    }
  }

  const addCurvature = (
    { arrays: { moments, results }, sizes: { firstPosition, positions } }: SmoothPart,
    { diagonal: out, cross, looseDiagonal, looseCross }: Curvature,
  ): void => {
    for (let k = firstPosition; k < positions; k++) {
      const group = groupOf[k]!
      if (group < 0) continue
      const first = (k >> 1) * 16 + (k & 1)
      const loose = first + 2 * MOMENT.loose
      out[group]! += moments[first + 2 * MOMENT.each]!
      cross[group]! += moments[first + 2 * MOMENT.tokens]!
      out[width + group]! += moments[first + 2 * MOMENT.tokensSquared]!
      looseDiagonal[group]! += moments[loose + 2 * MOMENT.each]!
      looseCross[group]! += moments[loose + 2 * MOMENT.tokens]!
      looseDiagonal[width + group]! += moments[loose + 2 * MOMENT.tokensSquared]!
      if (!hasBudget) continue
      out[2 * width + group]! += moments[first + 2 * MOMENT.moneySquared]!
      looseDiagonal[2 * width + group]! += moments[loose + 2 * MOMENT.moneySquared]!
    }
    out[budget]! += results[0]!
    looseDiagonal[budget]! += results[1]!
  }

  return {
    leastCost: arrays.least,
    evaluate(y, temperature, gradient) {
      copy(temperature, arrays.temperature)
      setLines(y)
      team.run(hasTrees ? STEP.price : STEP.priceAndLoad)
      let value = values.reduce((sum, own) => sum + own, 0)
      if (hasTrees) {
        value += kernel.trees(stride, penalty)
        team.run(STEP.mixAndLoad)
      }
      value -= charges?.paidBackUsd ?? 0
      addUp(gradient)
      for (let row = 0; row < rows.count; row++) {
        if (rows.active[row] === 0) {
          gradient[row] = 0
          continue
        }
        gradient[row]! -= rows.capacity[row]!
        value -= y[row]! * rows.capacity[row]!
      }
      return value
    },

    product(direction, out) {
      copy(direction, arrays.direction)
      team.run(STEP.product)
      addUp(out)
    },

    diagonal(out) {
      team.run(STEP.curve)
      for (const column of Object.values(out)) column.fill(0)
      for (const part of parts) addCurvature(part, out)
    },

    plan() {
      const start = new Int32Array(cells.count + 1)
      const entry: number[] = []
      const share: number[] = []
      for (const { arrays: own, sizes: ownSizes, firstCell } of parts)
        for (let k = 0, c = firstCell; k < ownSizes.numCells; k++, c++) {
          const size = cells.start[c + 1]! - cells.start[c]!
          addShares(own, k, size < LARGE_CELL ? 0 : LEAST_TASKS / size)
          start[c + 1] = entry.length
        }
      return { start, entry: Int32Array.from(entry), share: Float64Array.from(share) }

      function addShares({ blockStart, blocks, shares }: SmoothArrays, cell: number, least: number): void {
        for (let k = 4 * blockStart[cell]!; k < 4 * blockStart[cell + 1]!; k++) {
          const at = entryOf[4 * blocks[k >> 2]! + (k & 3)]!
          if (!(shares[k]! > least) || at < -1) continue
          entry.push(at)
          share.push(shares[k]!)
        }
      }
    },

    release: team.release,
  }
}

/** `set` between shared and plain memory goes byte by byte. */
function copy(from: Float64Array, to: Float64Array): void {
  for (let k = 0; k < from.length; k++) to[k] = from[k]!
}
