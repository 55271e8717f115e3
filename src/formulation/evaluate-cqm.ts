/** Judges a sample against a CQM: objective, price of broken soft constraints, every violation by label. */
import type { Label } from './bqm.ts'
import { type Constraint, type Cqm, labelOf, variableType } from './cqm.ts'
import { expressionValue } from './expression.ts'

/** A hard constraint may be missed by ABSOLUTE + RELATIVE * |rhs|; dimod's tolerances. */
const TOLERANCE = { absolute: 1e-8, relative: 1e-6 }

export type CqmViolation =
  | { readonly kind: 'constraint'; readonly label: Label; readonly amount: number; readonly soft: boolean }
  | { readonly kind: 'domain'; readonly label: Label; readonly value: number }

export interface CqmEvaluation {
  readonly objective: number
  /** Price of all broken soft constraints. */
  readonly penalty: number
  /** True when no hard constraint is broken and every value lies in its variable's domain. */
  readonly feasible: boolean
  readonly violations: readonly CqmViolation[]
}

/** Judges `sample`, one number per variable in the variable's own type. */
export function evaluateCqm(cqm: Cqm, sample: ArrayLike<number>): CqmEvaluation {
  const violations: CqmViolation[] = outsideDomain(cqm, sample)
  let feasible = violations.length === 0
  let penalty = 0
  for (const constraint of cqm.constraints) {
    const { label, rhs, soft } = constraint
    const amount = violationOf(constraint, sample)
    if (soft !== undefined) penalty += soft.weight * (soft.penalty === 'linear' ? amount : amount * amount)
    if (amount <= TOLERANCE.absolute + TOLERANCE.relative * Math.abs(rhs)) continue
    violations.push({ kind: 'constraint', label, amount, soft: soft !== undefined })
    if (soft === undefined) feasible = false
  }
  return { objective: expressionValue(cqm.objective, sample), penalty, feasible, violations }
}

/** By how much the sample misses the constraint; 0 when it holds. */
export function violationOf({ lhs, sense, rhs }: Constraint, sample: ArrayLike<number>): number {
  const excess = expressionValue(lhs, sample) - rhs
  if (sense === '==') return Math.abs(excess)
  return Math.max(0, sense === '<=' ? excess : -excess)
}

function outsideDomain(cqm: Cqm, sample: ArrayLike<number>): CqmViolation[] {
  const { count, lower, upper, labels } = cqm.variables
  const violations: CqmViolation[] = []
  for (let v = 0; v < count; v++) {
    const value = sample[v]!
    const whole = variableType(cqm, v) === 'REAL' || Number.isInteger(value)
    const spin = variableType(cqm, v) !== 'SPIN' || value !== 0
    if (whole && spin && value >= lower[v]! && value <= upper[v]!) continue
    violations.push({ kind: 'domain', label: labelOf(labels, v), value })
  }
  return violations
}
