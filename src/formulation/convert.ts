/** The rewrites a conversion may need, each asked for by name: formulate, penalise, relabel, change vartype, drop the offset. */
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import type { Bqm, Vartype } from './bqm.ts'
import { cqmToBqm } from './bridges/cqm-to-bqm.ts'
import { cqmToImplicitBqm } from './bridges/cqm-to-implicit.ts'
import type { DependencyForm } from './bridges/dependency-rows.ts'
import { formulate } from './bridges/formulate.ts'
import { instanceToCqm } from './bridges/instance-to-cqm.ts'
import { naturalMultiple, type PenaltyRow } from './bridges/penalty.ts'
import type { Cqm } from './cqm.ts'
import { MODEL_FORMATS, type Model, type ModelFormatName } from './files/formats.ts'
import type { ImplicitBqm } from './implicit-bqm.ts'
import { countCouplings, expand } from './implicit-energy.ts'
import { toBinary, toSpin } from './vartype.ts'

/** How constraints become penalties: proven sufficient, a weight, or a multiple of the natural weight. */
export type PenaltyChoice = 'bound' | { readonly weight: number } | { readonly natural: number }

export interface ConvertOptions {
  readonly penalty?: PenaltyChoice
  /** Rewrite constraints exactly as dimod's cqm_to_bqm; `penalty` may then only be a weight. */
  readonly asDimod?: boolean
  readonly dependencies?: DependencyForm
  /** More couplings than this are not written out; default 5 million. */
  readonly maxCouplings?: number
}

/** A model with what was done to get it, for people. */
export interface Converted {
  readonly model: Model
  readonly notes: readonly string[]
}

/** Formats whose labels must be plain words, so that instances are written with indices. */
const PLAIN_NAMES: readonly ModelFormatName[] = ['lp', 'mps']
/** Formats without any labels. */
const NO_NAMES: readonly ModelFormatName[] = ['coo', 'qbsolv', 'bqp', 'g-set']

/** The model of an instance in the form that the target format holds. */
export function instanceToModel(
  instance: Instance,
  target: ModelFormatName,
  options: ConvertOptions = {},
): Converted {
  const plain = PLAIN_NAMES.includes(target)
  const form = options.dependencies ?? (plain ? 'staircase' : undefined)
  const shared = {
    labels: plain ? ('indices' as const) : ('names' as const),
    ...(form === undefined ? {} : { dependencies: form }),
  }
  if (MODEL_FORMATS[target].kind === 'cqm') {
    const note = plain ? ['x_<i>_<j> is task i, from 0, on agent j'] : []
    return { model: { kind: 'cqm', cqm: instanceToCqm(instance, shared).cqm }, notes: note }
  }
  if (options.asDimod) return penalised(instanceToCqm(instance, shared).cqm, options)
  const { bqm, rows } = formulate(instance, {
    ...shared,
    penalty: formulatePenalty(options.penalty ?? 'bound'),
  })
  const explicit = written(bqm, options)
  const { labels: _names, ...unnamed } = explicit
  return {
    model: { kind: 'bqm', bqm: NO_NAMES.includes(target) ? unnamed : explicit },
    notes: penaltyNotes(rows),
  }
}

/** The BQM of a CQM with penalties for its constraints. */
export function penalised(cqm: Cqm, options: ConvertOptions): Converted {
  const { penalty = 'bound', asDimod = false } = options
  if (asDimod) {
    if (penalty !== 'bound' && !('weight' in penalty))
      throw new QaasError(
        'invalid-option',
        'dimod knows one weight for all constraints, no multiples of natural ones',
        {
          advice: 'Maybe give the weight itself.',
        },
      )
    const { bqm, lagrangeMultiplier, dropped } = cqmToBqm(
      cqm,
      penalty === 'bound' ? {} : { lagrangeMultiplier: penalty.weight },
    )
    const notes = [
      `constraints weigh ${lagrangeMultiplier}, as dimod's cqm_to_bqm; ${dropped.length} always hold`,
    ]
    return { model: { kind: 'bqm', bqm: written(bqm, options) }, notes }
  }
  const { bqm, rows } = cqmToImplicitBqm(cqm, {
    penalty:
      penalty === 'bound'
        ? 'bound'
        : 'weight' in penalty
          ? penalty.weight
          : (question) => naturalMultiple(question, penalty.natural),
  })
  return { model: { kind: 'bqm', bqm: written(bqm, options) }, notes: penaltyNotes(rows) }
}

function formulatePenalty(penalty: PenaltyChoice): 'bound' | number | { natural: number } {
  if (penalty === 'bound') return penalty
  return 'weight' in penalty ? penalty.weight : penalty
}

function written(bqm: ImplicitBqm, { maxCouplings = 5e6 }: ConvertOptions): Bqm {
  const couplings = countCouplings(bqm)
  if (couplings > maxCouplings)
    throw new QaasError(
      'too-large',
      `the explicit model would have ${couplings} couplings, the limit is ${maxCouplings}`,
      {
        advice: 'Maybe write the .cqm instead, which stays small, or raise --max-couplings.',
        data: { couplings, maxCouplings },
      },
    )
  return expand(bqm, Infinity)
}

function penaltyNotes(rows: readonly PenaltyRow[]): string[] {
  const reasons = new Map<string, number>()
  let tightened = 0
  for (const { method, weight, why, tightenedBy } of rows) {
    const reason = method === 'always-holds' ? `left out: ${why}` : `weight ${weight} (${why})`
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    if (tightenedBy > 0) tightened++
  }
  const notes = [...reasons].slice(0, 5).map(([reason, count]) => `${count} constraints: ${reason}`)
  if (reasons.size > 5) notes.push(`and ${reasons.size - 5} other weights`)
  if (tightened > 0)
    notes.push(`${tightened} constraints were tightened, their coefficients are no short decimals`)
  return notes
}

/** The model with x0, x1, ... and c0, c1, ... for labels; a BQM loses its labels. */
export function relabelled(model: Model): Model {
  if (model.kind === 'bqm') {
    const { labels: _labels, ...bqm } = model.bqm
    return { kind: 'bqm', bqm }
  }
  const { variables, constraints, objective } = model.cqm
  return {
    kind: 'cqm',
    cqm: {
      variables: { ...variables, labels: Array.from(variables.types, (_, v) => `x${v}`) },
      objective,
      constraints: constraints.map((constraint, row) => ({ ...constraint, label: `c${row}` })),
    },
  }
}

/** The BQM in the other vartype. @throws QaasError `unsupported` for CQMs, whose variables have types of their own */
export function withVartype(model: Model, vartype: Vartype): Model {
  if (model.kind === 'cqm')
    throw new QaasError('unsupported', 'a CQM has a type per variable, not one vartype', {
      advice: 'Maybe leave --vartype out, or turn constraints into penalties with --penalty.',
    })
  return { kind: 'bqm', bqm: vartype === 'SPIN' ? toSpin(model.bqm) : toBinary(model.bqm) }
}

/** The model without its constant; minima stay where they are. */
export function withoutOffset(model: Model): Model {
  if (model.kind === 'bqm') return { kind: 'bqm', bqm: { ...model.bqm, offset: 0 } }
  const { cqm } = model
  return { kind: 'cqm', cqm: { ...cqm, objective: { ...cqm.objective, offset: 0 } } }
}
