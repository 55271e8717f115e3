/**
 * A Gantt chart as SVG: who was at what when. Every bar is drawn while there are few; with many, each row shows how
 * busy it was over time instead, so that a million bars take no more room than a thousand.
 */
import { escapeHtml } from './html.ts'
import { createTimeScale, type TimeScale, tickText } from './time-scale.ts'

export interface GanttBar {
  readonly row: number
  readonly from: number
  readonly to: number
  /** Index into the kinds. */
  readonly kind: number
}

export interface GanttRow {
  readonly label: string
  /** Rows of one group stand together under its name. */
  readonly group: string
  /** How many workers the row stands for. */
  readonly places: number
}

export interface GanttKind {
  readonly name: string
  /** The class of its bars. */
  readonly className: string
  /** Shown over a busy row, which only says how much. */
  readonly isTrouble?: boolean
}

export interface GanttFacts {
  readonly rows: readonly GanttRow[]
  readonly bars: readonly GanttBar[]
  readonly kinds: readonly GanttKind[]
  /** What a pointer over the bar is told. */
  readonly titleOf: (bar: GanttBar) => string
  readonly maxBars?: number
}

const WIDTH = 1140
const LEFT = 130
const RIGHT = 20
const TOP = 24
const ROW = 13
const GROUP_GAP = 9
/** Bars drawn one by one; more make the page slow and tell no more. */
const MAX_BARS = 6_000
/** Columns of a row that shows how busy it was, and levels of busyness told apart. */
const CELLS = 240
const LEVELS = 6

export function gantt(facts: GanttFacts): string {
  const { rows, bars } = facts
  const tops = rowTops(rows)
  const height = (tops.at(-1) ?? TOP) + ROW + 6
  const scale = createTimeScale(bars, LEFT, WIDTH - LEFT - RIGHT)
  const single = bars.length <= (facts.maxBars ?? MAX_BARS)
  const marks = single ? singleBars(facts, { tops, scale }) : busyRows(facts, { tops, scale })
  const body = [axis(scale, height), labels(rows, tops), marks, cuts(scale, height)]
  return `<svg class="gantt" viewBox="0 0 ${WIDTH} ${height + 4}" role="img" aria-label="who did what when">${body.join('\n')}</svg>`
}

/** Whether the chart shows busyness instead of single bars. */
export const isSummed = ({ bars, maxBars = MAX_BARS }: GanttFacts): boolean => bars.length > maxBars

function rowTops(rows: readonly GanttRow[]): number[] {
  let y = TOP
  return rows.map(({ group }, row) => {
    if (row > 0) y += ROW + (group === rows[row - 1]!.group ? 0 : GROUP_GAP)
    return y
  })
}

const at = (value: number): string => value.toFixed(1).replace(/\.0$/, '')

function axis({ ticks }: TimeScale, height: number): string {
  return ticks
    .map(
      ({ x, sinceStartMs }) =>
        `<line class="grid" x1="${at(x)}" x2="${at(x)}" y1="${TOP - 4}" y2="${height}"/><text class="tick" x="${at(x)}" y="${TOP - 9}" text-anchor="middle">${tickText(sinceStartMs)}</text>`,
    )
    .join('')
}

function labels(rows: readonly GanttRow[], tops: readonly number[]): string {
  return rows
    .map(({ label }, row) => {
      const shown = label.length > 20 ? `${label.slice(0, 19)}…` : label
      const title = shown === label ? '' : `<title>${escapeHtml(label)}</title>`
      return `<text class="label" x="${LEFT - 8}" y="${tops[row]! + ROW - 3.5}" text-anchor="end">${escapeHtml(shown)}${title}</text>`
    })
    .join('')
}

interface Drawing {
  readonly tops: readonly number[]
  readonly scale: TimeScale
}

function singleBars({ bars, kinds, titleOf }: GanttFacts, { tops, scale }: Drawing): string {
  return bars
    .map((bar) => {
      const x = scale.x(bar.from)
      // A line of background between neighbours, as far as there is room for one.
      const whole = scale.x(bar.to) - x
      const width = Math.max(0.8, whole - (whole > 4 ? 0.8 : 0))
      return `<rect class="bar ${kinds[bar.kind]!.className}" x="${at(x)}" y="${tops[bar.row]! + 1}" width="${at(width)}" height="${ROW - 2}" rx="1.5"><title>${escapeHtml(titleOf(bar))}</title></rect>`
    })
    .join('\n')
}

/** One path for each row and level of busyness; time with trouble is underlined. */
function busyRows({ rows, bars, kinds }: GanttFacts, { tops, scale }: Drawing): string {
  const cellWidth = (WIDTH - LEFT - RIGHT) / CELLS
  const busy = rows.map(() => new Float64Array(CELLS))
  const trouble = rows.map(() => new Uint8Array(CELLS))
  for (const { row, from, to, kind } of bars) {
    const begin = (scale.x(from) - LEFT) / cellWidth
    const end = Math.max(begin + 1e-6, (scale.x(to) - LEFT) / cellWidth)
    for (let cell = Math.floor(begin); cell < end && cell < CELLS; cell++)
      busy[row]![cell]! += Math.min(end, cell + 1) - Math.max(begin, cell)
    if (kinds[kind]!.isTrouble) trouble[row]![Math.min(CELLS - 1, Math.floor(end))] = 1
  }
  // Attempts beside each other on one agent do not make it busier than busy.
  rows.forEach(({ places }, row) => {
    busy[row] = busy[row]!.map((share) => Math.min(share, places))
  })
  return rows
    .map(({ label, places }, row) => {
      const paths: string[] = Array.from({ length: LEVELS }, () => '')
      let marks = ''
      const y = tops[row]! + 1
      for (let cell = 0; cell < CELLS; cell++) {
        const level = Math.min(LEVELS, Math.ceil((busy[row]![cell]! / places) * LEVELS - 1e-9))
        const box = `M${at(LEFT + cell * cellWidth)} ${y}h${at(cellWidth + 0.2)}`
        if (level > 0) paths[level - 1] += `${box}v${ROW - 2}h-${at(cellWidth + 0.2)}z`
        if (trouble[row]![cell]) marks += `${box}v2.5h-${at(cellWidth + 0.2)}z`
      }
      const share = busy[row]!.reduce((sum, value) => sum + value, 0) / (CELLS * places)
      const title = `${label}: busy ${Math.round(share * 100)} % of the time${places > 1 ? `, ${places} agents` : ''}`
      const layers = paths.map((d, level) =>
        d === '' ? '' : `<path class="busy" style="opacity:${((level + 1) / LEVELS).toFixed(2)}" d="${d}"/>`,
      )
      const troubled = marks === '' ? '' : `<path class="failed" d="${marks}"/>`
      return `<g><title>${escapeHtml(title)}</title>${layers.join('')}${troubled}</g>`
    })
    .join('\n')
}

function cuts(scale: TimeScale, height: number): string {
  return scale.cuts
    .map(
      ({ x, width, idleMs }) =>
        `<g class="cut"><title>idle for ${tickText(idleMs)}</title><rect x="${at(x)}" y="${TOP - 4}" width="${width}" height="${height - TOP + 4}"/><line x1="${at(x + width / 2)}" x2="${at(x + width / 2)}" y1="${TOP - 4}" y2="${height}"/></g>`,
    )
    .join('')
}
