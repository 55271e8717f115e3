/** Solves a damped symmetric positive semidefinite system by Cholesky decomposition. */

/** What is added to the diagonal, relative to its mean. */
const DAMPING = 1e-7

/**
 * The solution of `(A + damping) x = b` restricted to `rows`.
 * @param matrix A, row by row, of `width` columns
 */
export function solveSymmetric(
  matrix: Float64Array,
  width: number,
  rows: readonly number[],
  right: Float64Array,
): Float64Array {
  const n = rows.length
  let trace = 0
  for (const row of rows) trace += matrix[row * width + row]!
  const damping = DAMPING * (trace / Math.max(1, n)) + 1e-300
  const lower = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[rows[i]! * width + rows[j]!]! + (i === j ? damping : 0)
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!
      lower[i * n + j] = i === j ? Math.sqrt(Math.max(sum, damping)) : sum / lower[j * n + j]!
    }
  }
  const x = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = right[rows[i]!]!
    for (let k = 0; k < i; k++) sum -= lower[i * n + k]! * x[k]!
    x[i] = sum / lower[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!
    for (let k = i + 1; k < n; k++) sum -= lower[k * n + i]! * x[k]!
    x[i] = sum / lower[i * n + i]!
  }
  return x
}
