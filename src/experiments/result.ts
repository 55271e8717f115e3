/** What an experiment hands back: tables to print, data to keep, pictures to draw. No files, no printing. */
import type { ChartSpec } from '../report/chart.ts'

export interface ResultTable {
  readonly title: string
  /** A column is right-aligned unless its title starts with `<`. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface Figure {
  /** File name without `.svg`. */
  readonly name: string
  readonly title: string
  /** A chart to be drawn, or a finished SVG. */
  readonly content: { readonly spec: ChartSpec } | { readonly svg: string }
}

export interface ExperimentResult {
  readonly name: string
  readonly title: string
  readonly tables: readonly ResultTable[]
  readonly notes: readonly string[]
  readonly figures: readonly Figure[]
  /** Everything measured, for machines. Must survive JSON. */
  readonly data: Readonly<Record<string, unknown>>
}

export interface ExperimentOptions {
  readonly seed: number
  /** Independent repetitions of the training, from `seed` upwards. */
  readonly repeats: number
  readonly shots: number
}

/** `12.3 %`; small shares keep two digits. */
export function share(value: number): string {
  const percent = value * 100
  return `${percent.toFixed(percent !== 0 && percent < 1 ? 2 : 1)} %`
}

/** `12.3 % [11.0, 13.7]`: a rate with its 95 % interval. */
export function rateText({
  value,
  low,
  high,
}: {
  readonly value: number
  readonly low: number
  readonly high: number
}): string {
  const digits = value < 0.01 ? 2 : 1
  return `${(value * 100).toFixed(digits)} % [${(low * 100).toFixed(digits)}, ${(high * 100).toFixed(digits)}]`
}

/** `$14.22 (75 %)`: cost and the share of quality floors met; `none` when there is no valid shot. */
export function costText(judged: { readonly costUsd: number; readonly quality: number } | undefined): string {
  return judged === undefined
    ? 'none'
    : `$${judged.costUsd.toFixed(2)} (${Math.round(judged.quality * 100)} %)`
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** `0.40 % (0.02 - 3.1)`: median and range over repetitions. */
export function spread(values: readonly number[]): string {
  if (values.length === 1) return share(values[0]!)
  return `${share(median(values))} (${share(Math.min(...values)).replace(' %', '')} – ${share(Math.max(...values)).replace(' %', '')})`
}
