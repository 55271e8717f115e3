/** One constraint of a CQM on its way into an implicit BQM: its row in whole units, its slack bits, its terms. */
import { QaasError } from '../../errors.ts'
import type { Label } from '../bqm.ts'
import { type Constraint, nameOf } from '../cqm.ts'
import type { ImplicitBqmBuilder } from '../implicit-bqm.ts'
import { type AffineForm, type BitRow, linearOverBits } from './affine.ts'
import { binaryBits, binaryCoefficients } from './binary-coefficients.ts'
import type { PenaltyRow } from './penalty.ts'
import { type WholeRow, wholeRow } from './whole-row.ts'

/** Weights of -h and of h^2 for a row with h left to spare, relative to the row's weight. */
export interface Unbalanced {
  readonly linear: number
  readonly quadratic: number
}

export interface PlannedRow extends Pick<PenaltyRow, 'method' | 'unit' | 'tightenedBy'> {
  readonly slackBits: readonly number[]
  readonly largestCoefficient: number
  /** True when a missed row is missed by at least 1. */
  readonly whole: boolean
  /** Weight and reason where the model, not the rule, sets them. */
  readonly fixedWeight?: number
  readonly why?: string
  /** The bits of which feasible states have exactly one. */
  readonly oneHot?: readonly number[]
  /** What a soft constraint can add to the energy of a feasible state. */
  readonly largestSoftPenalty: number
  addTo(builder: ImplicitBqmBuilder, weight: number): void
  /** Sets the slack bits of a state to the values of least energy. */
  fillSlack(state: Int8Array): void
}

export interface PlanContext {
  readonly forms: readonly AffineForm[]
  readonly addBit: (label: Label) => number
  readonly inequality: 'slack' | 'unbalanced'
  readonly unbalanced: Unbalanced
  readonly maxRange: number
}

/** A row a . x <= rhs or a . x = rhs over bits in whole units, with the least and most its left side can be. */
interface Row extends WholeRow {
  readonly label: Label
  readonly bits: readonly number[]
  readonly equality: boolean
  readonly least: number
  readonly most: number
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
  if (soft !== undefined) return softRow(row, soft, context)
  if (equality) return exactRow(row, 'equality')
  if (context.inequality === 'unbalanced') return unbalancedRow(row, context.unbalanced)
  if (row.rhs - row.least === 1 && row.most > row.rhs) return halfStepRow(row)
  return slackRow(row, context)
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
    ...common('always-holds'),
    fixedWeight: 0,
    why: 'holds for every state, so nothing is added',
    addTo() {},
    fillSlack() {},
  }
}

function common(method: PenaltyRow['method'], row?: Row) {
  return {
    method,
    unit: row?.unit ?? 1,
    tightenedBy: row?.tightenedBy ?? 0,
    whole: row?.whole ?? true,
    slackBits: [] as readonly number[],
    largestCoefficient: row?.coefficients.reduce((most, a) => Math.max(most, Math.abs(a)), 0) ?? 0,
    largestSoftPenalty: 0,
  }
}

/** weight (a . x - rhs)^2 */
function exactRow(row: Row, method: 'equality' | 'soft'): PlannedRow {
  const { bits, coefficients, rhs, label } = row
  const oneHot = rhs === 1 && bits.length > 0 && coefficients.every((a) => a === 1)
  return {
    ...common(method, row),
    ...(oneHot && method === 'equality' ? { oneHot: bits } : {}),
    addTo: (builder, weight) =>
      builder.addSquaredRow({ variables: bits, coefficients, target: rhs, weight, label }),
    fillSlack() {},
  }
}

/**
 * A row with two allowed values, rhs - 1 and rhs, needs no slack bit: weight / 2 ((a . x - rhs + 1/2)^2 - 1/4) is 0
 * at both and `weight` one beyond. At most one of several bits is such a row.
 */
function halfStepRow(row: Row): PlannedRow {
  const { bits, coefficients, rhs, label } = row
  return {
    ...common('half-step', row),
    addTo(builder, weight) {
      const half = { variables: bits, coefficients, target: rhs - 0.5, weight: weight / 2, label }
      builder.addSquaredRow(half)
      builder.addOffset(-weight / 8)
    },
    fillSlack() {},
  }
}

/** weight (a . x + slack - rhs)^2 with a slack of 0 .. rhs - least. */
function slackRow(row: Row, { addBit }: PlanContext, method: 'slack' | 'soft' = 'slack'): PlannedRow {
  const { bits, coefficients, rhs, label } = row
  // A row no state can satisfy has no slack; it costs the least where it is missed by least.
  const slackRange = Math.max(0, rhs - row.least)
  const slacks = binaryCoefficients(slackRange)
  const slackBits = slacks.map((_, k) => addBit(['slack', label, k]))
  return {
    ...common(method, row),
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

/** weight (-l h + q h^2) with h = rhs - a . x to spare: the series of exp(-h), arXiv 2211.13914, section II. */
function unbalancedRow(row: Row, { linear, quadratic }: Unbalanced): PlannedRow {
  const { bits, coefficients, rhs, label } = row
  return {
    ...common('unbalanced', row),
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

function softRow(
  row: Row,
  { weight, penalty }: NonNullable<Constraint['soft']>,
  context: PlanContext,
): PlannedRow {
  const over = Math.max(0, row.most - row.rhs)
  const under = row.equality ? Math.max(0, row.rhs - row.least) : 0
  const furthest = Math.max(over, under) * row.unit
  if (penalty === 'quadratic')
    return {
      ...(row.equality ? exactRow(row, 'soft') : slackRow(row, context, 'soft')),
      fixedWeight: weight * row.unit * row.unit,
      why: `the soft constraint's own weight ${weight}, per squared unit`,
      largestSoftPenalty: weight * furthest * furthest,
    }
  return linearSoftRow(row, weight, context)
}

/**
 * A price per unit missed needs to know by how much: a . x - over + under = rhs is made hard, `over` costs the price,
 * and so does `under` of an equality; of an inequality it is the slack and free.
 */
function linearSoftRow(row: Row, price: number, { addBit }: PlanContext): PlannedRow {
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
    ...common('soft', row),
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

function leftSide({ bits, coefficients }: Row, state: Int8Array): number {
  return bits.reduce((sum, bit, k) => sum + (state[bit] === 1 ? coefficients[k]! : 0), 0)
}

function setBits(state: Int8Array, bits: readonly number[], values: readonly number[]): void {
  bits.forEach((bit, k) => {
    state[bit] = values[k]!
  })
}
