/** Options of the annealing sampler; each names the option of neal (dwave-samplers) it stands for. Data only. */
import { QaasError } from '../../errors.ts'

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
  readonly kernel?: AnnealingKernel
  /** `best` (the default) returns the best state each read has seen; `last` its last one, as neal does. */
  readonly keep?: 'best' | 'last'
}

/** What neal does when called without options. */
export const NEAL_DEFAULTS: AnnealingOptions = { betaRange: 'neal', keep: 'last' }

export type ResolvedAnnealing = Required<Omit<AnnealingOptions, 'initialStates' | 'betaSchedule'>> &
  Pick<AnnealingOptions, 'initialStates' | 'betaSchedule'>

/** Defaults filled in. @throws QaasError `invalid-option` on a value that no run can have */
export function resolveAnnealing(options: AnnealingOptions): ResolvedAnnealing {
  const custom = options.betaScheduleType === 'custom'
  if (custom !== (options.betaSchedule !== undefined))
    throw new QaasError(
      'invalid-option',
      `betaSchedule goes with betaScheduleType "custom", here it is "${options.betaScheduleType ?? 'geometric'}"`,
    )
  const perBeta = options.numSweepsPerBeta ?? 1
  const resolved = {
    numReads: 1,
    betaRange: 'probed' as const,
    betaScheduleType: 'geometric' as const,
    initialStatesGenerator: 'random' as const,
    kernel: 'auto' as const,
    keep: 'best' as const,
    ...options,
    numSweepsPerBeta: perBeta,
    numSweeps: options.betaSchedule ? options.betaSchedule.length * perBeta : (options.numSweeps ?? 1000),
  }
  for (const [name, low] of [
    ['numReads', 1],
    ['numSweeps', 0],
    ['numSweepsPerBeta', 1],
  ] as const)
    if (!Number.isInteger(resolved[name]) || resolved[name] < low)
      throw new QaasError(
        'invalid-option',
        `${name} must be an integer of at least ${low}, it is ${resolved[name]}`,
      )
  const betas = options.betaSchedule ?? (typeof resolved.betaRange === 'string' ? [] : resolved.betaRange)
  for (const beta of betas)
    if (!(beta >= 0))
      throw new QaasError('invalid-option', `an inverse temperature must not be negative, it is ${beta}`)
  if (resolved.betaScheduleType === 'geometric' && betas[0] === 0)
    throw new QaasError('invalid-option', 'a geometric schedule cannot begin at the inverse temperature 0', {
      advice: 'Maybe use betaScheduleType "linear", or a small number above 0.',
    })
  return resolved
}
