/**
 * What an implicit BQM looks like to the annealer: its one-hot rows become groups in which exactly one variable is 1,
 * its slack bits vanish into the rows they serve. Not a kernel; nothing is sampled here.
 */
import type { ImplicitBqm } from '../../formulation/implicit-bqm.ts'

/** The slack bits of a row: together they take every multiple of `unit` from 0 to `max`. */
export interface Slack {
  readonly max: number
  readonly unit: number
  /** By falling coefficient, so that a greedy choice gives any value. */
  readonly variables: readonly number[]
  readonly coefficients: readonly number[]
}

export interface RowsStructure {
  /** Members of each group. */
  readonly groups: readonly Int32Array[]
  /** Group of each variable, -1 for free ones and -2 for slacks. */
  readonly groupOf: Int32Array
  /** Rows that are groups: they always hold. */
  readonly isGroupRow: Uint8Array
  readonly slacks: readonly (Slack | undefined)[]
}

/** Multiples are compared with this tolerance, relative to the unit. */
const UNIT_TOLERANCE = 1e-9

export function rowsStructure(model: ImplicitBqm): RowsStructure {
  const { rows, numVariables } = model
  const groupOf = new Int32Array(numVariables).fill(-1)
  const isGroupRow = new Uint8Array(rows.count)
  const groups: Int32Array[] = []
  for (let r = 0; r < rows.count; r++) {
    const members = rows.variables.slice(rows.rowStart[r]!, rows.rowStart[r + 1]!)
    // A row of weight 0 asks for nothing; a variable belongs to one group only.
    if (!rows.oneHot[r] || rows.weight[r] === 0 || members.some((v) => groupOf[v] !== -1)) continue
    for (const v of members) groupOf[v] = groups.length
    isGroupRow[r] = 1
    groups.push(members)
  }
  const slacks = Array.from({ length: rows.count }, (_, r) =>
    isGroupRow[r] ? undefined : slackOf(model, r, groupOf),
  )
  for (const slack of slacks) for (const v of slack?.variables ?? []) groupOf[v] = -2
  return { groups, groupOf, isGroupRow, slacks }
}

/** The bits that occur in row r alone, at no cost, when they count in steps of the least of them without a hole. */
function slackOf({ explicit, rows }: ImplicitBqm, r: number, groupOf: Int32Array): Slack | undefined {
  const bits: { v: number; a: number }[] = []
  for (let k = rows.rowStart[r]!; k < rows.rowStart[r + 1]!; k++) {
    const v = rows.variables[k]!
    const a = rows.coefficients[k]!
    const alone = rows.columnStart[v + 1]! - rows.columnStart[v]! === 1
    const free = explicit.linear[v] === 0 && explicit.rowStart[v] === explicit.rowStart[v + 1]
    if (alone && free && a > 0 && groupOf[v] === -1) bits.push({ v, a })
  }
  if (bits.length === 0) return undefined
  bits.sort((x, y) => x.a - y.a)
  const unit = bits[0]!.a
  let max = 0
  for (const { a } of bits) {
    const steps = a / unit
    if (Math.abs(steps - Math.round(steps)) > UNIT_TOLERANCE * steps || a > max + unit * (1 + UNIT_TOLERANCE))
      return undefined
    max += a
  }
  bits.reverse()
  return { max, unit, variables: bits.map(({ v }) => v), coefficients: bits.map(({ a }) => a) }
}

/** Sets the slack bits of a row whose other terms miss the target by `residual` to the value that costs least. */
export function setSlack(slack: Slack, residual: number, out: Int8Array): void {
  const wanted = Math.min(Math.max(-residual, 0), slack.max)
  let left = Math.floor(wanted / slack.unit + 0.5) * slack.unit
  slack.variables.forEach((v, k) => {
    const a = slack.coefficients[k]!
    const take = a <= left + 0.5 * slack.unit
    out[v] = take ? 1 : 0
    if (take) left -= a
  })
}
