/** Options of the annealing sampler; each names the option of neal (dwave-samplers) it stands for. Data only. */
import { QaasError } from '../../errors.ts'
import type { AcceptanceCriterion } from '../kernels/thresholds.ts'
import { checkNumReads } from '../reads.ts'

/** `sparse`, `dense` and `multi-spin` are the kernels; `auto` picks by the structure of the model. */
export type AnnealingKernel = 'auto' | 'sparse' | 'dense' | 'multi-spin'

export interface AnnealingOptions {
  /** neal: `num_reads`. Default 1, or the number of initial states. */
  readonly numReads?: number
  /** neal: `num_sweeps`. Default 1000. */
  readonly numSweeps?: number
  /** neal: `num_sweeps_per_beta`. Default 1. */
  readonly numSweepsPerBeta?: number
  /**
   * neal: `beta_range`, inverse temperatures [hot, cold]. `probed` (the default) measures acceptance on the model;
   * `neal` is the rule of neal, often far too wide.
   */
  readonly betaRange?: readonly [hot: number, cold: number] | 'probed' | 'neal'
  /** neal: `beta_schedule_type`. Default geometric; `custom` takes `betaSchedule`. */
  readonly betaScheduleType?: 'geometric' | 'linear' | 'custom'
  /** neal: `beta_schedule`; only with the type `custom`, then it also fixes the number of sweeps. */
  readonly betaSchedule?: readonly number[]
  /** neal: `initial_states`, in the model's vartype, one state after the other. */
  readonly initialStates?: Int8Array
  /** neal: `initial_states_generator`, where reads outnumber the initial states. Default random. */
  readonly initialStatesGenerator?: 'none' | 'tile' | 'random'
  /** neal: `randomize_order`. As many spins as there are, drawn with replacement, a sweep. Default false. */
  readonly randomizeOrder?: boolean
  /** neal: `proposal_acceptance_criteria`. Default Metropolis; Gibbs accepts with probability 1 / (1 + exp(cost / T)). */
  readonly proposalAcceptanceCriteria?: AcceptanceCriterion
  /**
   * neal: `interrupt_function`. Called between reads (128 of them on the multi-spin kernel); true ends the run with the
   * reads done. It keeps all reads on this thread; `signal` and `timeLimitMs` of `sample()` do not, and act sooner.
   */
  readonly interruptFunction?: () => boolean
  readonly kernel?: AnnealingKernel
  /** `best` (the default) returns the best state each read has seen; `last` its last one, as neal does. */
  readonly keep?: 'best' | 'last'
}

/** What neal does when called without options. */
export const NEAL_DEFAULTS: AnnealingOptions = { betaRange: 'neal', keep: 'last' }

type Optional = 'numReads' | 'initialStates' | 'betaSchedule' | 'interruptFunction'
export type ResolvedAnnealing = Required<Omit<AnnealingOptions, Optional>> & Pick<AnnealingOptions, Optional>

/** Every sweep has its temperature in memory. */
const MAX_SWEEPS = 10_000_000

/** Defaults filled in. @throws QaasError `invalid-option` on a value that no run can have */
export function resolveAnnealing(options: AnnealingOptions): ResolvedAnnealing {
  const resolved = {
    betaRange: 'probed' as const,
    betaScheduleType: 'geometric' as const,
    initialStatesGenerator: 'random' as const,
    randomizeOrder: false,
    proposalAcceptanceCriteria: 'Metropolis' as const,
    kernel: 'auto' as const,
    keep: 'best' as const,
    numSweepsPerBeta: 1,
    ...options,
    numSweeps: sweepsOf(options),
  }
  refuseWords(resolved)
  checkNumReads(resolved.numReads)
  for (const [name, low] of [
    ['numSweeps', 0],
    ['numSweepsPerBeta', 1],
  ] as const) {
    const value = resolved[name]
    if (!(Number.isInteger(value) && value >= low && value <= MAX_SWEEPS))
      throw new QaasError(
        'invalid-option',
        `${name} must be an integer in ${low} .. ${MAX_SWEEPS}, it is ${value}`,
      )
  }
  refuseBetas(resolved)
  return resolved
}

/** Sweeps of a read. @throws QaasError `invalid-option` when a custom schedule is missing, unused or of another length */
function sweepsOf({ betaSchedule, betaScheduleType, numSweeps, numSweepsPerBeta = 1 }: AnnealingOptions) {
  if ((betaScheduleType === 'custom') !== (betaSchedule !== undefined))
    throw new QaasError(
      'invalid-option',
      `betaSchedule goes with betaScheduleType "custom", here it is "${betaScheduleType ?? 'geometric'}"`,
    )
  if (betaSchedule === undefined) return numSweeps ?? 1000
  const sweeps = betaSchedule.length * numSweepsPerBeta
  if (numSweeps !== undefined && numSweeps !== sweeps)
    throw new QaasError(
      'invalid-option',
      `numSweeps is ${numSweeps}, but betaSchedule has ${betaSchedule.length} entries of ${numSweepsPerBeta} sweeps`,
      { advice: 'Maybe leave numSweeps out.' },
    )
  return sweeps
}

const WORDS = {
  betaScheduleType: ['geometric', 'linear', 'custom'],
  initialStatesGenerator: ['none', 'tile', 'random'],
  proposalAcceptanceCriteria: ['Metropolis', 'Gibbs'],
  kernel: ['auto', 'sparse', 'dense', 'multi-spin'],
  keep: ['best', 'last'],
} as const

function refuseWords(options: ResolvedAnnealing): void {
  for (const [name, words] of Object.entries(WORDS) as [keyof typeof WORDS, readonly string[]][])
    if (!words.includes(options[name]))
      throw new QaasError('invalid-option', `${name} is "${options[name]}", it must be ${words.join(' or ')}`)
}

function refuseBetas({ betaRange, betaSchedule, betaScheduleType }: ResolvedAnnealing): void {
  const range = typeof betaRange === 'string' ? [] : betaRange
  const betas = betaSchedule ?? range
  for (const beta of betas)
    if (!(beta >= 0))
      throw new QaasError('invalid-option', `an inverse temperature must not be negative, it is ${beta}`)
  if (betaSchedule && range.length > 0 && (range[0] !== betaSchedule[0] || range[1] !== betaSchedule.at(-1)))
    throw new QaasError('invalid-option', `betaRange ${range.join(' .. ')} is not that of betaSchedule`, {
      advice: 'Maybe leave betaRange out.',
    })
  if (betaScheduleType === 'geometric' && betas.includes(0))
    throw new QaasError(
      'invalid-option',
      'a geometric schedule cannot begin or end at the inverse temperature 0',
      {
        advice: 'Maybe use betaScheduleType "linear", or a small number above 0.',
      },
    )
}
