/**
 * Takes wrong readings out of measured counts, on the strings that were measured only (M3 of Nation et al. 2021, arXiv
 * 2108.12518): solves the reduced confusion matrix by GMRES and takes the nearest distribution. Corrects expectations and
 * rates; it makes no new shots.
 */

import { QaasError } from '../../errors.ts'
import { dot, norm } from '../../numeric/vector.ts'

export interface ReadoutError {
  /** P(read 1 | 0) and P(read 0 | 1). */
  readonly readOneGivenZero: number
  readonly readZeroGivenOne: number
}

export interface Counts {
  readonly numBits: number
  /** Row r is `bits[r * numBits ..)`; rows are distinct. */
  readonly bits: Int8Array
  readonly counts: ArrayLike<number>
}

/** More distinct strings than this would need a sparse matrix that nobody has waited for. */
const MAX_STRINGS = 20_000
/** Entries of the reduced matrix between strings that differ in more bits than this are left out. */
const MAX_DISTANCE = 3

/**
 * Probability of each measured string before readout errors; they sum to 1, none is negative.
 * @throws QaasError `invalid-option` on error rates outside [0, 1/2), `too-large` beyond 20,000 distinct strings
 */
export function mitigateReadout({ numBits, bits, counts }: Counts, error: ReadoutError): Float64Array {
  for (const [name, rate] of Object.entries(error))
    if (!(rate >= 0 && rate < 0.5))
      throw new QaasError('invalid-option', `${name} (${rate}) must lie in [0, 0.5)`)
  const rows = counts.length
  if (rows > MAX_STRINGS)
    throw new QaasError(
      'too-large',
      `readout mitigation takes at most ${MAX_STRINGS} distinct strings, not ${rows}`,
    )
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0)
  const measured = Float64Array.from(counts, (count) => count / total)
  const matrix = reducedMatrix({ numBits, bits, rows }, error)
  return nearestDistribution(solve(matrix, measured))
}

interface Sparse {
  readonly start: Int32Array
  readonly column: Int32Array
  readonly value: Float64Array
}

/** A_rc = P(read string r | string c) among the measured strings, columns scaled to sum to 1. */
function reducedMatrix(
  { numBits, bits, rows }: { numBits: number; bits: Int8Array; rows: number },
  { readOneGivenZero: up, readZeroGivenOne: down }: ReadoutError,
): Sparse {
  const columns: number[][] = Array.from({ length: rows }, () => [])
  const values: number[][] = Array.from({ length: rows }, () => [])
  const columnSum = new Float64Array(rows)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < rows; c++) {
      let chance = 1
      let distance = 0
      for (let b = 0; b < numBits && distance <= MAX_DISTANCE; b++) {
        const [read, was] = [bits[r * numBits + b]!, bits[c * numBits + b]!]
        if (read !== was) distance++
        chance *= was === 0 ? (read === 0 ? 1 - up : up) : read === 1 ? 1 - down : down
      }
      if (distance > MAX_DISTANCE || chance === 0) continue
      columns[r]!.push(c)
      values[r]!.push(chance)
      columnSum[c]! += chance
    }
  const start = new Int32Array(rows + 1)
  columns.forEach((row, r) => {
    start[r + 1] = start[r]! + row.length
  })
  return {
    start,
    column: Int32Array.from(columns.flat()),
    value: Float64Array.from(
      values.flatMap((row, r) => row.map((value, k) => value / columnSum[columns[r]![k]!]!)),
    ),
  }
}

function multiply({ start, column, value }: Sparse, x: Float64Array): Float64Array {
  const y = new Float64Array(x.length)
  for (let r = 0; r < y.length; r++) {
    let sum = 0
    for (let k = start[r]!; k < start[r + 1]!; k++) sum += value[k]! * x[column[k]!]!
    y[r] = sum
  }
  return y
}

const MAX_ITERATIONS = 60
const TOLERANCE = 1e-10

/** GMRES (Saad and Schultz 1986) from the measured distribution, which the solution is close to. */
function solve(matrix: Sparse, target: Float64Array): Float64Array {
  const residual = multiply(matrix, target).map((value, r) => target[r]! - value)
  const size = norm(residual)
  if (size < TOLERANCE) return target
  const basis = [residual.map((value) => value / size)]
  const columns: number[][] = []
  const rotations: [number, number][] = []
  const right = [size]
  for (let k = 0; k < Math.min(MAX_ITERATIONS, target.length); k++) {
    const next = multiply(matrix, basis[k]!)
    const column = basis.map((vector) => {
      const overlap = dot(vector, next)
      for (let i = 0; i < next.length; i++) next[i]! -= overlap * vector[i]!
      return overlap
    })
    const rest = norm(next)
    rotations.forEach(([c, s], j) => {
      ;[column[j], column[j + 1]] = [c * column[j]! + s * column[j + 1]!, c * column[j + 1]! - s * column[j]!]
    })
    const length = Math.hypot(column[k]!, rest)
    const [c, s] = [column[k]! / length, rest / length]
    column[k] = length
    rotations.push([c, s])
    columns.push(column)
    right.push(-s * right[k]!)
    right[k] = c * right[k]!
    if (Math.abs(right[k + 1]!) < TOLERANCE || rest < 1e-14) break
    basis.push(next.map((value) => value / rest))
  }
  const solution = target.slice()
  const weights: number[] = []
  for (let k = columns.length - 1; k >= 0; k--) {
    let sum = right[k]!
    for (let j = k + 1; j < columns.length; j++) sum -= columns[j]![k]! * weights[j]!
    weights[k] = sum / columns[k]![k]!
  }
  weights.forEach((weight, k) => {
    for (let i = 0; i < solution.length; i++) solution[i]! += weight * basis[k]![i]!
  })
  return solution
}

/** The distribution closest to quasi-probabilities in Euclidean distance (Smolin, Gambetta, Smith 2012). */
export function nearestDistribution(quasi: Float64Array): Float64Array {
  const order = Uint32Array.from(quasi.keys()).sort((a, b) => quasi[a]! - quasi[b]!)
  const result = quasi.slice()
  let excess = quasi.reduce((sum, value) => sum + value, 0) - 1
  for (let k = 0; k < order.length; k++) {
    const share = excess / (order.length - k)
    const index = order[k]!
    if (quasi[index]! - share < 0) {
      excess -= quasi[index]!
      result[index] = 0
      continue
    }
    for (let j = k; j < order.length; j++) result[order[j]!]! -= share
    break
  }
  return result
}
