/** Rewrites a . x <= rhs into a linear and a quadratic term of what is left to spare, without slack bits. */
import type { PlannedRow, Row } from './row.ts'
import { rowFacts } from './row.ts'

/** Weights of -h and of h^2 for a row with h left to spare, relative to the row's weight. */
export interface Unbalanced {
  readonly linear: number
  readonly quadratic: number
}

/** weight (-l h + q h^2) with h = rhs - a . x to spare: the series of exp(-h), arXiv 2211.13914, section II. */
export function unbalancedRow(row: Row, { linear, quadratic }: Unbalanced): PlannedRow {
  const { bits, coefficients, rhs, label } = row
  return {
    ...rowFacts('unbalanced', row),
    addTo(builder, weight) {
      bits.forEach((bit, k) => {
        builder.addLinear(bit, weight * linear * coefficients[k]!)
      })
      builder.addOffset(-weight * linear * rhs)
      builder.addSquaredRow({ variables: bits, coefficients, target: rhs, weight: weight * quadratic, label })
    },
    fillSlack() {},
  }
}
