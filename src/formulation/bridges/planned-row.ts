/** Turns one constraint of a CQM into a row over bits and picks the rewrite that makes energy of it. */
import { QaasError } from '../../errors.ts'
import type { Label } from '../bqm.ts'
import { type Constraint, nameOf } from '../cqm.ts'
import { type AffineForm, type BitRow, linearOverBits } from './affine.ts'
import { equalityRow } from './equality-row.ts'
import { halfStepRow } from './half-step-row.ts'
import { type PlannedRow, type Row, rowFacts } from './row.ts'
import { slackRow } from './slack-row.ts'
import { softRow } from './soft-row.ts'
import { type Unbalanced, unbalancedRow } from './unbalanced-row.ts'
import { wholeRow } from './whole-row.ts'

export interface PlanContext {
  readonly forms: readonly AffineForm[]
  readonly addBit: (label: Label) => number
  readonly inequality: 'slack' | 'unbalanced'
  readonly unbalanced: Unbalanced
  readonly maxRange: number
}

export function planRow(constraint: Constraint, context: PlanContext): PlannedRow {
  const { label, lhs, sense, rhs, soft } = constraint
  if (lhs.quadratic.length > 0)
    throw new QaasError(
      'unsupported',
      `constraint ${nameOf(label)} is quadratic; its square would have degree four`,
      {
        advice: 'Maybe replace its products by variables of their own first.',
      },
    )
  const { bits, coefficients, offset }: BitRow = linearOverBits(lhs, context.forms)
  const linear = { coefficients, sense, rhs: rhs - offset, keepLimit: soft !== undefined }
  const equality = sense === '=='
  if (!equality && alwaysHolds(linear)) return nothingToDo()
  const whole = wholeRow(linear, context.maxRange)
  const row: Row = {
    ...whole,
    label,
    bits,
    equality,
    least: whole.coefficients.reduce((sum, a) => sum + Math.min(0, a), 0),
    most: whole.coefficients.reduce((sum, a) => sum + Math.max(0, a), 0),
  }
  if (soft !== undefined) return softRow(row, soft, context.addBit)
  if (equality) return equalityRow(row, 'equality')
  if (context.inequality === 'unbalanced') return unbalancedRow(row, context.unbalanced)
  if (row.rhs - row.least === 1 && row.most > row.rhs) return halfStepRow(row)
  return slackRow(row, context.addBit)
}

function alwaysHolds({
  coefficients,
  sense,
  rhs,
}: {
  coefficients: readonly number[]
  sense: string
  rhs: number
}) {
  const sign = sense === '<=' ? 1 : -1
  const most = coefficients.reduce((sum, a) => sum + Math.max(0, sign * a), 0)
  return most <= sign * rhs + 1e-9 * Math.max(1, Math.abs(rhs))
}

function nothingToDo(): PlannedRow {
  return {
    ...rowFacts('always-holds'),
    fixedWeight: 0,
    why: 'holds for every state, so nothing is added',
    addTo() {},
    fillSlack() {},
  }
}
