/**
 * The constrained quadratic model: typed variables, a quadratic objective to minimise, linear and quadratic
 * constraints, hard or soft, all labelled. Data and its builder; judging a sample is in `evaluate-cqm.ts`.
 */
import { QaasError } from '../errors.ts'
import type { Label } from './bqm.ts'
import { checkLabels } from './bqm-builder.ts'
import { createExpression, type Expression, type Terms } from './expression.ts'

/** The position in this list is the type's code in `CqmVariables.types`, and in dimod's files. */
export const VARIABLE_TYPES = ['BINARY', 'SPIN', 'INTEGER', 'REAL'] as const

export type VariableType = (typeof VARIABLE_TYPES)[number]

export type Sense = '<=' | '>=' | '=='

export type PenaltyShape = 'linear' | 'quadratic'

/** Price of breaking a soft constraint by `amount`: weight * amount, or weight * amount^2. */
export interface Softness {
  /** At least 0. */
  readonly weight: number
  readonly penalty: PenaltyShape
}

export interface Constraint {
  readonly label: Label
  readonly lhs: Expression
  readonly sense: Sense
  readonly rhs: number
  /** Absent: the constraint is hard. */
  readonly soft?: Softness
  /** True for "exactly one of these binaries", when the writer of the model said so. */
  readonly discrete?: boolean
}

export interface CqmVariables {
  readonly count: number
  /** Code of each variable's type in `VARIABLE_TYPES`. */
  readonly types: Uint8Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** Absent when the labels are 0 .. count - 1. */
  readonly labels?: readonly Label[]
}

export interface Cqm {
  readonly variables: CqmVariables
  readonly objective: Expression
  readonly constraints: readonly Constraint[]
}

export interface VariableDocument {
  readonly type: VariableType
  readonly label?: Label
  readonly lower?: number
  readonly upper?: number
}

export interface ConstraintDocument {
  readonly terms: Terms
  readonly sense: Sense
  readonly rhs: number
  /** Left out: `c0`, `c1`, ... by position. */
  readonly label?: Label
  readonly soft?: Softness
  readonly discrete?: boolean
}

export interface CqmBuilder {
  readonly numVariables: number
  /** Appends a variable and returns its index. @throws QaasError `invalid-model` on impossible bounds */
  addVariable(variable: VariableDocument): number
  /** Replaces the objective, which is 0 until then. */
  setObjective(terms: Terms): void
  addConstraint(constraint: ConstraintDocument): void
  /** @throws QaasError `invalid-model` on labels used twice */
  build(): Cqm
}

/** Bounds a variable has when nobody says otherwise; dimod's defaults. */
export const DEFAULT_BOUNDS: Readonly<Record<VariableType, readonly [number, number]>> = {
  BINARY: [0, 1],
  SPIN: [-1, 1],
  INTEGER: [0, Number.MAX_SAFE_INTEGER],
  REAL: [0, 1e30],
}

export function createCqmBuilder(): CqmBuilder {
  const types: number[] = []
  const lower: number[] = []
  const upper: number[] = []
  const labels: (Label | undefined)[] = []
  const constraints: Constraint[] = []
  const expression = (terms: Terms): Expression => createExpression(terms, types)
  let objective = expression({})
  return {
    get numVariables() {
      return types.length
    },
    addVariable({ type, label, ...bounds }) {
      const [low, high] = boundsOf(type, bounds, label ?? types.length)
      types.push(VARIABLE_TYPES.indexOf(type))
      lower.push(low)
      upper.push(high)
      labels.push(label)
      return types.length - 1
    },
    setObjective(terms) {
      objective = expression(terms)
    },
    addConstraint({ terms, sense, rhs, label = `c${constraints.length}`, soft, discrete }) {
      if (!Number.isFinite(rhs))
        throw invalidModel(`constraint ${nameOf(label)} has the right-hand side ${rhs}`)
      if (soft !== undefined && !(soft.weight >= 0 && soft.weight < Infinity))
        throw invalidModel(
          `soft constraint ${nameOf(label)} has the weight ${soft.weight}, it must be at least 0`,
        )
      const lhs = expression(terms)
      constraints.push({
        label,
        lhs,
        sense,
        rhs,
        ...(soft ? { soft } : {}),
        ...(discrete ? { discrete } : {}),
      })
    },
    build() {
      checkLabels(
        constraints.map((constraint) => constraint.label),
        constraints.length,
      )
      const named = labels.some((label) => label !== undefined)
      const all = labels.map((label, v) => label ?? v)
      if (named) checkLabels(all, types.length)
      return {
        variables: {
          count: types.length,
          types: Uint8Array.from(types),
          lower: Float64Array.from(lower),
          upper: Float64Array.from(upper),
          ...(named ? { labels: all } : {}),
        },
        objective,
        constraints,
      }
    },
  }
}

/** The type of variable v. */
export function variableType({ variables }: Cqm, v: number): VariableType {
  return VARIABLE_TYPES[variables.types[v]!]!
}

/** The label of variable v of a model: its own, or its index. */
export function labelOf(labels: readonly Label[] | undefined, v: number): Label {
  return labels?.[v] ?? v
}

/** A label in messages and file names: JSON, so that 1 and "1" differ. */
export function nameOf(label: Label): string {
  return JSON.stringify(label)
}

function boundsOf(
  type: VariableType,
  { lower, upper }: Pick<VariableDocument, 'lower' | 'upper'>,
  label: Label,
): readonly [number, number] {
  const [low, high] = DEFAULT_BOUNDS[type]
  if (type === 'BINARY' || type === 'SPIN') return [low, high]
  const bounds = [lower ?? low, upper ?? high] as const
  if (!(bounds[0] <= bounds[1]) || bounds[0] === Infinity || bounds[1] === -Infinity)
    throw invalidModel(
      `variable ${nameOf(label)} has the bounds ${bounds[0]} and ${bounds[1]}`,
      'Maybe the lower and the upper bound are swapped.',
    )
  return bounds
}

function invalidModel(message: string, advice?: string): QaasError {
  return new QaasError('invalid-model', message, advice === undefined ? {} : { advice })
}
