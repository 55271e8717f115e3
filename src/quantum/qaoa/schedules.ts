/** Starting angles of QAOA in normalised units: random, a linear ramp, tabulated, or interpolated from fewer layers. */
import { QaasError } from '../../errors.ts'
import type { Rng } from '../../numeric/rng.ts'

export interface Schedule {
  readonly gammas: Float64Array
  readonly betas: Float64Array
}

/** Gammas in [0, 2), betas in [-pi / 2, pi / 2): a period of the X mixer, and about one of the phases at unit scale. */
export function randomSchedule(layers: number, rng: Rng): Schedule {
  return {
    gammas: Float64Array.from({ length: layers }, () => 2 * rng.nextFloat()),
    betas: Float64Array.from({ length: layers }, () => (rng.nextFloat() - 0.5) * Math.PI),
  }
}

/**
 * A linear ramp (Montanez-Barrera and Michielsen 2024, arXiv 2405.09169): the phase grows, the mixer fades. Betas are
 * negative because the start is the highest state of the mixers as they are written here.
 */
export function linearRamp(
  layers: number,
  { gamma = 0.75, beta = 0.75 }: { gamma?: number; beta?: number } = {},
): Schedule {
  return {
    gammas: Float64Array.from({ length: layers }, (_, l) => (gamma * (l + 0.5)) / layers),
    betas: Float64Array.from({ length: layers }, (_, l) => -beta * (1 - (l + 0.5) / layers)),
  }
}

/**
 * Angles that are optimal for the infinite Sherrington-Kirkpatrick model (Farhi, Goldstone, Gutmann, Zhou 2022, arXiv
 * 1910.08187, table 1), which rescaled weights make good for many models (Sureshbabu et al. 2024, arXiv 2305.15201).
 */
const FIXED: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[0.5], [0.3927]],
  [
    [0.3817, 0.6655],
    [0.496, 0.269],
  ],
  [
    [0.3297, 0.5688, 0.6406],
    [0.55, 0.3675, 0.2109],
  ],
  [
    [0.2949, 0.5144, 0.5586, 0.6429],
    [0.571, 0.4176, 0.3028, 0.1729],
  ],
]

/** @throws QaasError `unsupported` beyond the table's four layers */
export function fixedSchedule(layers: number): Schedule {
  const entry = FIXED[layers - 1]
  if (entry === undefined)
    throw new QaasError(
      'unsupported',
      `fixed angles are tabulated for 1 to ${FIXED.length} layers, not ${layers}`,
      {
        advice: 'Maybe start from the ramp or by interpolation.',
      },
    )
  return { gammas: Float64Array.from(entry[0]), betas: Float64Array.from(entry[1], (beta) => -beta) }
}

/** One layer more by linear interpolation (INTERP of Zhou et al. 2020, arXiv 1812.01041, appendix B). */
export function interpolated({ gammas, betas }: Schedule): Schedule {
  return { gammas: stretched(gammas), betas: stretched(betas) }
}

function stretched(angles: Float64Array): Float64Array {
  const p = angles.length
  return Float64Array.from(
    { length: p + 1 },
    (_, i) => (i / p) * (angles[i - 1] ?? 0) + ((p - i) / p) * (angles[i] ?? 0),
  )
}
