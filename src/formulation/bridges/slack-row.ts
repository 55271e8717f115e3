/** Rewrites a . x <= rhs into weight (a . x + slack - rhs)^2 with slack bits of 0 .. rhs - least. */
import type { Label } from '../bqm.ts'
import { binaryBits, binaryCoefficients } from './binary-coefficients.ts'
import type { PlannedRow, Row } from './row.ts'
import { leftSide, rowFacts, setBits } from './row.ts'

export function slackRow(
  row: Row,
  addBit: (label: Label) => number,
  method: 'slack' | 'soft' = 'slack',
): PlannedRow {
  const { bits, coefficients, rhs, label } = row
  // A row no state can satisfy has no slack; it costs the least where it is missed by least.
  const slackRange = Math.max(0, rhs - row.least)
  const slacks = binaryCoefficients(slackRange)
  const slackBits = slacks.map((_, k) => addBit(['slack', label, k]))
  return {
    ...rowFacts(method, row),
    slackBits,
    addTo: (builder, weight) =>
      builder.addSquaredRow({
        variables: [...bits, ...slackBits],
        coefficients: [...coefficients, ...slacks],
        target: rhs,
        weight,
        label,
      }),
    fillSlack(state) {
      const spare = Math.min(slackRange, Math.max(0, rhs - leftSide(row, state)))
      setBits(state, slackBits, binaryBits(slackRange, spare))
    },
  }
}
