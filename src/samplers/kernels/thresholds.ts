/**
 * How many temperatures an accepted move may cost, by random number: a table instead of a logarithm. The acceptance
 * criterion is in the table alone, so kernels do not know it. 4,096 equal cells of (0, 1) with the value of their
 * middle; the first and the last cell are refined once more. Kernels reject moves that cost more than 12 temperatures
 * (probability 6e-6) without drawing.
 */

/** Metropolis accepts an uphill move with probability exp(-x), Gibbs any move with 1 / (1 + exp(x)); x = cost / T. */
export type AcceptanceCriterion = 'Metropolis' | 'Gibbs'

const CELLS = 4096
/** Entries of a table: the cells, then the refined first and the refined last one. */
export const THRESHOLDS: number = 3 * CELLS
/** ln(4096): added when the first cell is refined. */
const LOG_TAIL = Math.fround(8.317766166719343)

export function fillThresholds(table: Float32Array, criterion: AcceptanceCriterion): void {
  for (let cell = 0; cell < CELLS; cell++) {
    const middle = (cell + 0.5) / CELLS
    if (criterion === 'Metropolis') {
      table[cell] = -Math.log(middle)
      table[CELLS + cell] = LOG_TAIL + table[cell]!
    } else {
      table[cell] = logOdds(middle)
      table[CELLS + cell] = logOdds(middle / CELLS)
      table[2 * CELLS + cell] = -logOdds((1 - middle) / CELLS)
    }
  }
  // Metropolis accepts costs of nearly nothing on numbers of nearly 1: nothing to refine.
  if (criterion === 'Metropolis') table.fill(table[CELLS - 1]!, 2 * CELLS)
}

/** ln((1 - u) / u): Gibbs accepts a cost of up to so many temperatures on the number u. */
const logOdds = (u: number): number => Math.log((1 - u) / u)

/** Costs, in temperatures, up to which moves are accepted without a random number. */
export const CERTAIN: Readonly<Record<AcceptanceCriterion, number>> = { Metropolis: 0, Gibbs: -12 }

/** The entry of `table` for 32 random bits. */
export function thresholdOf(bits: number, table: Float32Array): number {
  const cell = bits >>> 20
  const low = (bits >>> 8) & 4095
  return table[cell === 0 ? CELLS + low : cell === CELLS - 1 ? 2 * CELLS + low : cell]!
}
