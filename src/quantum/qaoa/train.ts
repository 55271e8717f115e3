/** Trains the angles of a prepared problem: which starts, which optimiser, how many evaluations; keeps every trace. */
import { QaasError } from '../../errors.ts'
import type { Rng } from '../../numeric/rng.ts'
import type { Workers } from '../../solve/context.ts'
import type { Pacer } from '../../solve/pacer.ts'
import { cobyla } from '../optimisers/cobyla.ts'
import { lbfgs } from '../optimisers/lbfgs.ts'
import { nelderMead } from '../optimisers/nelder-mead.ts'
import { minimise, type Optimiser, type OptimiserRun, type Reply } from '../optimisers/optimiser.ts'
import { spsa } from '../optimisers/spsa.ts'
import { fixedSchedule, interpolated, linearRamp, randomSchedule, type Schedule } from './schedules.ts'
import type { Objective, Trainee } from './trainee.ts'

export const OPTIMISERS = ['cobyla', 'nelder-mead', 'spsa', 'l-bfgs', 'none'] as const
export type OptimiserName = (typeof OPTIMISERS)[number]

export const STARTS = ['random', 'ramp', 'fixed', 'interp'] as const
export type StartName = (typeof STARTS)[number]

export interface TrainOptions {
  /** The number of layers p. Default 1. */
  readonly layers?: number
  /** Default: the mean energy. */
  readonly objective?: Objective
  /** Default `cobyla`; `none` takes the start as it is. */
  readonly optimiser?: OptimiserName
  /** Runs from different starts. Default 8. Only random starts differ; the others run once. */
  readonly restarts?: number
  /** Evaluations of each run. Default 80. */
  readonly evaluations?: number
  /** Default `random`. Angles given are in the model's own units. */
  readonly start?: StartName | { readonly gammas: ArrayLike<number>; readonly betas: ArrayLike<number> }
}

/** One run of the optimiser. Angles in the model's units; values in those of the objective. */
export interface TrainingRun {
  readonly layers: number
  readonly value: number
  readonly evaluations: number
  readonly end: OptimiserRun['end']
  /** Every evaluation in order: gammas, betas, value. */
  readonly trace: readonly {
    readonly gammas: readonly number[]
    readonly betas: readonly number[]
    readonly value: number
  }[]
}

export interface Training {
  /** In the model's units. */
  readonly gammas: readonly number[]
  readonly betas: readonly number[]
  readonly value: number
  readonly evaluations: number
  readonly runs: readonly TrainingRun[]
}

const optimisers: Record<Exclude<OptimiserName, 'none'>, (evaluations: number) => Optimiser> = {
  cobyla: () => cobyla({ initialRadius: 0.3, finalRadius: 1e-5 }),
  'nelder-mead': () => nelderMead(),
  spsa: (evaluations) => spsa({ steps: Math.max(10, Math.floor(evaluations / 2)) }),
  'l-bfgs': () => lbfgs(),
}

/**
 * @throws QaasError `invalid-option` for fewer than one layer, restart or evaluation, or angles that do not fit;
 * `unsupported` where the objective has no gradient and the optimiser needs one
 */
export async function train(
  trainee: Trainee,
  options: TrainOptions,
  { rng, pacer, workers }: TrainContext,
): Promise<Training> {
  const { layers = 1, restarts = 8, evaluations = 80, optimiser = 'cobyla', start = 'random' } = options
  for (const [name, value] of Object.entries({ layers, restarts, evaluations }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new QaasError('invalid-option', `${name} (${value}) must be a whole number of at least 1`)
  const objective = options.objective ?? { kind: 'mean' }
  const attempt = async (schedule: Schedule, stream: number): Promise<TrainingRun> => {
    const own = { schedule, objective, optimiser, evaluations, rng: rng.fork(stream) }
    return oneRun(trainee, { ...own, ...(pacer ? { pacer } : {}), ...(workers ? { workers } : {}) })
  }
  const runs: TrainingRun[] = []
  const randomRuns = async (depth: number): Promise<void> => {
    for (let k = 0; k < restarts; k++) {
      if (runs.at(-1)?.end === 'interrupted') return
      runs.push(await attempt(randomSchedule(depth, rng.fork(1000 + k)), k))
    }
  }
  if (typeof start === 'object') runs.push(await attempt(given(start, layers, trainee.scale), 0))
  else if (start === 'random') await randomRuns(layers)
  else if (start === 'ramp') runs.push(await attempt(linearRamp(layers), 0))
  else if (start === 'fixed') runs.push(await attempt(fixedSchedule(layers), 0))
  else {
    await randomRuns(1)
    for (let depth = 2; depth <= layers; depth++) {
      const last = bestOf(runs.filter((run) => run.layers === depth - 1))
      runs.push(await attempt(interpolated(scheduleOf(last, trainee.scale)), depth))
    }
  }
  const best = bestOf(runs.filter((run) => run.layers === layers))
  return {
    ...anglesOf(best),
    value: best.value,
    evaluations: runs.reduce((sum, run) => sum + run.evaluations, 0),
    runs,
  }
}

/** What the outside gives to training. */
export interface TrainContext {
  readonly rng: Rng
  readonly pacer?: Pacer
  /** Share the layers of large components. */
  readonly workers?: Workers
}

interface RunOptions {
  readonly schedule: Schedule
  readonly objective: Objective
  readonly optimiser: OptimiserName
  readonly evaluations: number
  readonly rng: Rng
  readonly pacer?: Pacer
  readonly workers?: Workers
}

async function oneRun(trainee: Trainee, options: RunOptions): Promise<TrainingRun> {
  const { schedule, objective, optimiser, evaluations, rng, pacer, workers } = options
  const layers = schedule.gammas.length
  const split = (point: Float64Array): { gammas: Float64Array; betas: Float64Array } => ({
    gammas: point.subarray(0, layers),
    betas: point.subarray(layers),
  })
  const needsGradient = optimiser === 'l-bfgs'
  const { simulator } = trainee
  const evaluate = (point: Float64Array): Reply | Promise<Reply> => {
    const angles = split(point)
    if (needsGradient) return trainee.gradient(objective, angles)
    const answer = (): Reply => ({ value: trainee.value(objective) })
    if (workers && simulator.wantsThreads) return simulator.evolveTogether(angles, workers).then(answer)
    simulator.evolve(angles)
    return answer()
  }
  const start = Float64Array.of(...schedule.gammas, ...schedule.betas)
  const run: OptimiserRun =
    optimiser === 'none'
      ? await untrained(start, evaluate)
      : await minimise(optimisers[optimiser](evaluations), evaluate, {
          start,
          maxEvaluations: evaluations,
          rng,
          ...(pacer ? { pacer } : {}),
        })
  return {
    layers,
    value: run.value,
    evaluations: run.evaluations,
    end: run.end,
    trace: run.trace.map(({ point, value }) => ({
      gammas: Array.from(point.subarray(0, layers), (gamma) => gamma / trainee.scale),
      betas: Array.from(point.subarray(layers)),
      value,
    })),
  }
}

async function untrained(
  point: Float64Array,
  evaluate: (point: Float64Array) => Reply | Promise<Reply>,
): Promise<OptimiserRun> {
  const { value } = await evaluate(point)
  return { point, value, evaluations: 1, trace: [{ point, value }], end: 'converged' }
}

function given(
  { gammas, betas }: { gammas: ArrayLike<number>; betas: ArrayLike<number> },
  layers: number,
  scale: number,
): Schedule {
  if (gammas.length !== layers || betas.length !== layers)
    throw new QaasError(
      'invalid-option',
      `${layers} layers take ${layers} gammas and betas; got ${gammas.length} and ${betas.length}`,
    )
  return { gammas: Float64Array.from(gammas, (gamma) => gamma * scale), betas: Float64Array.from(betas) }
}

function bestOf(runs: readonly TrainingRun[]): TrainingRun {
  return runs.reduce((best, run) => (run.value < best.value ? run : best))
}

/** The angles of a run's best evaluation. */
function anglesOf({ trace, value }: TrainingRun): { gammas: readonly number[]; betas: readonly number[] } {
  const { gammas, betas } = trace.find((entry) => entry.value === value) ?? trace[0]!
  return { gammas, betas }
}

function scheduleOf(run: TrainingRun, scale: number): Schedule {
  const { gammas, betas } = anglesOf(run)
  return { gammas: Float64Array.from(gammas, (gamma) => gamma * scale), betas: Float64Array.from(betas) }
}
