/** Runs QAOA on a problem from encoding to decoded shots, with the random baseline beside. Simulated, noiseless. */
import { QaasError } from '../../errors.ts'
import { type Decoding, decodeShots, type Rate, wilson } from './decodings.ts'
import { type Encoding, type EncodingOptions, encode } from './encoding.ts'
import type { QaoaProblem } from './problem.ts'
import { collectShots, decodeDigits, type Shots, uniformShots } from './shots.ts'
import { type TrainContext, type Training, type TrainOptions, train } from './train.ts'
import { createTrainee } from './trainee.ts'

export interface QaoaOptions extends EncodingOptions, TrainOptions {
  /** Measurements at the trained angles. Default 4000, the paper's number. */
  readonly shots?: number
  /** See `TraineeOptions`. */
  readonly arithmetic?: 'auto' | 'float64' | 'float32'
  readonly split?: boolean
  readonly normalise?: boolean
}

/** What the paper did: all pairs, biases as they are, no scaling, mean energy, COBYLA 8 x 80 from random angles. */
export const PAPER_PRESET: QaoaOptions & { readonly penalty: number } = {
  encoding: 'one-hot',
  mixer: 'x',
  centre: false,
  normalise: false,
  penalty: 50,
  objective: { kind: 'mean' },
  optimiser: 'cobyla',
  restarts: 8,
  evaluations: 80,
  start: 'random',
  shots: 4000,
}

export interface QaoaRun {
  readonly encoding: Encoding
  /** Basis states of each connected component; several mean that the state is a product of independent parts. */
  readonly componentStates: readonly number[]
  readonly training: Training
  /** Mean energy of the ansatz at the trained angles, penalty included. */
  readonly expectation: number
  /** Exact probability of a valid measurement, where it can be tabulated. */
  readonly exactValidRate?: number
  /** Least objective of all valid states, where it can be tabulated. */
  readonly optimum?: number
  /** Share of shots at the optimum, where it is known. */
  readonly optimumRate?: Rate
  readonly shots: Shots
  readonly decodings: readonly Decoding[]
  /** As many uniformly random bit strings under the same decodings. */
  readonly random: { readonly shots: Shots; readonly decodings: readonly Decoding[] }
}

/**
 * @throws QaasError `too-large` before allocation when a connected component does not fit in memory, `invalid-option` on
 * options out of range
 */
export async function runQaoa(
  problem: QaoaProblem,
  options: QaoaOptions,
  context: TrainContext,
): Promise<QaoaRun> {
  const { shots = 4000 } = options
  if (!(Number.isInteger(shots) && shots >= 1 && shots <= 10_000_000))
    throw new QaasError('invalid-option', `shots (${shots}) must be a whole number from 1 to 10,000,000`)
  const { rng, workers } = context
  const encoding = encode(problem, options)
  const trainee = createTrainee(encoding, { ...options, threads: workers?.size ?? 1, rng: rng.fork(1) })
  const training = await train(trainee, options, { ...context, rng: rng.fork(2) })
  const { simulator, scale } = trainee
  const angles = { gammas: training.gammas.map((gamma) => gamma * scale), betas: training.betas }
  if (workers && simulator.wantsThreads) await simulator.evolveTogether(angles, workers)
  else simulator.evolve(angles)
  const digits = simulator.sample(shots, rng.fork(3))
  const measured = collectShots(problem, decodeDigits(encoding, digits, problem.bqm.numVariables))
  const uniform = uniformShots(problem, encoding, { shots, rng: rng.fork(4) })
  const optimum = trainee.optimum()
  const exactValidRate = trainee.validRate()
  return {
    encoding,
    componentStates: simulator.components.map((component) => component.simulator.dimension),
    training,
    expectation: simulator.expectation() * scale,
    ...(exactValidRate === undefined ? {} : { exactValidRate }),
    ...(optimum === undefined ? {} : { optimum, optimumRate: optimumRate(measured, optimum) }),
    shots: measured,
    decodings: decodeShots(problem, measured),
    random: { shots: uniform, decodings: decodeShots(problem, uniform) },
  }
}

/** Share of all shots that are valid and at the optimum, up to rounding. */
export function optimumRate(shots: Shots, optimum: number): Rate {
  const limit = optimum + 1e-7 * Math.max(1, Math.abs(optimum))
  const hits = shots.counts.reduce(
    (sum, count, r) => sum + (shots.valid[r] && shots.energies[r]! <= limit ? count : 0),
    0,
  )
  return wilson(hits, shots.total)
}
