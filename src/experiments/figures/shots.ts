/** Charts of what shots are worth: approximation ratios, counts by cost, and cost against quality. */
import type { ChartSpec } from '../../report/chart.ts'
import type { Landscape, ShotReport } from '../judge.ts'
import { dashedLine, PERCENT, SIZE, settingScale, titled } from './style.ts'

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
    title: titled(
      'Shots that are valid and at least this good, 4 tasks x 3 models, p = 1, ibm_fez noise',
      'What a curve lacks at its right end was invalid. Raw readings, no repair',
    ),
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
      color: {
        field: 'label',
        type: 'nominal',
        title: null,
        scale: settingScale(curves.map(({ label }) => label)),
        legend: { symbolType: 'stroke' },
      },
    },
  } as ChartSpec
}

/** Counts of every assignment from cheap to dear; the optimum stands out, coin flips are a line. */
export function histogram(
  report: ShotReport,
  landscape: Landscape,
  { title, qubits }: { readonly title: string; readonly qubits: number },
): ChartSpec {
  const counts = new Map(report.outcomes.map(({ judged, count }) => [judged, count]))
  const least = landscape.all[0]!.objective + 1e-9
  const values = landscape.all.map((judged, rank) => ({
    rank,
    count: counts.get(judged) ?? 0,
    kind: judged.objective <= least ? 'optimum' : 'valid',
  }))
  const invalid = report.shots - report.outcomes.reduce((sum, { count }) => sum + count, 0)
  values.push({ rank: landscape.all.length + 2, count: invalid, kind: 'all invalid readings' })
  const uniform = report.shots / 2 ** qubits
  return {
    width: 620,
    height: 260,
    title: titled(
      title,
      `Dashed: coin flips give each assignment ${uniform.toFixed(2)} of ${report.shots} shots`,
    ),
    layer: [
      {
        data: { values },
        mark: { type: 'bar', width: 5 },
        encoding: {
          x: {
            field: 'rank',
            type: 'quantitative',
            title: 'assignments by rising objective; last bar: all invalid readings',
            axis: { grid: false, values: [0, 10, 20, 30, 40, 50, 60, 70, 80] },
            scale: { domain: [-2, landscape.all.length + 4], nice: false },
          },
          y: {
            field: 'count',
            type: 'quantitative',
            title: 'shots',
            scale: { type: 'symlog', domain: [0, report.shots], nice: false },
            axis: { values: [0, 1, 10, 100, 1000, report.shots], labelOverlap: false },
          },
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
      },
      dashedLine(uniform),
    ],
  } as ChartSpec
}

interface FoundPoint {
  readonly label: string
  readonly costUsd: number
  readonly quality: number
}

/** Best points of each method over the true front, with the range the paper read from hardware. */
export function paretoChart(
  points: readonly FoundPoint[],
  front: readonly Pick<FoundPoint, 'costUsd' | 'quality'>[],
  paper: { readonly costUsd: readonly [number, number]; readonly quality: readonly [number, number] },
): ChartSpec {
  // Points coincide where methods find the same: nested signs show them all.
  const labels = [...new Set(points.map(({ label }) => label))]
  const x = { field: 'costUsd', type: 'quantitative', title: 'cost, USD', scale: { zero: true } }
  const y = { field: 'quality', type: 'quantitative', title: 'share of quality floors met', axis: PERCENT }
  return {
    ...SIZE,
    title: titled(
      'Cost against quality, 6 tasks x 3 models: the best each method found',
      'Line: the true front, by brute force over 729 assignments. Shaded: range of the paper’s hardware readings',
    ),
    layer: [
      {
        data: { values: [paper] },
        mark: { type: 'rect', color: '#d55e00', opacity: 0.3 },
        encoding: {
          x: { field: 'costUsd[0]', type: 'quantitative' },
          x2: { field: 'costUsd[1]' },
          y: { field: 'quality[0]', type: 'quantitative' },
          y2: { field: 'quality[1]' },
        },
      },
      {
        data: { values: [...front] },
        mark: { type: 'line', interpolate: 'step-after', color: '#999' },
        encoding: { x, y },
      },
      {
        data: { values: points.map((point) => ({ ...point, size: labels.indexOf(point.label) })) },
        mark: { type: 'point', filled: false, strokeWidth: 1.5, opacity: 1 },
        encoding: {
          x,
          y,
          color: { field: 'label', type: 'nominal', title: null, scale: settingScale(labels) },
          shape: { field: 'label', type: 'nominal', title: null },
          size: { field: 'size', type: 'quantitative', legend: null, scale: { range: [30, 500] } },
        },
      },
    ],
  } as ChartSpec
}
