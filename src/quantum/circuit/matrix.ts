/** Small dense complex matrices, row by row, real and imaginary parts interleaved. For gates, not for states. */

export interface Matrix {
  readonly size: number
  /** Entry (r, c) is `data[2 (r size + c)] + i data[2 (r size + c) + 1]`. */
  readonly data: Float64Array
}

/** From rows of [real, imaginary] pairs. */
export function fromRows(rows: readonly (readonly (readonly number[])[])[]): Matrix {
  return { size: rows.length, data: Float64Array.from(rows.flat(2)) }
}

/** diag(e^(i angle)). */
export function diagonal(angles: readonly number[]): Matrix {
  const matrix = zeros(angles.length)
  angles.forEach((angle, k) => {
    matrix.data[2 * k * (angles.length + 1)] = Math.cos(angle)
    matrix.data[2 * k * (angles.length + 1) + 1] = Math.sin(angle)
  })
  return matrix
}

export function zeros(size: number): Matrix {
  return { size, data: new Float64Array(2 * size * size) }
}

/** `matrix` where the first (lowest) of the qubits is 1, identity where it is 0; the others shift up by one. */
export function controlled(matrix: Matrix): Matrix {
  const result = zeros(2 * matrix.size)
  for (let r = 0; r < matrix.size; r++) {
    result.data[2 * (2 * r * result.size + 2 * r)] = 1
    for (let c = 0; c < matrix.size; c++) {
      const to = 2 * ((2 * r + 1) * result.size + 2 * c + 1)
      const from = 2 * (r * matrix.size + c)
      result.data[to] = matrix.data[from]!
      result.data[to + 1] = matrix.data[from + 1]!
    }
  }
  return result
}

/** e^(i angle) times `matrix`. */
export function cis(angle: number, { size, data }: Matrix): Matrix {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const result = zeros(size)
  for (let k = 0; k < data.length; k += 2) {
    result.data[k] = c * data[k]! - s * data[k + 1]!
    result.data[k + 1] = s * data[k]! + c * data[k + 1]!
  }
  return result
}

/** a b: first `b`, then `a`. */
export function matrixProduct(a: Matrix, b: Matrix): Matrix {
  const { size } = a
  const result = zeros(size)
  for (let r = 0; r < size; r++)
    for (let c = 0; c < size; c++) {
      let [re, im] = [0, 0]
      for (let k = 0; k < size; k++) {
        const [p, q] = [2 * (r * size + k), 2 * (k * size + c)]
        re += a.data[p]! * b.data[q]! - a.data[p + 1]! * b.data[q + 1]!
        im += a.data[p]! * b.data[q + 1]! + a.data[p + 1]! * b.data[q]!
      }
      result.data[2 * (r * size + c)] = re
      result.data[2 * (r * size + c) + 1] = im
    }
  return result
}

/** Largest difference of an entry of `a` and `b` once the global phase of the largest entry is taken out. */
export function distanceUpToPhase(a: Matrix, b: Matrix): number {
  return vectorDistanceUpToPhase(a.data, b.data)
}

/** The same for any two interleaved complex vectors of one length. */
export function vectorDistanceUpToPhase(a: Float64Array, b: Float64Array): number {
  let [re, im] = [0, 0]
  for (let k = 0; k < a.length; k += 2) {
    re += a[k]! * b[k]! + a[k + 1]! * b[k + 1]!
    im += a[k]! * b[k + 1]! - a[k + 1]! * b[k]!
  }
  const norm = Math.hypot(re, im)
  const [c, s] = norm > 0 ? [re / norm, im / norm] : [1, 0]
  let worst = 0
  for (let k = 0; k < a.length; k += 2) {
    const dre = c * a[k]! - s * a[k + 1]! - b[k]!
    const dim = s * a[k]! + c * a[k + 1]! - b[k + 1]!
    worst = Math.max(worst, Math.hypot(dre, dim))
  }
  return worst
}
