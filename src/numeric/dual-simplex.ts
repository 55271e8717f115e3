/**
 * A small linear program by the bounded dual simplex method on a dense tableau (Lemke, 1954; bounds as in Maros,
 * "Computational techniques of the simplex method", 2003, chapter 10). For at most a few hundred rows with costs of at
 * least 0; it answers in milliseconds where loading a real solver would take longer. Its bounds and its claims of
 * infeasibility are recomputed from the multipliers and the program itself, so that errors of the tableau cost time only.
 */

import { type Approximate, ExactSum } from './exact-sum.ts'

export interface LinearProgram {
  readonly numCols: number
  readonly numRows: number
  /** At least 0, which is what makes the start dual feasible. */
  readonly colCost: Float64Array
  /** Default 0. */
  readonly colLower?: Float64Array
  readonly colUpper: Float64Array
  readonly rowLower: Float64Array
  readonly rowUpper: Float64Array
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
}

export interface LinearOptimum {
  readonly values: Float64Array
  /** Change of the optimum per unit of each row's limit: at most 0 for a binding upper limit. */
  readonly rowDual: Float64Array
  /** At most the optimum, by weak duality at `rowDual`; -Infinity where an unlimited row got a price by rounding. */
  readonly bound: number
}

/** Why a program has no point: along `ray` the bound that multipliers prove grows without end. */
export interface Contradiction {
  /** Multipliers of the rows to start from. */
  readonly rowDual: Float64Array
  readonly ray: Float64Array
  /** By how much the bound rises for each `ray` that is added to the multipliers. */
  readonly rise: number
}

export interface LinearAnswer {
  /** Absent when it gave up, and where there is a contradiction. */
  readonly optimum?: LinearOptimum
  /** Absent unless the program is infeasible. */
  readonly contradiction?: Contradiction
  /** Tableau entries that were updated. */
  readonly work: number
}

const FEASIBLE = 1e-9
const PIVOT = 1e-9

/** Gives up, without an answer, when it would take more than `mostWork` updates of tableau entries. */
export function dualSimplex(program: LinearProgram, mostWork = 1e8): LinearAnswer {
  const size = program.numRows * program.numCols
  let work = size
  if (work > mostWork) return { work: 0 }
  const tableau = createTableau(program)
  for (; work <= mostWork; work += size) {
    const row = tableau.leavingRow()
    if (row < 0) return { optimum: tableau.optimum(), work }
    if (tableau.pivot(row)) continue
    const found = contradictionOf(program, tableau.ray(row))
    return found ? { contradiction: { ...found, rowDual: tableau.rowDual() }, work } : { work }
  }
  return { work }
}

/** Sum of the rows times `multipliers`, column by column, added to `from`. */
function combine(
  { numCols, numRows, starts, indices, values }: LinearProgram,
  multipliers: Float64Array,
  from: (column: number) => number,
): ExactSum[] {
  const sums = Array.from({ length: numCols }, (_, j) => new ExactSum(from(j)))
  for (let row = 0; row < numRows; row++) {
    const own = multipliers[row]!
    if (own === 0) continue
    for (let at = starts[row]!; at < starts[row + 1]!; at++) sums[indices[at]!]!.addProduct(own, values[at]!)
  }
  return sums
}

/** Adds the least value of factor x variable for a variable in [lower, upper]; the factor may be off by `error`. */
function addLeast(
  total: ExactSum,
  { value, error }: Approximate,
  [lower, upper]: readonly [number, number],
): void {
  if (value === 0 && error === 0) return
  const end = value > 0 ? lower : upper
  if (value !== 0) total.addProduct(value, end)
  if (error > 0) total.addError(error * Math.max(Math.abs(lower), Math.abs(upper)))
}

/** Farkas: a combination of rows that no point within the columns' limits can bring within the rows' limits. */
function contradictionOf(
  program: LinearProgram,
  multipliers: Float64Array,
): Omit<Contradiction, 'rowDual'> | undefined {
  for (const sign of [1, -1]) {
    const ray = multipliers.map((one, row) => withSign(program, row, sign * one))
    const rise = safeBound(program, ray, () => 0)
    if (rise > 1e-12 * largest(ray)) return { ray, rise }
  }
  return undefined
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

/**
 * The bound that multipliers of the rows prove; -Infinity when an unlimited row has one. Products and sums are exact to
 * twice the digits of a double and what they may still be off is taken away, so that the bound holds whatever the sizes
 * of the numbers and however badly the multipliers were computed.
 */
export function weakBound(program: LinearProgram, multipliers: Float64Array): number {
  return safeBound(program, multipliers, (j) => program.colCost[j]!)
}

/** Least of (cost - multipliers x rows) x columns + multipliers x row limits. */
function safeBound(
  program: LinearProgram,
  multipliers: Float64Array,
  costOf: (column: number) => number,
): number {
  const { colLower, colUpper, rowLower, rowUpper } = program
  const total = new ExactSum(0)
  const left = combine(
    program,
    multipliers.map((one) => -one),
    costOf,
  )
  left.forEach((sum, j) => {
    addLeast(total, sum.approximate(), [colLower?.[j] ?? 0, colUpper[j]!])
  })
  multipliers.forEach((one, row) => {
    addLeast(total, { value: one, error: 0 }, [rowLower[row]!, rowUpper[row]!])
  })
  const { value, error } = total.approximate()
  const bound = value - error
  return Number.isNaN(bound) ? Number.NEGATIVE_INFINITY : bound
}

interface Tableau {
  /** The basic variable furthest outside its bounds, or -1. */
  leavingRow(): number
  /** False when no column can bring the row's variable within its bounds. */
  pivot(row: number): boolean
  /** Multipliers of the rows that show why the row's variable stays outside its bounds. */
  ray(row: number): Float64Array
  rowDual(): Float64Array
  optimum(): LinearOptimum
}

/** Variables `0 .. numCols` are the columns, the others the activities of the rows, which are basic at first. */
function createTableau(program: LinearProgram): Tableau {
  const { numCols, numRows, starts, indices, values: entries } = program
  const upper = new Float64Array(numCols + numRows)
  const lower = new Float64Array(numCols + numRows)
  if (program.colLower) lower.set(program.colLower)
  upper.set(program.colUpper)
  upper.set(program.rowUpper, numCols)
  lower.set(program.rowLower, numCols)
  // Nonbasic slot j of row r: how the row's basic variable changes with the slot's variable.
  const alpha = new Float64Array(numRows * numCols)
  for (let row = 0; row < numRows; row++)
    for (let at = starts[row]!; at < starts[row + 1]!; at++)
      alpha[row * numCols + indices[at]!]! += entries[at]!
  const reduced = program.colCost.slice()
  const slotVariable = Int32Array.from({ length: numCols }, (_, j) => j)
  const rowVariable = Int32Array.from({ length: numRows }, (_, r) => numCols + r)
  const slotValue = lower.slice(0, numCols)
  const value = new Float64Array(numRows)
  for (let row = 0; row < numRows; row++)
    for (let j = 0; j < numCols; j++) value[row]! += alpha[row * numCols + j]! * slotValue[j]!

  /** The slot whose dual ratio is least; of nearly equal ones the largest pivot. */
  const enteringSlot = (row: number, mustRise: boolean): number => {
    let [best, bestRatio, bestSize] = [-1, Infinity, 0]
    for (let j = 0; j < numCols; j++) {
      const own = alpha[row * numCols + j]!
      const size = Math.abs(own)
      const variable = slotVariable[j]!
      if (size < PIVOT || lower[variable] === upper[variable]) continue
      const canRise = slotValue[j]! < upper[variable]!
      const canFall = slotValue[j]! > lower[variable]!
      if (own > 0 === mustRise ? !canRise : !canFall) continue
      const ratio = Math.abs(reduced[j]!) / size
      if (ratio > bestRatio + 1e-12 || (ratio > bestRatio - 1e-12 && size <= bestSize)) continue
      ;[best, bestRatio, bestSize] = [j, Math.min(ratio, bestRatio), size]
    }
    return best
  }

  /** Exchanges the row's basic variable, which goes to `target`, with the slot's. */
  const exchange = (row: number, slot: number, target: number): void => {
    const at = row * numCols
    const own = alpha[at + slot]!
    const step = (target - value[row]!) / own
    for (let r = 0; r < numRows; r++) value[r]! += alpha[r * numCols + slot]! * step
    const entered = slotValue[slot]! + step
    slotValue[slot] = target
    value[row] = entered
    const variable = slotVariable[slot]!
    slotVariable[slot] = rowVariable[row]!
    rowVariable[row] = variable
    // The entering variable as a function of the leaving one and the other slots.
    for (let j = 0; j < numCols; j++) alpha[at + j] = j === slot ? 1 / own : -alpha[at + j]! / own
    for (let r = 0; r < numRows; r++) {
      const factor = alpha[r * numCols + slot]!
      if (r === row || factor === 0) continue
      alpha[r * numCols + slot] = 0
      for (let j = 0; j < numCols; j++) {
        const other = alpha[at + j]!
        if (other !== 0) alpha[r * numCols + j]! += factor * other
      }
    }
    const cost = reduced[slot]!
    reduced[slot] = 0
    if (cost !== 0) for (let j = 0; j < numCols; j++) reduced[j]! += cost * alpha[at + j]!
  }

  const rowDual = (): Float64Array => {
    const prices = new Float64Array(numRows)
    slotVariable.forEach((variable, j) => {
      if (variable >= numCols) prices[variable - numCols] = withSign(program, variable - numCols, reduced[j]!)
    })
    return prices
  }

  return {
    leavingRow() {
      let [worst, row] = [FEASIBLE, -1]
      for (let r = 0; r < numRows; r++) {
        const variable = rowVariable[r]!
        const outside = Math.max(lower[variable]! - value[r]!, value[r]! - upper[variable]!)
        const scale = Math.max(1, Math.abs(value[r]!))
        if (outside <= worst * scale) continue
        worst = outside / scale
        row = r
      }
      return row
    },
    pivot(row) {
      const variable = rowVariable[row]!
      const mustRise = value[row]! < lower[variable]!
      const slot = enteringSlot(row, mustRise)
      if (slot < 0) return false
      exchange(row, slot, mustRise ? lower[variable]! : upper[variable]!)
      return true
    },
    ray(row) {
      const multipliers = new Float64Array(numRows)
      const own = rowVariable[row]!
      if (own >= numCols) multipliers[own - numCols] = -1
      slotVariable.forEach((variable, j) => {
        if (variable >= numCols) multipliers[variable - numCols] = alpha[row * numCols + j]!
      })
      return multipliers
    },
    rowDual,
    optimum() {
      const found = new Float64Array(numCols)
      const prices = rowDual()
      slotVariable.forEach((variable, j) => {
        if (variable < numCols) found[variable] = slotValue[j]!
      })
      rowVariable.forEach((variable, r) => {
        if (variable < numCols)
          found[variable] = Math.min(upper[variable]!, Math.max(lower[variable]!, value[r]!))
      })
      return { values: found, rowDual: prices, bound: weakBound(program, prices) }
    },
  }
}

/** A price against a limit that is not there is rounding. */
function withSign({ rowLower, rowUpper }: LinearProgram, row: number, price: number): number {
  if (price > 0 && rowLower[row] === Number.NEGATIVE_INFINITY) return 0
  if (price < 0 && rowUpper[row] === Infinity) return 0
  return price
}
