/** Rewrites soft constraints into energy at their own price: a square, or a price per unit missed. */
import { QaasError } from '../../errors.ts'
import type { Label } from '../bqm.ts'
import { type Constraint, nameOf } from '../cqm.ts'
import { binaryBits, binaryCoefficients } from './binary-coefficients.ts'
import { equalityRow } from './equality-row.ts'
import type { PlannedRow, Row } from './row.ts'
import { leftSide, rowFacts, setBits } from './row.ts'
import { slackRow } from './slack-row.ts'

export function softRow(
  row: Row,
  { weight, penalty }: NonNullable<Constraint['soft']>,
  addBit: (label: Label) => number,
): PlannedRow {
  const over = Math.max(0, row.most - row.rhs)
  const under = row.equality ? Math.max(0, row.rhs - row.least) : 0
  const furthest = Math.max(over, under) * row.unit
  if (penalty === 'quadratic')
    return {
      ...(row.equality ? equalityRow(row, 'soft') : slackRow(row, addBit, 'soft')),
      fixedWeight: weight * row.unit * row.unit,
      why: `the soft constraint's own weight ${weight}, per squared unit`,
      largestSoftPenalty: weight * furthest * furthest,
    }
  return linearSoftRow(row, weight, addBit)
}

/**
 * A price per unit missed needs to know by how much: a . x - over + under = rhs is made hard, `over` costs the price,
 * and so does `under` of an equality; of an inequality it is the slack and free.
 */
function linearSoftRow(row: Row, price: number, addBit: (label: Label) => number): PlannedRow {
  const { bits, coefficients, rhs, label } = row
  if (!row.whole)
    throw new QaasError(
      'unsupported',
      `soft constraint ${nameOf(label)} has a linear price and no short decimals`,
      {
        advice: 'Maybe round its coefficients, or give it a quadratic price.',
      },
    )
  const [overRange, underRange] = [Math.max(0, row.most - rhs), Math.max(0, rhs - row.least)]
  const [overs, unders] = [binaryCoefficients(overRange), binaryCoefficients(underRange)]
  const overBits = overs.map((_, k) => addBit(['over', label, k]))
  const underBits = unders.map((_, k) => addBit([row.equality ? 'under' : 'slack', label, k]))
  const cost = price * row.unit
  return {
    ...rowFacts('soft', row),
    slackBits: [...overBits, ...underBits],
    largestSoftPenalty: cost * Math.max(overRange, row.equality ? underRange : 0),
    addTo(builder, weight) {
      overBits.forEach((bit, k) => {
        builder.addLinear(bit, cost * overs[k]!)
      })
      if (row.equality)
        underBits.forEach((bit, k) => {
          builder.addLinear(bit, cost * unders[k]!)
        })
      builder.addSquaredRow({
        variables: [...bits, ...overBits, ...underBits],
        coefficients: [...coefficients, ...overs.map((a) => -a), ...unders],
        target: rhs,
        weight,
        label,
      })
    },
    fillSlack(state) {
      const excess = leftSide(row, state) - rhs
      setBits(state, overBits, binaryBits(overRange, Math.max(0, excess)))
      setBits(state, underBits, binaryBits(underRange, Math.max(0, -excess)))
    },
  }
}
