/** How the weight of a constraint is chosen, and the record of the choice that goes into every result. */
import type { Label } from '../bqm.ts'
import type { Constraint } from '../cqm.ts'
import type { ObjectiveRange } from './objective-range.ts'

/** What a rule may look at. */
export interface PenaltyQuestion {
  readonly constraint: Constraint
  readonly index: number
  /** Largest absolute coefficient of the row in whole units. */
  readonly largestCoefficient: number
  /** Largest absolute linear bias of the objective over bits. */
  readonly largestBias: number
}

/**
 * The weight of a row, per squared whole unit it is missed by. A number: that for all. `bound`: the objective's range
 * over the least squared violation, which suffices. A function: either, per constraint.
 */
export type PenaltyRule =
  | number
  | 'bound'
  | ((question: PenaltyQuestion) => number | 'bound' | ReasonedWeight)

/** A weight and why it was chosen, for people. */
export interface ReasonedWeight {
  readonly weight: number
  readonly why: string
}

/** What became of one constraint. */
export interface PenaltyRow {
  readonly label: Label
  readonly method: 'equality' | 'slack' | 'half-step' | 'unbalanced' | 'soft' | 'always-holds'
  /** Per squared whole unit; 0 for a row that always holds. */
  readonly weight: number
  /** Why that weight, for people. */
  readonly why: string
  /** What one whole unit of the row is in the constraint's own unit. */
  readonly unit: number
  /** How much of the feasible side rounding cut off, in the constraint's own unit; 0 when exact. */
  readonly tightenedBy: number
  readonly slackBits: number
}

/** `times` the natural weight, with its reason. */
export function naturalMultiple(question: PenaltyQuestion, times: number): ReasonedWeight {
  const weight = times * naturalWeight(question)
  return {
    weight,
    why: `${times} times the natural weight: largest bias ${short(question.largestBias)} over the largest coefficient ${short(question.largestCoefficient)} squared`,
  }
}

/** A price at which one missed constraint costs as much as the largest bias: where calibration starts. */
export function naturalWeight({ largestCoefficient, largestBias }: PenaltyQuestion): number {
  return (largestBias || 1) / Math.max(1, largestCoefficient) ** 2
}

/** Answers the rule for one row. */
export function chooseWeight(
  rule: PenaltyRule,
  question: PenaltyQuestion,
  range: ObjectiveRange,
): ReasonedWeight {
  const answer = typeof rule === 'function' ? rule(question) : rule
  if (typeof answer === 'object') return answer
  if (answer !== 'bound') return { weight: answer, why: `given: ${answer} per squared unit` }
  const width = Math.max(0, range.upper - range.lower)
  // Strictly above the width, so that an infeasible state never ties with the optimum.
  const weight = width === 0 ? 1 : width * (1 + 1e-6)
  return {
    weight,
    why: `sufficient: objective range ${short(width)} (from ${short(range.lower)} to ${short(range.upper)}) over the least squared violation 1`,
  }
}

/** A figure without the noise of its last digits. */
const short = (value: number): number => Number(value.toPrecision(9))
