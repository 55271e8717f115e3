/**
 * -ln(u) without a logarithm: 4,096 equal cells of (0, 1), each with the value of its middle. The first cell is
 * refined once more by the same table, so thresholds reach 17.3; kernels reject uphill moves beyond 12 temperatures
 * (probability 6e-6) without drawing.
 */
export const LOG_CELLS = 4096
/** ln(4096): added when the first cell is refined. */
export const LOG_TAIL: number = Math.fround(8.317766166719343)

export function fillLogTable(table: Float32Array): void {
  for (let cell = 0; cell < LOG_CELLS; cell++) table[cell] = -Math.log((cell + 0.5) / LOG_CELLS)
}
