/** Measured states of a problem: distinct, counted, with their objective; raw material of every decoding. */
import { energyOf } from '../../formulation/energy.ts'
import type { Rng } from '../../numeric/rng.ts'
import type { Encoding } from './encoding.ts'
import { isValid, type QaoaProblem } from './problem.ts'

/** Row r is `bits[r * numVariables ..)`; rows are distinct and in the order they were first seen. */
export interface Shots {
  readonly numVariables: number
  readonly total: number
  readonly bits: Int8Array
  readonly counts: Int32Array
  /** The objective, without any penalty. */
  readonly energies: Float64Array
  readonly valid: Uint8Array
}

/** Merges equal rows of `bits`, each seen `counts` times (default once). */
export function collectShots(problem: QaoaProblem, bits: Int8Array, counts?: ArrayLike<number>): Shots {
  const n = problem.bqm.numVariables
  const rows = bits.length / n
  const seen = new Map<string, number>()
  const first: number[] = []
  const merged: number[] = []
  let total = 0
  for (let row = 0; row < rows; row++) {
    const count = counts?.[row] ?? 1
    total += count
    const key = String.fromCharCode(...packed(bits, row * n, n))
    const known = seen.get(key)
    if (known === undefined) {
      seen.set(key, first.length)
      first.push(row)
      merged.push(count)
    } else merged[known]! += count
  }
  const distinct = new Int8Array(first.length * n)
  first.forEach((row, r) => {
    distinct.set(bits.subarray(row * n, (row + 1) * n), r * n)
  })
  return {
    numVariables: n,
    total,
    bits: distinct,
    counts: Int32Array.from(merged),
    energies: Float64Array.from(first, (_, r) => energyOf(problem.bqm, distinct, r * n)),
    valid: Uint8Array.from(first, (_, r) => (isValid(problem, distinct, r * n) ? 1 : 0)),
  }
}

/** Fifteen bits a character. */
function packed(bits: Int8Array, at: number, n: number): number[] {
  const words: number[] = []
  for (let v = 0; v < n; v += 15) {
    let word = 0
    for (let k = v; k < Math.min(n, v + 15); k++) word = word * 2 + (bits[at + k]! & 1)
    words.push(word)
  }
  return words
}

/** Variables of measured digits, row after row. */
export function decodeDigits(encoding: Encoding, digits: Int32Array, numVariables: number): Int8Array {
  const width = encoding.ansatz.cost.levels.length
  const rows = digits.length / width
  const bits = new Int8Array(rows * numVariables)
  for (let row = 0; row < rows; row++)
    encoding.decode(digits.subarray(row * width, (row + 1) * width), bits, row * numVariables)
  return bits
}

/**
 * What uniformly random qubits give under the same decoding: the baseline of every figure. The subspace encoding lives on
 * one qubit per variable, so its random bits are those of the variables.
 */
export function uniformShots(
  problem: QaoaProblem,
  encoding: Encoding,
  { shots, rng }: { shots: number; rng: Rng },
): Shots {
  const n = problem.bqm.numVariables
  const coin = (): number => rng.nextUint32() >>> 31
  if (encoding.name === 'subspace' || encoding.name === 'one-hot')
    return collectShots(problem, Int8Array.from({ length: shots * n }, coin))
  const { levels } = encoding.ansatz.cost
  const digits = Int32Array.from({ length: shots * levels.length }, (_, k) =>
    rng.nextInt(levels[k % levels.length]!),
  )
  return collectShots(problem, decodeDigits(encoding, digits, n))
}
