/**
 * Minimisers of a few angles: every method is a generator that yields a point and is handed its value, so that one
 * method serves functions that answer now, later or with noise. `minimise` drives one and keeps the trace.
 */
import { QaasError } from '../../errors.ts'
import type { Rng } from '../../numeric/rng.ts'
import type { Pacer } from '../../solve/pacer.ts'

export interface Reply {
  readonly value: number
  /** Present when the optimiser needs it. */
  readonly gradient?: Float64Array
}

/** Yields points, takes their values, returns when it has converged. */
export type Search = Generator<Float64Array, void, Reply>

export interface Optimiser {
  readonly name: string
  readonly needsGradient: boolean
  /** A search from `start`; stochastic methods draw from `rng` only. */
  search(start: Float64Array, rng: Rng): Search
}

export interface OptimiserRun {
  readonly point: Float64Array
  readonly value: number
  readonly evaluations: number
  /** Every point asked for and its value, in order. */
  readonly trace: readonly { readonly point: Float64Array; readonly value: number }[]
  readonly end: 'converged' | 'evaluations' | 'interrupted'
}

export interface MinimiseOptions {
  readonly start: ArrayLike<number>
  readonly maxEvaluations: number
  readonly rng: Rng
  /** Looked at after every evaluation: lets the host breathe, and ends the run with the best point so far. */
  readonly pacer?: Pacer
}

/**
 * Minimises `evaluate` and returns the best point that was evaluated. A value of NaN counts as +Infinity.
 * @throws QaasError `invalid-option` when the start is empty or not finite, or no evaluation is allowed
 */
export async function minimise(
  optimiser: Optimiser,
  evaluate: (point: Float64Array) => Reply | Promise<Reply>,
  { start, maxEvaluations, rng, pacer }: MinimiseOptions,
): Promise<OptimiserRun> {
  const from = Float64Array.from(start)
  if (from.length === 0 || !from.every(Number.isFinite))
    throw new QaasError(
      'invalid-option',
      `start point (${from.join(', ')}) must be finite numbers, at least one`,
    )
  if (!(maxEvaluations >= 1))
    throw new QaasError('invalid-option', `evaluations (${maxEvaluations}) must be at least 1`)
  const trace: { point: Float64Array; value: number }[] = []
  const search = optimiser.search(from, rng)
  let best = { point: from, value: Number.POSITIVE_INFINITY }
  const finish = (end: OptimiserRun['end']): OptimiserRun => ({
    ...best,
    evaluations: trace.length,
    trace,
    end,
  })
  let step = search.next()
  while (!step.done) {
    if (trace.length >= maxEvaluations) return finish('evaluations')
    if (trace.length > 0 && pacer?.isDue() && (await pacer.pause())) return finish('interrupted')
    const point = step.value.slice()
    const answer = evaluate(point)
    // A plain value is not awaited: a turn of the event loop costs more than a small evaluation.
    const reply = 'value' in answer ? answer : await answer
    const value = Number.isNaN(reply.value) ? Number.POSITIVE_INFINITY : reply.value
    trace.push({ point, value })
    if (value < best.value) best = { point, value }
    step = search.next({ ...reply, value })
  }
  return finish('converged')
}
