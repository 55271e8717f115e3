/** The charts of the experiments as Vega-Lite specifications; drawing is the report's business. */
import type { ChartSpec } from '../report/chart.ts'
import type { Landscape, ShotReport } from './judge.ts'

const SIZE = { width: 460, height: 300 } as const
const PERCENT = { format: '.0%' } as const

const dashed = (value: number, label: string): object[] => [
  {
    data: { values: [{ value }] },
    mark: { type: 'rule', strokeDash: [5, 4], color: '#444' },
    encoding: { y: { field: 'value', type: 'quantitative' } },
  },
  {
    data: { values: [{ value }] },
    mark: { type: 'text', align: 'left', dx: 4, dy: -7, fontSize: 11, color: '#444', text: label },
    encoding: { y: { field: 'value', type: 'quantitative' }, x: { value: 0 } },
  },
]

/** Valid rate against qubits, settings by colour and devices by shape, on a logarithmic scale. */
export function validRateByQubits(
  points: readonly { qubits: number; setting: string; source: string; valid: number }[],
): ChartSpec {
  return {
    ...SIZE,
    title: 'Valid rate against qubits (noise models of three Herons)',
    data: { values: [...points] },
    mark: { type: 'line', point: { size: 50 } },
    encoding: {
      x: { field: 'qubits', type: 'ordinal', title: 'qubits', axis: { labelAngle: 0 } },
      y: {
        field: 'valid',
        type: 'quantitative',
        title: 'valid rate',
        scale: { type: 'log' },
        axis: { format: '.1%' },
      },
      color: { field: 'setting', type: 'nominal', title: 'setting' },
      strokeDash: { field: 'source', type: 'nominal', title: 'device' },
    },
  } as ChartSpec
}

export interface ValidPoint {
  readonly setting: string
  readonly layers: number
  readonly cz: number
  readonly valid: number
  readonly low?: number
  readonly high?: number
}

/** Valid rate against two-qubit gates with the line of coin flips. */
export function validRateByGates(points: readonly ValidPoint[], random: number): ChartSpec {
  return {
    ...SIZE,
    title: 'Valid rate against two-qubit gates, 12 qubits, ibm_fez',
    layer: [
      {
        data: {
          values: points.map((point) => ({
            ...point,
            low: point.low ?? point.valid,
            high: point.high ?? point.valid,
          })),
        },
        encoding: {
          x: { field: 'cz', type: 'quantitative', title: 'CZ gates after transpiling' },
          color: { field: 'setting', type: 'nominal', title: 'setting' },
        },
        layer: [
          {
            mark: { type: 'rule' },
            encoding: {
              y: { field: 'low', type: 'quantitative', title: 'valid rate', axis: PERCENT },
              y2: { field: 'high' },
            },
          },
          {
            mark: { type: 'line', point: { size: 60 } },
            encoding: { y: { field: 'valid', type: 'quantitative' }, order: { field: 'layers' } },
          },
          {
            mark: { type: 'text', dx: 10, dy: -8, fontSize: 10 },
            encoding: {
              y: { field: 'valid', type: 'quantitative' },
              text: { field: 'layers', type: 'nominal' },
            },
          },
        ],
      },
      ...dashed(random, 'coin flips (numbers at points: layers p)'),
    ],
  } as ChartSpec
}

/** Share of all shots with at least a given approximation ratio; invalid shots count as none. */
export function ratioCurves(
  curves: readonly { label: string; outcomes: ShotReport['outcomes']; shots: number }[],
): ChartSpec {
  const values = curves.flatMap(({ label, outcomes, shots }) => {
    const sorted = outcomes.toSorted((a, b) => b.judged.ratio - a.judged.ratio)
    let seen = 0
    const points = [{ label, ratio: 1, share: 0 }]
    for (const { judged, count } of sorted) {
      seen += count
      points.push({ label, ratio: judged.ratio, share: seen / shots })
    }
    return [...points, { label, ratio: 0, share: seen / shots }]
  })
  return {
    ...SIZE,
    title: 'Shots that are valid and at least this good',
    data: { values },
    mark: { type: 'line', interpolate: 'step-before' },
    encoding: {
      x: {
        field: 'ratio',
        type: 'quantitative',
        title: 'approximation ratio (1 = optimum, 0 = worst assignment)',
        scale: { reverse: true },
      },
      y: { field: 'share', type: 'quantitative', title: 'share of all shots', axis: PERCENT },
      color: { field: 'label', type: 'nominal', title: null },
    },
  } as ChartSpec
}

/** Counts of every assignment from cheap to dear; the optimum stands out. */
export function histogram(report: ShotReport, landscape: Landscape, title: string): ChartSpec {
  const counts = new Map(report.outcomes.map(({ judged, count }) => [judged, count]))
  const least = landscape.all[0]!.objective + 1e-9
  const values = landscape.all.map((judged, rank) => ({
    rank,
    count: counts.get(judged) ?? 0,
    kind: judged.objective <= least ? 'optimum' : 'valid',
  }))
  const invalid = report.shots - report.outcomes.reduce((sum, { count }) => sum + count, 0)
  values.push({ rank: landscape.all.length + 2, count: invalid, kind: 'all invalid readings' })
  return {
    width: 620,
    height: 260,
    title,
    data: { values },
    mark: { type: 'bar', width: 5 },
    encoding: {
      x: {
        field: 'rank',
        type: 'quantitative',
        title: 'assignments by rising objective; last bar: invalid',
        axis: { grid: false },
        scale: { domain: [-2, landscape.all.length + 4], nice: false },
      },
      y: { field: 'count', type: 'quantitative', title: 'shots', scale: { type: 'symlog' } },
      color: {
        field: 'kind',
        type: 'nominal',
        title: null,
        scale: {
          domain: ['optimum', 'valid', 'all invalid readings'],
          range: ['#d55e00', '#0072b2', '#bbbbbb'],
        },
      },
    },
  } as ChartSpec
}

/** Valid rates by device with intervals. */
export function deviceBars(
  bars: readonly { setting: string; device: string; value: number; low: number; high: number }[],
  random: number,
): ChartSpec {
  return {
    ...SIZE,
    title: 'Valid rate by device, 12 qubits',
    layer: [
      {
        data: { values: [...bars] },
        encoding: {
          x: { field: 'setting', type: 'nominal', title: null, axis: { labelAngle: 0 } },
          xOffset: { field: 'device', type: 'nominal' },
          color: { field: 'device', type: 'nominal', title: 'device' },
        },
        layer: [
          {
            mark: 'bar',
            encoding: { y: { field: 'value', type: 'quantitative', title: 'valid rate', axis: PERCENT } },
          },
          {
            mark: { type: 'rule', color: 'black' },
            encoding: {
              y: { field: 'low', type: 'quantitative' },
              y2: { field: 'high' },
              color: { value: 'black' },
            },
          },
        ],
      },
      ...dashed(random, 'coin flips'),
    ],
  } as ChartSpec
}

export function paretoChart(
  points: readonly { label: string; costUsd: number; quality: number }[],
): ChartSpec {
  // Points coincide where methods find the same: nested signs show them all.
  const labels = [...new Set(points.map(({ label }) => label))]
  return {
    ...SIZE,
    title: 'Cost against quality, 6 tasks x 3 models: the best each method found',
    data: { values: points.map((point) => ({ ...point, size: labels.indexOf(point.label) })) },
    mark: { type: 'point', filled: false, strokeWidth: 1.5 },
    encoding: {
      x: { field: 'costUsd', type: 'quantitative', title: 'cost, USD' },
      y: { field: 'quality', type: 'quantitative', title: 'share of quality floors met', axis: PERCENT },
      color: { field: 'label', type: 'nominal', title: null },
      shape: { field: 'label', type: 'nominal', title: null },
      size: { field: 'size', type: 'quantitative', legend: null, scale: { range: [30, 500] } },
    },
  } as ChartSpec
}

export interface LandscapeChart {
  readonly cells: readonly { gamma: number; beta: number; energy: number }[]
  readonly path: readonly { gamma: number; beta: number }[]
  readonly window: { readonly gamma: readonly [number, number]; readonly beta: readonly [number, number] }
  readonly steps: number
  readonly title: string
}

/** Energy heat map, best of it marked, with the optimiser's path. */
export function landscapeChart({ cells, path, window, steps, title }: LandscapeChart): ChartSpec {
  const width = (window.gamma[1] - window.gamma[0]) / steps
  const height = (window.beta[1] - window.beta[0]) / steps
  const squares = cells.map(({ gamma, beta, energy }) => ({
    g1: gamma,
    g2: gamma + width,
    b1: beta,
    b2: beta + height,
    energy,
  }))
  const best = cells.reduce((least, cell) => (cell.energy < least.energy ? cell : least))
  const steppedPath = path.map((point, step) => ({ ...point, step }))
  const at = { x: { field: 'gamma', type: 'quantitative' }, y: { field: 'beta', type: 'quantitative' } }
  const within = (domain: readonly number[]): object => ({ domain: [...domain], zero: false, nice: false })
  return {
    width: 460,
    height: 340,
    title,
    layer: [
      {
        data: { values: squares },
        mark: { type: 'rect', clip: true, strokeWidth: 0 },
        encoding: {
          x: {
            field: 'g1',
            type: 'quantitative',
            title: 'gamma',
            axis: { grid: false },
            scale: within(window.gamma),
          },
          x2: { field: 'g2' },
          y: {
            field: 'b1',
            type: 'quantitative',
            title: 'beta',
            axis: { grid: false },
            scale: within(window.beta),
          },
          y2: { field: 'b2' },
          color: { field: 'energy', type: 'quantitative', scale: { scheme: 'viridis' }, title: 'energy' },
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
        data: { values: [best] },
        mark: { type: 'point', clip: true, shape: 'cross', size: 160, color: 'red', strokeWidth: 2 },
        encoding: at,
      },
    ],
  } as ChartSpec
}
