/**
 * A BQM whose constraint squares stay rows: energy(x) = explicit(x) + sum_r weight_r (a_r . x - target_r)^2, over
 * BINARY variables. Data and its builder; energies are in `implicit-energy.ts`.
 *
 * A row of k variables costs k numbers here and k (k - 1) / 2 couplings when expanded: 144,000 numbers instead of
 * 19,538,946 couplings for the factory.
 */
import { QaasError } from '../errors.ts'
import { growable } from '../numeric/growable.ts'
import type { Bqm, Label } from './bqm.ts'
import { createBqmBuilder } from './bqm-builder.ts'

/** The squared rows, by row and by variable. Row r's terms are at `rowStart[r] .. rowStart[r + 1]`. */
export interface SquaredRows {
  readonly count: number
  readonly rowStart: Int32Array
  /** Ascending within a row, each at most once. */
  readonly variables: Int32Array
  readonly coefficients: Float64Array
  readonly target: Float64Array
  /** At least 0. */
  readonly weight: Float64Array
  /** 1 where the row asks for exactly one of its variables: all coefficients 1 and target 1. */
  readonly oneHot: Uint8Array
  /** What each row stands for; absent when nobody said. */
  readonly labels?: readonly Label[]
  /** Terms of variable v are at `columnStart[v] .. columnStart[v + 1]`: its rows and its coefficients there. */
  readonly columnStart: Int32Array
  readonly columnRows: Int32Array
  readonly columnCoefficients: Float64Array
}

export interface ImplicitBqm {
  readonly numVariables: number
  /** Linear biases, explicit couplings, offset and labels. BINARY. */
  readonly explicit: Bqm
  readonly rows: SquaredRows
}

/** One squared row: weight * (sum of coefficients * variables - target)^2. */
export interface SquaredRow {
  readonly variables: ArrayLike<number>
  /** Of each variable; left out, all 1. */
  readonly coefficients?: ArrayLike<number>
  readonly target: number
  readonly weight: number
  readonly label?: Label
}

export interface ImplicitBqmBuilder {
  readonly numVariables: number
  addVariable(): number
  addLinear(v: number, bias: number): void
  addQuadratic(u: number, v: number, bias: number): void
  addOffset(value: number): void
  /** Adds a row; a variable that comes twice has its coefficients added. */
  addSquaredRow(row: SquaredRow): void
  /** @throws QaasError `invalid-model` on numbers that are not finite or negative weights */
  build(labels?: readonly Label[]): ImplicitBqm
}

export function createImplicitBqmBuilder(numVariables = 0): ImplicitBqmBuilder {
  const explicit = createBqmBuilder('BINARY', numVariables)
  const rowStart = growable(Int32Array, 64)
  const variables = growable(Int32Array, 64)
  const coefficients = growable(Float64Array, 64)
  const target = growable(Float64Array, 64)
  const weight = growable(Float64Array, 64)
  const oneHot = growable(Uint8Array, 64)
  const labels: (Label | undefined)[] = []
  rowStart.push(0)
  return {
    get numVariables() {
      return explicit.numVariables
    },
    addVariable: explicit.addVariable,
    addLinear: explicit.addLinear,
    addQuadratic: explicit.addQuadratic,
    addOffset: explicit.addOffset,
    addSquaredRow(row) {
      checkRow(row, explicit.numVariables)
      const terms = mergedTerms(row)
      let ones = row.target === 1 && terms.variables.length > 0
      for (let k = 0; k < terms.variables.length; k++) {
        variables.push(terms.variables[k]!)
        coefficients.push(terms.coefficients[k]!)
        ones &&= terms.coefficients[k] === 1
      }
      rowStart.push(variables.length)
      target.push(row.target)
      weight.push(row.weight)
      oneHot.push(ones ? 1 : 0)
      labels.push(row.label)
    },
    build(variableLabels) {
      const built = explicit.build(variableLabels)
      const rows = {
        count: target.length,
        rowStart: rowStart.toArray(),
        variables: variables.toArray(),
        coefficients: coefficients.toArray(),
        target: target.toArray(),
        weight: weight.toArray(),
        oneHot: oneHot.toArray(),
        ...(labels.some((label) => label !== undefined)
          ? { labels: labels.map((label, row) => label ?? row) }
          : {}),
      }
      const columns = columnsOf(built.numVariables, rows)
      return { numVariables: built.numVariables, explicit: built, rows: { ...rows, ...columns } }
    },
  }
}

/** An implicit BQM from an explicit one and rows over its variables. */
export function createImplicitBqm(explicit: Bqm, rows: Iterable<SquaredRow>): ImplicitBqm {
  if (explicit.vartype !== 'BINARY')
    throw new QaasError('invalid-model', 'squared rows need a BINARY model, this one is SPIN', {
      advice: 'Maybe convert it with toBinary() first.',
    })
  const builder = createImplicitBqmBuilder(explicit.numVariables)
  for (const row of rows) builder.addSquaredRow(row)
  return { ...builder.build(), explicit }
}

function checkRow({ variables, coefficients, target, weight }: SquaredRow, numVariables: number): void {
  let finite = true
  if (coefficients !== undefined)
    for (let k = 0; k < coefficients.length && finite; k++) finite = Number.isFinite(coefficients[k])
  if (!finite || !Number.isFinite(target) || !Number.isFinite(weight) || weight < 0)
    throw new QaasError(
      'invalid-model',
      `a squared row has target ${target} and weight ${weight}; both and its coefficients must be finite, the weight at least 0`,
    )
  for (let k = 0; k < variables.length; k++) {
    const v = variables[k]!
    if (!Number.isInteger(v) || v < 0 || v >= numVariables)
      throw new QaasError('invalid-model', `there is no variable ${v}; the model has ${numVariables}`)
  }
}

/** Terms by rising variable, equal variables added. */
function mergedTerms({ variables, coefficients }: SquaredRow): {
  readonly variables: ArrayLike<number>
  readonly coefficients: ArrayLike<number>
} {
  const given = coefficients ?? new Float64Array(variables.length).fill(1)
  let ascending = true
  for (let k = 1; k < variables.length && ascending; k++) ascending = variables[k - 1]! < variables[k]!
  if (ascending) return { variables, coefficients: given }
  const sums = new Map<number, number>()
  for (let k = 0; k < variables.length; k++)
    sums.set(variables[k]!, (sums.get(variables[k]!) ?? 0) + given[k]!)
  const sorted = Int32Array.from(sums.keys()).sort()
  return { variables: sorted, coefficients: Float64Array.from(sorted, (v) => sums.get(v)!) }
}

type RowTerms = Pick<SquaredRows, 'count' | 'rowStart' | 'variables' | 'coefficients'>
type ColumnTerms = Pick<SquaredRows, 'columnStart' | 'columnRows' | 'columnCoefficients'>

function columnsOf(numVariables: number, rows: RowTerms): ColumnTerms {
  const columnStart = new Int32Array(numVariables + 1)
  for (const v of rows.variables) columnStart[v + 1]! += 1
  for (let v = 0; v < numVariables; v++) columnStart[v + 1]! += columnStart[v]!
  const next = columnStart.slice()
  const columnRows = new Int32Array(rows.variables.length)
  const columnCoefficients = new Float64Array(rows.variables.length)
  for (let r = 0; r < rows.count; r++)
    for (let k = rows.rowStart[r]!; k < rows.rowStart[r + 1]!; k++) {
      const at = next[rows.variables[k]!]!++
      columnRows[at] = r
      columnCoefficients[at] = rows.coefficients[k]!
    }
  return { columnStart, columnRows, columnCoefficients }
}
