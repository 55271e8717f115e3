/** A quadratic expression over the variables of a model: offset + linear + quadratic terms. Data, built and summed. */
import { QaasError } from '../errors.ts'
import type { Coupling } from './bqm-builder.ts'

/** The terms of an expression as a caller has them: any order, equal terms add up. */
export interface Terms {
  readonly linear?: Iterable<readonly [number, number]>
  readonly quadratic?: Iterable<Coupling>
  readonly offset?: number
}

export interface Expression {
  /** The variables that occur, ascending; one that only occurs in products has the linear bias 0. */
  readonly variables: Int32Array
  /** Bias of each of `variables`. */
  readonly linear: Float64Array
  /** Product k is `quadratic[k]` times variables `tails[k] <= heads[k]`; by rising tail, then head. */
  readonly tails: Int32Array
  readonly heads: Int32Array
  readonly quadratic: Float64Array
  readonly offset: number
}

const [BINARY, SPIN] = [0, 1]

/**
 * Sorts and adds up terms. A square of a BINARY is linear, of a SPIN is constant, of others stays a product.
 * @throws QaasError `invalid-model` on variables that do not exist or biases that are not finite
 */
export function createExpression(
  { linear = [], quadratic = [], offset = 0 }: Terms,
  types: ArrayLike<number>,
): Expression {
  const count = types.length
  const checked = (v: number): number => {
    if (Number.isInteger(v) && v >= 0 && v < count) return v
    throw new QaasError('invalid-model', `there is no variable ${v}; the model has ${count}`)
  }
  const single: Columns = { row: [], column: undefined, value: [] }
  const pair = { row: [] as number[], column: [] as number[], value: [] as number[] }
  const addSingle = (v: number, bias: number): void => {
    single.row.push(v)
    single.value.push(bias)
  }
  let constant = offset
  for (const [v, bias] of linear) {
    if (!Number.isFinite(bias))
      throw new QaasError('invalid-model', `variable ${v} has the bias ${bias}`, {
        advice: 'Maybe the file is damaged; biases must be finite numbers.',
      })
    addSingle(checked(v), bias)
  }
  for (const [u, v, bias] of quadratic) {
    const folded = u === v ? types[u] : undefined
    addSingle(checked(u), folded === BINARY ? bias : 0)
    if (u !== v) addSingle(checked(v), 0)
    if (folded === SPIN) constant += bias
    else if (folded !== BINARY) {
      pair.row.push(Math.min(u, v))
      pair.column.push(Math.max(u, v))
      pair.value.push(bias)
    }
  }
  const terms = merged(single, count)
  const products = merged(pair, count)
  const expression = {
    variables: terms.row,
    linear: terms.value,
    tails: products.row,
    heads: products.column,
    quadratic: products.value,
    offset: constant,
  }
  if (
    !Number.isFinite(constant) ||
    ![expression.linear, expression.quadratic].every((column) => column.every(Number.isFinite))
  )
    throw new QaasError('invalid-model', 'an expression has a bias or constant that is not a finite number', {
      advice: 'Maybe the file is damaged; biases must be finite numbers.',
    })
  return expression
}

/** Terms as they come: value at (row, column); without columns, at row. */
interface Columns {
  readonly row: number[]
  readonly column: number[] | undefined
  readonly value: number[]
}

/** Terms by rising row, then column, equal ones added in the order they came. */
function merged(
  { row, column, value }: Columns,
  count: number,
): { readonly row: Int32Array; readonly column: Int32Array; readonly value: Float64Array } {
  const order = sortedOrder({ row, column, value }, count)
  const rows: number[] = []
  const columns: number[] = []
  const values: number[] = []
  for (let k = 0; k < value.length; k++) {
    const at = order === undefined ? k : order[k]!
    const last = values.length - 1
    if (last >= 0 && rows[last] === row[at] && (column === undefined || columns[last] === column[at]))
      values[last]! += value[at]!
    else {
      rows.push(row[at]!)
      if (column !== undefined) columns.push(column[at]!)
      values.push(value[at]!)
    }
  }
  return { row: new Int32Array(rows), column: new Int32Array(columns), value: new Float64Array(values) }
}

/** A stable order by row and column; undefined when the terms are in order already. */
function sortedOrder({ row, column }: Columns, count: number): Int32Array | undefined {
  const before = (a: number, b: number): number =>
    row[a]! - row[b]! || (column === undefined ? 0 : column[a]! - column[b]!)
  let sorted = true
  for (let k = 1; k < row.length && sorted; k++) sorted = before(k - 1, k) <= 0
  if (sorted) return undefined
  const order = Int32Array.from(row, (_, k) => k)
  // Counting sorts pay once the terms are not few against the variables.
  if (row.length * 8 < count) return order.sort((a, b) => before(a, b) || a - b)
  return countingSort(column === undefined ? order : countingSort(order, column, count), row, count)
}

function countingSort(order: Int32Array, keys: readonly number[], count: number): Int32Array {
  const start = new Int32Array(count + 1)
  for (const k of order) start[keys[k]! + 1]! += 1
  for (let v = 0; v < count; v++) start[v + 1]! += start[v]!
  const sorted = new Int32Array(order.length)
  for (const k of order) sorted[start[keys[k]!]!++] = k
  return sorted
}

/** Linear terms of these variables, one after the other and none kept: for long rows. */
export function* linearTerms(
  variables: Iterable<number>,
  bias: (v: number) => number,
): Generator<readonly [number, number]> {
  for (const v of variables) yield [v, bias(v)]
}

/** Value of the expression at a sample: one number per variable of the model. */
export function expressionValue(expression: Expression, sample: ArrayLike<number>): number {
  const { variables, linear, tails, heads, quadratic } = expression
  let value = expression.offset
  for (let k = 0; k < variables.length; k++) value += linear[k]! * sample[variables[k]!]!
  for (let k = 0; k < quadratic.length; k++) value += quadratic[k]! * sample[tails[k]!]! * sample[heads[k]!]!
  return value
}

/** The terms of an expression, for building another one from it. */
export function termsOf({ variables, linear, tails, heads, quadratic, offset }: Expression): Required<Terms> {
  return {
    linear: Array.from(variables, (v, k) => [v, linear[k]!] as const),
    quadratic: Array.from(quadratic, (bias, k) => [tails[k]!, heads[k]!, bias] as const),
    offset,
  }
}
