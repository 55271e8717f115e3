/** Rewrites a . x = rhs into weight (a . x - rhs)^2. */
import type { PlannedRow, Row } from './row.ts'
import { rowFacts } from './row.ts'

export function equalityRow(row: Row, method: 'equality' | 'soft'): PlannedRow {
  const { bits, coefficients, rhs, label } = row
  const oneHot = rhs === 1 && bits.length > 0 && coefficients.every((a) => a === 1)
  return {
    ...rowFacts(method, row),
    ...(oneHot && method === 'equality' ? { oneHot: bits } : {}),
    addTo: (builder, weight) =>
      builder.addSquaredRow({ variables: bits, coefficients, target: rhs, weight, label }),
    fillSlack() {},
  }
}
