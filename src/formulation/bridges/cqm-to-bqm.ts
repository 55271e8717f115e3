/**
 * Bridge: CQM -> BQM exactly as dimod's `cqm_to_bqm`, for comparison with Ocean: one Lagrange multiplier, slack bits
 * with the range truncated to a whole number. Kept as squared rows; `expand()` gives dimod's explicit model.
 *
 * Known faults of the original are kept, that is its point: fractional ranges lose their fraction and soft
 * constraints count as hard. `cqmToImplicitBqm` has neither. Slack names carry the constraint's label, where dimod
 * draws random ones.
 */
import { QaasError } from '../../errors.ts'
import type { Label } from '../bqm.ts'
import { type Constraint, type Cqm, labelOf, nameOf, variableType } from '../cqm.ts'
import { createImplicitBqmBuilder, type ImplicitBqm, type ImplicitBqmBuilder } from '../implicit-bqm.ts'
import { type AffineForm, linearOverBits, substitute, valuesAt } from './affine.ts'
import { binaryCoefficients } from './binary-coefficients.ts'

export interface CqmToBqmOptions {
  /** Default: 10 times the largest absolute bias of the objective over bits, or 1 when that is 0. */
  readonly lagrangeMultiplier?: number
}

export interface CqmToBqm {
  readonly bqm: ImplicitBqm
  readonly lagrangeMultiplier: number
  /** Constraints that hold for every state; dimod leaves them out with a warning. */
  readonly dropped: readonly Label[]
  /** Values of the CQM's variables at a state of the BQM; slacks are left out. */
  decode(state: ArrayLike<number>): Float64Array
}

/**
 * @throws QaasError `unsupported` on real variables, integers from other than 0 or up to less than 2, and quadratic
 * constraints; `invalid-model` on a constraint no state can satisfy
 */
export function cqmToBqm(cqm: Cqm, options: CqmToBqmOptions = {}): CqmToBqm {
  const builder = createImplicitBqmBuilder()
  const labels: Label[] = []
  const forms = variableForms(cqm, builder, labels)
  substitute(cqm.objective, forms, builder)
  const lagrangeMultiplier = options.lagrangeMultiplier ?? defaultMultiplier(cqm, builder)
  const dropped: Label[] = []
  for (const constraint of cqm.constraints) {
    if (constraint.lhs.quadratic.length > 0)
      throw new QaasError(
        'unsupported',
        `constraint ${nameOf(constraint.label)} is quadratic; its square would have degree four`,
        {
          advice: 'Maybe replace its products by variables of their own first.',
        },
      )
    const kept = addConstraint(constraint, { builder, labels, forms, lagrangeMultiplier })
    if (!kept) dropped.push(constraint.label)
  }
  return {
    bqm: builder.build(labels),
    lagrangeMultiplier,
    dropped,
    decode: (state) => valuesAt(cqm, forms, state),
  }
}

/** Integers first, as bits (v, 1), (v, 2), ... (v, top, 'msb'); then binaries and spins, as dimod orders them. */
function variableForms(cqm: Cqm, builder: ImplicitBqmBuilder, labels: Label[]): AffineForm[] {
  const { count, lower, upper, labels: given } = cqm.variables
  const forms: AffineForm[] = new Array(count)
  const bit = (label: Label): number => {
    labels.push(label)
    return builder.addVariable()
  }
  for (let v = 0; v < count; v++) {
    const type = variableType(cqm, v)
    const label = labelOf(given, v)
    if (type === 'REAL')
      throw unsupportedVariable(label, 'is real', 'Maybe make it an integer on a finer scale.')
    if (type !== 'INTEGER') continue
    if (lower[v] !== 0)
      throw unsupportedVariable(label, `has the lower bound ${lower[v]}, dimod encodes integers from 0 only`)
    const top = Math.floor(upper[v]!)
    if (top < 2 || !Number.isSafeInteger(top))
      throw unsupportedVariable(label, `has the upper bound ${upper[v]}, dimod encodes 2 and more`)
    const coefficients = binaryCoefficients(top)
    const bits = coefficients.map((coefficient, k) =>
      bit(k === coefficients.length - 1 ? [label, coefficient, 'msb'] : [label, coefficient]),
    )
    forms[v] = { offset: 0, bits, coefficients }
  }
  for (let v = 0; v < count; v++) {
    if (forms[v] !== undefined) continue
    const spin = variableType(cqm, v) === 'SPIN'
    forms[v] = { offset: spin ? -1 : 0, bits: [bit(labelOf(given, v))], coefficients: [spin ? 2 : 1] }
  }
  return forms
}

function unsupportedVariable(label: Label, what: string, advice?: string): QaasError {
  return new QaasError('unsupported', `variable ${nameOf(label)} ${what}`, {
    advice: advice ?? 'Maybe use the improved bridge, which takes any finite range.',
  })
}

function defaultMultiplier(cqm: Cqm, builder: ImplicitBqmBuilder): number {
  if (cqm.constraints.length === 0 || builder.numVariables === 0) return 0
  const { linear, biases } = builder.build().explicit
  const largest = (column: Float64Array): number =>
    column.reduce((most, bias) => Math.max(most, Math.abs(bias)), 0)
  return 10 * Math.max(largest(linear), largest(biases)) || 1
}

interface Target {
  readonly builder: ImplicitBqmBuilder
  readonly labels: Label[]
  readonly forms: readonly AffineForm[]
  readonly lagrangeMultiplier: number
}

/** Adds lambda (a . x + slack - ub)^2; false when the constraint always holds and is left out. */
function addConstraint({ label, lhs, sense, rhs }: Constraint, target: Target): boolean {
  const { builder, labels, forms, lagrangeMultiplier: weight } = target
  const { bits, coefficients, offset } = linearOverBits(lhs, forms)
  const equality = { variables: bits, coefficients, weight, label }
  if (sense === '==') {
    builder.addSquaredRow({ ...equality, target: rhs - offset })
    return true
  }
  const most = coefficients.reduce((sum, a) => sum + Math.max(0, a), 0)
  const least = coefficients.reduce((sum, a) => sum + Math.min(0, a), 0)
  const upper = sense === '<=' ? Math.min(most, rhs - offset) : most
  const lower = sense === '>=' ? Math.max(least, rhs - offset) : least
  if (most <= upper && least >= lower) return false
  if (upper < lower)
    throw new QaasError('invalid-model', `constraint ${nameOf(label)} cannot be satisfied by any state`, {
      data: { constraint: label },
    })
  const slacks = binaryCoefficients(Math.trunc(upper - lower))
  const slackBits = slacks.map((_, k) => {
    labels.push(`slack_${typeof label === 'string' ? label : nameOf(label)}_${k}`)
    return builder.addVariable()
  })
  builder.addSquaredRow({
    ...equality,
    variables: [...bits, ...slackBits],
    coefficients: [...coefficients, ...slacks],
    target: upper,
  })
  return true
}
