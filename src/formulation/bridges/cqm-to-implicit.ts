/**
 * Bridge: CQM -> implicit BQM, what `cqm_to_bqm` should be: labels kept in rows and slacks, fractional limits scaled
 * instead of truncated, integers from any bound, soft constraints at their price, a weight and a reason per row.
 */
import { QaasError } from '../../errors.ts'
import type { Bqm, Label } from '../bqm.ts'
import { type Constraint, type Cqm, labelOf, nameOf, variableType } from '../cqm.ts'
import { createImplicitBqmBuilder, type ImplicitBqm, type ImplicitBqmBuilder } from '../implicit-bqm.ts'
import { type AffineForm, substitute, valuesAt } from './affine.ts'
import { type EncodedInteger, encodeInteger, type IntegerEncoding } from './integer-encoding.ts'
import { type ObjectiveRange, objectiveRange } from './objective-range.ts'
import { chooseWeight, type PenaltyRow, type PenaltyRule } from './penalty.ts'
import { planRow } from './planned-row.ts'
import type { PlannedRow } from './row.ts'
import type { Unbalanced } from './unbalanced-row.ts'

export interface CqmToImplicitOptions {
  /** Default `bound`. */
  readonly penalty?: PenaltyRule
  /** An objective some feasible state is known to reach; makes `bound` smaller. */
  readonly knownObjective?: number
  /**
   * `slack` (default): bits that fill an inequality up, exact. `unbalanced`: a linear and a quadratic term without
   * bits (arXiv 2211.13914), not exact. Or per constraint.
   */
  readonly inequality?: InequalityMethod | ((constraint: Constraint, index: number) => InequalityMethod)
  /** Weights of the unbalanced terms relative to the row's weight; default 1 and 1/2, the series of exp(-h). */
  readonly unbalanced?: Unbalanced
  /** Default `binary`. */
  readonly encoding?: IntegerEncoding
  /** Price of a broken order of domain-wall bits; default 1. */
  readonly wallPenalty?: number
  /** Inequalities that would need more bits are coarsened to the safe side; default 20. */
  readonly maxSlackBits?: number
}

export type InequalityMethod = 'slack' | 'unbalanced'

export interface CqmToImplicit {
  readonly bqm: ImplicitBqm
  /** One for each constraint of the CQM, in its order. */
  readonly rows: readonly PenaltyRow[]
  /** The range the `bound` weights come from. */
  readonly range: ObjectiveRange
  /** Values of the CQM's variables at a state of the BQM. */
  decode(state: ArrayLike<number>): Float64Array
  /** The state of least energy that decodes to this sample: slacks fill every row as well as they can. */
  encode(sample: ArrayLike<number>): Int8Array
}

/** @throws QaasError `unsupported` on real variables, endless integers and quadratic constraints */
export function cqmToImplicitBqm(cqm: Cqm, options: CqmToImplicitOptions = {}): CqmToImplicit {
  const builder = createImplicitBqmBuilder()
  const labels: Label[] = []
  const addBit = (label: Label): number => {
    labels.push(label)
    return builder.addVariable()
  }
  const { forms, integers } = encodeVariables(cqm, addBit, options.encoding ?? 'binary')
  substitute(cqm.objective, forms, builder)
  const planned = cqm.constraints.map((constraint, index) =>
    planRow(constraint, {
      forms,
      addBit,
      inequality:
        typeof options.inequality === 'function'
          ? options.inequality(constraint, index)
          : (options.inequality ?? 'slack'),
      unbalanced: options.unbalanced ?? { linear: 1, quadratic: 0.5 },
      maxRange: 2 ** (options.maxSlackBits ?? 20) - 1,
    }),
  )
  const objective = builder.build().explicit
  const range = rangeOf(objective, planned, options.knownObjective)
  const largestBias = objective.linear.reduce((most, bias) => Math.max(most, Math.abs(bias)), 0)
  const rows = planned.map((row, index): PenaltyRow => {
    const constraint = cqm.constraints[index]!
    const question = { constraint, index, largestCoefficient: row.largestCoefficient, largestBias }
    const { weight, why } =
      row.fixedWeight === undefined
        ? chooseWeight(options.penalty ?? 'bound', question, range)
        : { weight: row.fixedWeight, why: row.why! }
    if (!(weight >= 0 && weight < Infinity))
      throw new QaasError(
        'invalid-option',
        `the penalty weight of ${nameOf(constraint.label)} is ${weight}`,
        {
          advice: 'Maybe use a finite number of at least 0, or "bound".',
        },
      )
    row.addTo(builder, weight)
    const proof = why + doubtOf(row)
    const { method, unit, tightenedBy, slackBits } = row
    return {
      label: constraint.label,
      method,
      weight,
      why: proof,
      unit,
      tightenedBy,
      slackBits: slackBits.length,
    }
  })
  for (const { bits } of integers.values())
    if (bits.ordered) addWalls(builder, bits, options.wallPenalty ?? 1)
  const bqm = builder.build(labels)
  return {
    bqm,
    rows,
    range,
    decode: (state) => valuesAt(cqm, forms, state),
    encode: (sample) => encodeSample({ cqm, forms, integers, planned, count: bqm.numVariables }, sample),
  }
}

/** What keeps a weight from being a proof, if anything. */
function doubtOf({ method, whole }: PlannedRow): string {
  if (method === 'unbalanced') return '; unbalanced terms prove nothing'
  return whole
    ? ''
    : '; its coefficients are no short decimals or its target lies off them, so nothing is proven'
}

/** The bits of one integer variable in the model. */
interface IntegerBits {
  readonly encoded: EncodedInteger
  readonly bits: { readonly ordered: boolean; readonly indices: readonly number[] }
}

/** Shared by the many variables that are a bit of their own. */
const ONE: readonly number[] = [1]

interface Encoded {
  readonly forms: AffineForm[]
  readonly integers: Map<number, IntegerBits>
}

function encodeVariables(cqm: Cqm, addBit: (label: Label) => number, encoding: IntegerEncoding): Encoded {
  const { count, lower, upper, labels } = cqm.variables
  const integers = new Map<number, IntegerBits>()
  const forms = Array.from({ length: count }, (_, v): AffineForm => {
    const type = variableType(cqm, v)
    const label = labelOf(labels, v)
    if (type === 'BINARY') return { offset: 0, bits: [addBit(label)], coefficients: ONE }
    if (type === 'SPIN') return { offset: -1, bits: [addBit(label)], coefficients: [2] }
    if (type === 'REAL')
      throw new QaasError('unsupported', `variable ${nameOf(label)} is real, a BQM has only bits`, {
        advice: 'Maybe make it an integer on a finer scale.',
      })
    const encoded = encodeInteger(lower[v]!, upper[v]!, encoding)
    const indices = encoded.coefficients.map((_, k) => addBit([label, k]))
    integers.set(v, { encoded, bits: { ordered: encoded.ordered, indices } })
    return { offset: encoded.lower, bits: indices, coefficients: encoded.coefficients }
  })
  return { forms, integers }
}

/** Price of bit k + 1 without bit k: x_(k+1) (1 - x_k). */
function addWalls(builder: ImplicitBqmBuilder, { indices }: IntegerBits['bits'], price: number): void {
  for (let k = 0; k + 1 < indices.length; k++) {
    builder.addLinear(indices[k + 1]!, price)
    builder.addQuadratic(indices[k]!, indices[k + 1]!, -price)
  }
}

/** The objective's range together with what soft constraints can add to a feasible state. */
function rangeOf(
  objective: Bqm,
  planned: readonly PlannedRow[],
  knownObjective: number | undefined,
): ObjectiveRange {
  const oneHot = planned.flatMap(({ oneHot: row }) => (row === undefined ? [] : [row]))
  const { lower, upper } = objectiveRange(objective, oneHot)
  const soft = planned.reduce((sum, row) => sum + row.largestSoftPenalty, 0)
  return { lower, upper: Math.min(upper + soft, knownObjective ?? Infinity) }
}

interface EncodeParts extends Encoded {
  readonly cqm: Cqm
  readonly planned: readonly PlannedRow[]
  readonly count: number
}

function encodeSample(
  { cqm, forms, integers, planned, count }: EncodeParts,
  sample: ArrayLike<number>,
): Int8Array {
  const state = new Int8Array(count)
  for (let v = 0; v < cqm.variables.count; v++) {
    const integer = integers.get(v)
    const value = sample[v]!
    if (integer === undefined) state[forms[v]!.bits[0]!] = value > 0 ? 1 : 0
    else
      integer.encoded.bitsOf(value).forEach((bit, k) => {
        state[integer.bits.indices[k]!] = bit
      })
  }
  for (const row of planned) row.fillSlack(state)
  return state
}
