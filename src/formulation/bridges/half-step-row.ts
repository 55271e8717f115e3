/** Rewrites an inequality with two allowed values into a square between them, without a slack bit. */
import type { PlannedRow, Row } from './row.ts'
import { rowFacts } from './row.ts'

/**
 * A row with two allowed values, rhs - 1 and rhs, needs no slack bit: weight / 2 ((a . x - rhs + 1/2)^2 - 1/4) is 0
 * at both and `weight` one beyond. At most one of several bits is such a row.
 */
export function halfStepRow(row: Row): PlannedRow {
  const { bits, coefficients, rhs, label } = row
  return {
    ...rowFacts('half-step', row),
    addTo(builder, weight) {
      const half = { variables: bits, coefficients, target: rhs - 0.5, weight: weight / 2, label }
      builder.addSquaredRow(half)
      builder.addOffset(-weight / 8)
    },
    fillSlack() {},
  }
}
