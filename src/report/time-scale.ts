/** From moments to places on a chart, with ticks at round times since the start; long idle times are cut out. */

export interface Interval {
  readonly from: number
  readonly to: number
}

export interface TimeScale {
  x(at: number): number
  /** Round times since the start, in milliseconds of work time, and where they are. */
  readonly ticks: readonly { readonly x: number; readonly sinceStartMs: number }[]
  /** Idle times that were cut out. */
  readonly cuts: readonly { readonly x: number; readonly width: number; readonly idleMs: number }[]
}

/** Idle for longer than this share of all the work is cut out. */
const CUT_SHARE = 0.15
/** A cut is drawn so wide. */
const CUT_WIDTH = 14

/** `intervals` are when anything was at work, in any order; the scale goes from `left` over `width`. */
export function createTimeScale(intervals: readonly Interval[], left: number, width: number): TimeScale {
  const work = joined(intervals)
  const start = work[0]?.from ?? 0
  const busyMs = work.reduce((sum, { from, to }) => sum + to - from, 0)
  const stretches = withoutCuts(work, CUT_SHARE * busyMs)
  const shownMs = Math.max(
    1,
    stretches.reduce((sum, { from, to }) => sum + to - from, 0),
  )
  const perMs = Math.max(1, width - CUT_WIDTH * (stretches.length - 1)) / shownMs
  const places: number[] = []
  let place = left
  for (const { from, to } of stretches) {
    places.push(place)
    place += (to - from) * perMs + CUT_WIDTH
  }
  const x = (at: number): number => {
    let index = stretches.findLastIndex(({ from }) => from <= at)
    if (index < 0) index = 0
    const { from, to } = stretches[index] ?? { from: start, to: start }
    return (places[index] ?? left) + (Math.min(Math.max(at, from), to) - from) * perMs
  }
  const step = tickStep(shownMs)
  const ticks = stretches.flatMap(({ from, to }) => {
    const first = Math.ceil((from - start) / step)
    const last = Math.floor((to - start) / step)
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => {
      const sinceStartMs = (first + k) * step
      return { sinceStartMs, x: x(start + sinceStartMs) }
    })
  })
  const cuts = stretches.slice(1).map(({ from }, k) => ({
    x: places[k + 1]! - CUT_WIDTH,
    width: CUT_WIDTH,
    idleMs: from - stretches[k]!.to,
  }))
  return { x, ticks, cuts }
}

/** Overlapping intervals made one, in order. */
function joined(intervals: readonly Interval[]): Interval[] {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to: Math.max(from, to) })
  }
  return result
}

/** Stretches of time with the idle parts shorter than `longestIdleMs` in them. */
function withoutCuts(work: readonly Interval[], longestIdleMs: number): Interval[] {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of work) {
    const last = result.at(-1)
    if (last && from - last.to <= longestIdleMs) last.to = to
    else result.push({ from, to })
  }
  return result
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500]
const SECOND_STEPS = [1, 2, 5, 10, 15, 30]
const MINUTE_STEPS = [1, 2, 5, 10, 15, 30]
const HOUR_STEPS = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720]

/** A round step that gives four to ten ticks. */
function tickStep(spanMs: number): number {
  const steps = [
    ...STEPS,
    ...SECOND_STEPS.map((n) => n * 1_000),
    ...MINUTE_STEPS.map((n) => n * 60_000),
    ...HOUR_STEPS.map((n) => n * 3_600_000),
  ]
  return steps.find((step) => spanMs / step <= 9) ?? spanMs / 8
}

/** `250 ms`, `12 s`, `3:20`, `2:05 h`: a tick of the axis. */
export function tickText(sinceStartMs: number): string {
  if (sinceStartMs === 0) return '0'
  if (sinceStartMs < 1_000) return `${Math.round(sinceStartMs)} ms`
  const seconds = sinceStartMs / 1_000
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`
  const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${pad(seconds % 60)} min`
  return `${Math.floor(seconds / 3_600)}:${pad((seconds % 3_600) / 60)} h`
}
