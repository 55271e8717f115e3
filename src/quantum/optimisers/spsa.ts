/**
 * Simultaneous perturbation stochastic approximation (Spall 1998, "Implementation of the simultaneous perturbation
 * algorithm"): two evaluations a step whatever the dimension, made for noisy values.
 */
import type { Optimiser, Search } from './optimiser.ts'

export interface SpsaOptions {
  /** Steps the gains are planned for; the search goes on beyond them. Default 100. */
  readonly steps?: number
  /** Size of the perturbation of the first step. Default 0.1. */
  readonly perturbation?: number
  /** How far the first step should move each coordinate. Default 0.2. */
  readonly firstMove?: number
}

/** Exponents of the gain sequences; the practical values of Spall's section III. */
const ALPHA = 0.602
const GAMMA = 0.101
/** Perturbed pairs that estimate the size of the gradient before the first step. */
const CALIBRATION_PAIRS = 5

export function spsa({ steps = 100, perturbation = 0.1, firstMove = 0.2 }: SpsaOptions = {}): Optimiser {
  const stability = steps / 10
  return {
    name: 'spsa',
    needsGradient: false,
    *search(start, rng): Search {
      const x = start.slice()
      const signs = (): Float64Array => x.map(() => (rng.nextUint32() & 1 ? 1 : -1))
      const difference = function* (delta: Float64Array, c: number): Generator<Float64Array, number, Reply> {
        const above = (yield x.map((value, i) => value + c * delta[i]!)).value
        const below = (yield x.map((value, i) => value - c * delta[i]!)).value
        return (above - below) / (2 * c)
      }
      let size = 0
      for (let k = 0; k < CALIBRATION_PAIRS; k++)
        size += Math.abs(yield* difference(signs(), perturbation)) / CALIBRATION_PAIRS
      const a = size > 0 ? (firstMove * (stability + 1) ** ALPHA) / size : firstMove
      for (let k = 0; ; k++) {
        const delta = signs()
        const slope = yield* difference(delta, perturbation / (k + 1) ** GAMMA)
        const gain = a / (k + 1 + stability) ** ALPHA
        for (let i = 0; i < x.length; i++) x[i]! -= gain * slope * delta[i]!
        // The point itself is asked for now and then, so that the best point of the run is one of the path.
        if (k % 10 === 9) yield x
      }
    },
  }
}

type Reply = { readonly value: number }
