/**
 * Penalty weights by adaptive raising: start where a missed promise costs as much as the dearest pair, sample, and
 * raise the weights of the kinds that the best sample breaks, until one sample is feasible. The sampler is passed in.
 */
import { type Evaluation, evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import type { ViolationKind } from '../../model/violations.ts'
import { type FormulateOptions, type Formulation, formulate } from './formulate.ts'
import type { RowKind } from './instance-to-cqm.ts'

export interface CalibrateOptions extends Omit<FormulateOptions, 'penalty'> {
  /** Samples the formulation's BQM and returns states, in any order. */
  readonly sample: (formulation: Formulation, round: number) => Promise<readonly ArrayLike<number>[]>
  /** Multiple of the natural weights to start from; default 1. */
  readonly start?: number
  /** Default 2. */
  readonly factor?: number
  /** Default 12. */
  readonly maxRounds?: number
  /** Asked after every round; true ends calibration with the rounds done. */
  readonly mustStop?: () => boolean
}

/** One round of calibration: the multiples of the natural weights and what came of them. */
export interface CalibrationRound {
  readonly multiples: Readonly<Record<RowKind, number>>
  readonly numSamples: number
  readonly numFeasible: number
  /** Kinds broken by the sample that broke least. */
  readonly broken: readonly RowKind[]
}

export interface Calibration {
  /** The formulation of the last round; its rows say which weight and why. */
  readonly formulation: Formulation
  /** True when a sample of the last round was feasible. */
  readonly settled: boolean
  readonly rounds: readonly CalibrationRound[]
}

const KIND_OF: Readonly<Partial<Record<ViolationKind, RowKind>>> = {
  unassigned: 'assignment',
  'assigned-twice': 'assignment',
  'capacity-tasks': 'capacity-tasks',
  'capacity-tokens': 'capacity-tokens',
  budget: 'budget',
  'pool-budget': 'pool-budget',
  dependency: 'dependency',
}

const KINDS = [...new Set(Object.values(KIND_OF))] as readonly RowKind[]

export async function calibrate(instance: Instance, options: CalibrateOptions): Promise<Calibration> {
  const { sample, start = 1, factor = 2, maxRounds = 12, mustStop, ...rest } = options
  const multiples = Object.fromEntries(KINDS.map((kind) => [kind, start])) as Record<RowKind, number>
  const rounds: CalibrationRound[] = []
  for (;;) {
    const formulation = formulate(instance, {
      ...rest,
      penalty: { natural: multiples },
      // Where hard dependencies are priced products, the price is what is raised.
      dependencyPenaltyUsd: ((rest.dependencyPenaltyUsd ?? 100) * multiples.dependency) / start,
    })
    const states = await sample(formulation, rounds.length)
    const judged = states.map((state) => evaluate(instance, formulation.decode(state)))
    const numFeasible = judged.filter(({ feasible }) => feasible).length
    const broken = brokenKinds(judged)
    rounds.push({ multiples: { ...multiples }, numSamples: states.length, numFeasible, broken })
    if (numFeasible > 0 || rounds.length >= maxRounds || mustStop?.())
      return { formulation: explained(formulation, rounds), settled: numFeasible > 0, rounds }
    for (const kind of broken) multiples[kind] *= factor
  }
}

/** Kinds broken by the plan with the fewest violations; without samples, all. */
function brokenKinds(judged: readonly Evaluation[]): RowKind[] {
  if (judged.length === 0) return [...KINDS]
  const best = judged.reduce((least, one) => (one.violations.length < least.violations.length ? one : least))
  return [...new Set(best.violations.flatMap(({ kind }) => KIND_OF[kind] ?? []))]
}

function explained(formulation: Formulation, rounds: readonly CalibrationRound[]): Formulation {
  const { multiples } = rounds.at(-1)!
  const rows = formulation.rows.map((row, index) => {
    if (row.method === 'soft' || row.method === 'always-holds') return row
    const times = multiples[formulation.kinds[index]!]
    return { ...row, why: `calibrated: ${times} times the natural weight, after ${rounds.length} rounds` }
  })
  return { ...formulation, rows }
}
