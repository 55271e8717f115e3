/** Charts of valid rates as Vega-Lite specifications: by qubits, by gates and by device, always with coin flips. */
import type { ChartSpec } from '../../report/chart.ts'
import { share } from '../result.ts'
import { dashedLine, LOG_SHARE, PERCENT, SIZE, settingScale, titled } from './style.ts'

/** Valid rate against qubits, settings by colour and devices by shape, on a logarithmic scale. */
export function validRateByQubits(
  points: readonly { qubits: number; setting: string; source: string; valid: number }[],
): ChartSpec {
  return {
    ...SIZE,
    title: titled(
      'Valid rate against qubits',
      'Noise models of three Heron devices, medians of all trainings; paper: its hardware; random bits: coin flips',
    ),
    data: { values: [...points] },
    mark: { type: 'line', strokeWidth: 1, point: { size: 55, filled: false } },
    encoding: {
      x: { field: 'qubits', type: 'ordinal', title: 'qubits', axis: { labelAngle: 0 } },
      y: { field: 'valid', type: 'quantitative', title: 'valid rate', ...LOG_SHARE },
      color: {
        field: 'setting',
        type: 'nominal',
        title: 'setting',
        scale: settingScale(points.map(({ setting }) => setting)),
        legend: { symbolType: 'stroke' },
      },
      shape: { field: 'source', type: 'nominal', title: 'read by' },
      detail: { field: 'source', type: 'nominal' },
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
  const y = { field: 'valid', type: 'quantitative', title: 'valid rate', axis: PERCENT }
  return {
    ...SIZE,
    title: titled(
      'Valid rate against two-qubit gates, 4 tasks x 3 models, ibm_fez',
      `Dashed: coin flips, ${share(random)}. Numbers: layers p. Bars: range over trainings. Paper: its hardware`,
    ),
    layer: [
      dashedLine(random),
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
          color: {
            field: 'setting',
            type: 'nominal',
            title: 'setting',
            scale: settingScale(points.map(({ setting }) => setting)),
          },
        },
        layer: [
          {
            mark: { type: 'rule', clip: true },
            encoding: { y: { ...y, field: 'low' }, y2: { field: 'high' } },
          },
          { mark: { type: 'line', point: { size: 60 } }, encoding: { y, order: { field: 'layers' } } },
          {
            mark: { type: 'text', dx: 9, dy: -8, fontSize: 10 },
            encoding: { y, text: { field: 'layers', type: 'nominal' } },
          },
        ],
      },
    ],
  } as ChartSpec
}

/** Valid rates by device with intervals: points, since bars have no foot on a logarithmic scale. */
export function validRateByDevice(
  bars: readonly { setting: string; device: string; value: number; low: number; high: number }[],
  random: number,
): ChartSpec {
  const y = { field: 'value', type: 'quantitative', title: 'valid rate', ...LOG_SHARE }
  return {
    ...SIZE,
    title: titled(
      'Valid rate by device, 12 qubits',
      `Dashed: coin flips, ${share(random)}. Bars: 95 % intervals of the shots. Paper: its hardware, p = 2`,
    ),
    layer: [
      dashedLine(random),
      {
        data: { values: [...bars] },
        encoding: {
          x: { field: 'setting', type: 'nominal', title: null, axis: { labelAngle: 0 } },
          xOffset: { field: 'device', type: 'nominal' },
          color: { field: 'device', type: 'nominal', title: 'device' },
        },
        layer: [
          {
            mark: { type: 'rule' },
            encoding: { y: { ...y, field: 'low' }, y2: { field: 'high' } },
          },
          {
            mark: { type: 'point', filled: true, size: 70, opacity: 1 },
            encoding: { y, shape: { field: 'device', type: 'nominal', title: 'device' } },
          },
        ],
      },
    ],
  } as ChartSpec
}
