/** A mixed-integer linear program as sparse rows in typed arrays, ready to travel to a worker; all columns are >= 0. */
import { growable } from '../../numeric/growable.ts'

export interface Milp {
  readonly numCols: number
  readonly numRows: number
  readonly colCost: Float64Array
  readonly colUpper: Float64Array
  /** 1: integer. */
  readonly integrality: Uint8Array
  readonly rowLower: Float64Array
  readonly rowUpper: Float64Array
  /** Row r has its entries at `starts[r] .. starts[r + 1]`. */
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
}

export class MilpBuilder {
  readonly #cost = growable(Float64Array)
  readonly #upper = growable(Float64Array)
  readonly #integrality = growable(Uint8Array)
  readonly #rowLower = growable(Float64Array)
  readonly #rowUpper = growable(Float64Array)
  readonly #starts = growable(Int32Array)
  readonly #indices = growable(Int32Array)
  readonly #values = growable(Float64Array)

  constructor() {
    this.#starts.push(0)
  }

  /** Adds a column in [0, upper] and returns its index. */
  addColumn(cost: number, upper: number, isInteger: boolean): number {
    this.#cost.push(cost)
    this.#upper.push(upper)
    this.#integrality.push(isInteger ? 1 : 0)
    return this.#cost.length - 1
  }

  /** Adds a row and returns its index. */
  addRow(lower: number, upper: number, entries: Iterable<readonly [column: number, value: number]>): number {
    for (const [column, value] of entries) {
      this.#indices.push(column)
      this.#values.push(value)
    }
    this.#starts.push(this.#indices.length)
    this.#rowLower.push(lower)
    this.#rowUpper.push(upper)
    return this.#rowUpper.length - 1
  }

  build(): Milp {
    return {
      numCols: this.#cost.length,
      numRows: this.#rowLower.length,
      colCost: this.#cost.toArray(),
      colUpper: this.#upper.toArray(),
      integrality: this.#integrality.toArray(),
      rowLower: this.#rowLower.toArray(),
      rowUpper: this.#rowUpper.toArray(),
      starts: this.#starts.toArray(),
      indices: this.#indices.toArray(),
      values: this.#values.toArray(),
    }
  }
}

/** Numbers further apart than this leave nothing of the digits that a solver's absolute tolerances stand for. */
const WIDEST = 1e7

/** True when costs and the entries of each row are close enough in size for a floating-point solver to be believed. */
export function isWellScaled({ colCost, starts, values, numRows, rowUpper }: Milp): boolean {
  if (colCost.some((cost) => cost > WIDEST)) return false
  for (let row = 0; row < numRows; row++) {
    const limit = Number.isFinite(rowUpper[row]!) ? Math.abs(rowUpper[row]!) : 0
    for (let at = starts[row]!; at < starts[row + 1]!; at++)
      if (Math.max(Math.abs(values[at]!), limit) > WIDEST) return false
  }
  return true
}
