/**
 * Coefficients of bits whose sums are exactly 0 .. range: 1, 2, 4, ... and a clipped last one, so that no value lies
 * above the range (Karimi and Ronagh, arXiv 1706.01945; dimod's slacks): 25 gives 1, 2, 4, 8, 10.
 */
export function binaryCoefficients(range: number): number[] {
  if (range < 1) return []
  const bits = Math.floor(Math.log2(range))
  return [...Array.from({ length: bits }, (_, k) => 2 ** k), range - 2 ** bits + 1]
}

/** Which bits of `binaryCoefficients(range)` add up to `value`, a whole number in 0 .. range. */
export function binaryBits(range: number, value: number): number[] {
  const coefficients = binaryCoefficients(range)
  const last = coefficients.at(-1) ?? 0
  const withLast = value > range - last ? 1 : 0
  const rest = value - withLast * last
  return coefficients.map((_, k) =>
    k === coefficients.length - 1 ? withLast : Math.floor(rest / 2 ** k) % 2,
  )
}
