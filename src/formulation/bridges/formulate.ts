/**
 * Instance -> implicit BQM and back: what a sampler needs to plan. Joins the bridges instance -> CQM and CQM ->
 * implicit BQM and chooses penalty weights by the kind of promise.
 */
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import type { Bqm } from '../bqm.ts'
import type { Cqm } from '../cqm.ts'
import type { ImplicitBqm } from '../implicit-bqm.ts'
import { countCouplings, expand } from '../implicit-energy.ts'
import { type CqmToImplicitOptions, cqmToImplicitBqm } from './cqm-to-implicit.ts'
import { type InstanceCqmOptions, instanceToCqm, type RowKind } from './instance-to-cqm.ts'
import { naturalMultiple, type PenaltyRow, type PenaltyRule } from './penalty.ts'

export interface FormulateOptions extends InstanceCqmOptions, Omit<CqmToImplicitOptions, 'penalty'> {
  /**
   * Weight per squared whole unit by which a row is missed. `bound` (default): sufficient, proven, and usually far
   * larger than needed. A number: for all rows. By kind: kinds left out are `bound`. `{ natural }`: that many times
   * the price at which one missed row costs as much as the dearest pair, for all rows or by kind (then 1 if left out).
   */
  readonly penalty?: 'bound' | number | PenaltyByKind | { readonly natural: number | PenaltyByKind }
}

export type PenaltyByKind = Readonly<Partial<Record<RowKind, number>>>

export interface Formulation {
  readonly instance: Instance
  readonly cqm: Cqm
  readonly bqm: ImplicitBqm
  /** Kind, weight and reason of every row of the CQM. */
  readonly kinds: readonly RowKind[]
  readonly rows: readonly PenaltyRow[]
  /** Couplings the explicit model would have. */
  countCouplings(): number
  /** The explicit model of equal energy. @throws QaasError `too-large` beyond `maxCouplings` (default 50 million) */
  explicit(maxCouplings?: number): Bqm
  /** The plan of a state; a task given to several agents keeps the further ones as `surplus`. */
  decode(state: ArrayLike<number>): Plan
  /** The state of least energy of a plan over eligible pairs. */
  encode(plan: Plan): Int8Array
}

export function formulate(instance: Instance, options: FormulateOptions = {}): Formulation {
  const { penalty = 'bound', ...rest } = options
  const bridge = instanceToCqm(instance, rest)
  const { cqm, kinds } = bridge
  const implicit = cqmToImplicitBqm(cqm, { ...rest, penalty: ruleOf(penalty, kinds) })
  return {
    instance,
    cqm,
    bqm: implicit.bqm,
    kinds,
    rows: implicit.rows,
    countCouplings: () => countCouplings(implicit.bqm),
    explicit: (maxCouplings) => expand(implicit.bqm, maxCouplings),
    decode: (state) => bridge.toPlan(implicit.decode(state)),
    encode: (plan) => implicit.encode(bridge.toSample(plan)),
  }
}

function ruleOf(penalty: NonNullable<FormulateOptions['penalty']>, kinds: readonly RowKind[]): PenaltyRule {
  if (penalty === 'bound' || typeof penalty === 'number') return penalty
  if ('natural' in penalty) {
    const { natural } = penalty
    return (question) =>
      naturalMultiple(
        question,
        typeof natural === 'number' ? natural : (natural[kinds[question.index]!] ?? 1),
      )
  }
  return ({ index }) => penalty[kinds[index]!] ?? 'bound'
}
