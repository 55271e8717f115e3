/** Sums over short float64 vectors. */

/** The scalar product, in the order of the entries. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** The Euclidean length. */
export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}
