/** Two curves over time as SVG, one above the other: how far the work was, and how much ran at once. */
import { createTimeScale, type Interval, tickText } from './time-scale.ts'

export interface Curve {
  readonly name: string
  readonly className: string
  /** Steps: from `at` on it has this value. In order of time. */
  readonly steps: readonly { readonly at: number; readonly value: number }[]
  /** What the top of the chart means; the largest value when left out. */
  readonly top?: number
  readonly format: (value: number) => string
}

const WIDTH = 1140
const LEFT = 130
const RIGHT = 20
const TOP = 8
const HEIGHT = 120
/** Points of a drawn curve. */
const POINTS = 240

/** The curves on one time axis, each scaled to its own top. */
export function curves(curvesToDraw: readonly Curve[], intervals: readonly Interval[]): string {
  const width = WIDTH - LEFT - RIGHT
  const scale = createTimeScale(intervals, LEFT, width)
  const bottom = TOP + HEIGHT
  const ticks = scale.ticks.map(
    ({ x, sinceStartMs }) =>
      `<line class="grid" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${TOP}" y2="${bottom}"/><text class="tick" x="${x.toFixed(1)}" y="${bottom + 14}" text-anchor="middle">${tickText(sinceStartMs)}</text>`,
  )
  const drawn = curvesToDraw.map((curve, k) => {
    const top = curve.top ?? Math.max(1e-12, ...sampled(curve.steps).map(({ value }) => value))
    const y = (value: number): number => bottom - (Math.min(value, top * 1.02) / top) * HEIGHT
    const last = curve.steps.at(-1)?.value ?? 0
    const points = perColumn(curve.steps, (at) => scale.x(at))
    const path = points.map(({ x, value }, at) => {
      const height = y(value).toFixed(1)
      return at === 0 ? `M${x.toFixed(1)} ${height}` : `H${x.toFixed(1)}V${height}`
    })
    const label = `<text class="label ${curve.className}-text" x="${LEFT - 8}" y="${TOP + 12 + 30 * k}" text-anchor="end">${curve.name}</text><text class="label" x="${LEFT - 8}" y="${TOP + 25 + 30 * k}" text-anchor="end">${curve.format(curve.top ?? top)} at the top</text>`
    return `<path class="curve ${curve.className}" d="${path.join('')}"><title>${curve.name}: ${curve.format(last)} at the end</title></path>${label}`
  })
  return `<svg class="curves" viewBox="0 0 ${WIDTH} ${bottom + 20}" role="img" aria-label="progress over time"><line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}"/>${ticks.join('')}${drawn.join('\n')}</svg>`
}

/** At most so many steps, evenly taken: for a maximum without spreading a million arguments. */
function sampled<T>(steps: readonly T[]): readonly T[] {
  const every = Math.ceil(steps.length / 10_000)
  return every <= 1 ? steps : steps.filter((_, k) => k % every === 0)
}

/** The last value in each column of the chart. */
function perColumn(
  steps: Curve['steps'],
  xOf: (at: number) => number,
): readonly { readonly x: number; readonly value: number }[] {
  const columnWidth = (WIDTH - LEFT - RIGHT) / POINTS
  const points: { x: number; value: number }[] = []
  let column = -1
  for (const { at, value } of steps) {
    const x = xOf(at)
    const next = Math.floor((x - LEFT) / columnWidth)
    if (next === column && points.length > 1) points[points.length - 1] = { x, value }
    else points.push({ x, value })
    column = next
  }
  return points
}
