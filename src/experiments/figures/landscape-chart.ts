/** The energy over both angles of one layer as a heat map, with the optimiser's path. */
import type { ChartSpec } from '../../report/chart.ts'
import { titled } from './style.ts'

export interface LandscapeChart {
  /** At the lower left corners of the squares. */
  readonly cells: readonly { gamma: number; beta: number; energy: number }[]
  readonly path: readonly { gamma: number; beta: number }[]
  readonly window: { readonly gamma: readonly [number, number]; readonly beta: readonly [number, number] }
  /** Squares along each angle. */
  readonly steps: number
  readonly title: string
}

/** Best square ringed in red; the path in white, its end a diamond. */
export function landscapeChart({ cells, path, window, steps, title }: LandscapeChart): ChartSpec {
  const width = (window.gamma[1] - window.gamma[0]) / steps
  const height = (window.beta[1] - window.beta[0]) / steps
  const round = (value: number): number => Number(value.toPrecision(6))
  const squares = cells.map(({ gamma, beta, energy }) => ({
    g1: round(gamma),
    // A little over the next square, or the ground shows between them.
    g2: round(gamma + 1.1 * width),
    b1: round(beta),
    b2: round(beta + 1.1 * height),
    energy: round(energy),
  }))
  const best = cells.reduce((least, cell) => (cell.energy < least.energy ? cell : least))
  const steppedPath = path.map((point, step) => ({ ...point, step }))
  const axis = (field: string, name: string, domain: readonly number[]): object => ({
    field,
    type: 'quantitative',
    title: name,
    axis: { grid: false },
    scale: { domain: [...domain], zero: false, nice: false },
  })
  const gamma = (field: string): object => axis(field, 'gamma, radians per unit of energy', window.gamma)
  const beta = (field: string): object => axis(field, 'beta, radians', window.beta)
  const at = { x: gamma('gamma'), y: beta('beta') }
  return {
    width: 460,
    height: 340,
    title: titled(
      title,
      'White: the best training, diamond at its end. Red: least energy seen. Beyond the edges the path is cut off',
    ),
    layer: [
      {
        data: { values: squares },
        mark: { type: 'rect', clip: true, strokeWidth: 0, aria: false },
        encoding: {
          x: gamma('g1'),
          x2: { field: 'g2' },
          y: beta('b1'),
          y2: { field: 'b2' },
          color: {
            field: 'energy',
            type: 'quantitative',
            scale: { scheme: 'viridis' },
            title: 'mean energy',
          },
        },
      },
      {
        data: { values: steppedPath },
        mark: {
          type: 'line',
          clip: true,
          color: 'white',
          strokeWidth: 1.2,
          point: { color: 'white', size: 14 },
        },
        encoding: { ...at, order: { field: 'step' } },
      },
      {
        data: { values: steppedPath.slice(-1) },
        mark: {
          type: 'point',
          clip: true,
          shape: 'diamond',
          filled: true,
          size: 110,
          color: 'white',
          opacity: 1,
        },
        encoding: at,
      },
      {
        data: { values: [{ gamma: best.gamma + width / 2, beta: best.beta + height / 2 }] },
        mark: {
          type: 'point',
          clip: true,
          shape: 'circle',
          size: 140,
          color: 'red',
          strokeWidth: 2,
          opacity: 1,
        },
        encoding: at,
      },
    ],
  } as ChartSpec
}
