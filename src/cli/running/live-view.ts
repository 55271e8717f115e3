/** What a run looks like while it runs, as lines of a terminal: tasks by state, money, pace, pools. Draws nothing. */
import { counted } from '../../model/counted.ts'
import { toUsd } from '../../orchestrator/money.ts'
import { type Progress, spendable } from '../../orchestrator/progress.ts'
import type { RunSettings } from '../../orchestrator/run-files.ts'
import { count, duration, usd } from '../format.ts'
import { type BarPart, bar, type Line, lineWidth, type Segment, spread, type Tone } from '../style.ts'

export interface LiveFacts {
  readonly progress: Progress
  readonly settings: RunSettings
  readonly elapsedMs: number
  /** Tasks a second, lately; undefined until known. */
  readonly perSecond: number | undefined
  /** From queues and chains; undefined where that is not known: then the pace is all there is to go by. */
  readonly leftMs?: number | undefined
  /** What the run will have cost if the rest costs what its plan says; undefined where nobody has counted. */
  readonly expectedUsd?: number | undefined
  /** The user has asked it to stop. */
  readonly stopping?: boolean
}

const STATES = [
  ['done', '█', 'good'],
  ['checking', '▓', 'busy'],
  ['running', '▓', 'busy'],
  ['ready', '▒', undefined],
  ['waiting', '░', 'faint'],
  ['skipped', '─', 'warn'],
  ['cancelled', '─', 'warn'],
  ['failed', '×', 'bad'],
] as const satisfies readonly (readonly [keyof Progress['tasks'], string, Tone | undefined])[]

/** Time the rest will take at the pace of late. */
export function etaMs({ tasks }: Progress, perSecond: number | undefined): number | undefined {
  const left = tasks.waiting + tasks.ready + tasks.running + tasks.checking
  return perSecond === undefined || left === 0 ? undefined : (left / perSecond) * 1000
}

export function liveLines(facts: LiveFacts, { width, height }: { width: number; height: number }): Line[] {
  const { progress, settings, stopping } = facts
  const head = [
    titleLine(facts, width),
    stateBar(progress, width),
    stateLine(facts, width),
    moneyLine(facts, width),
    ...troubleLine(progress),
    ...causeLine(progress),
  ]
  const hint: Line = stopping
    ? [
        {
          text: 'stopping: attempts under way are asked what they have used; Ctrl-C again leaves at once',
          tone: 'warn',
        },
      ]
    : [{ text: `Ctrl-C lets go; "qaas resume ${settings.runId}" goes on`, tone: 'faint' }]
  const room = height - head.length - 3
  return [...head, [], ...poolLines(progress, { width, room }), hint]
}

function titleLine({ progress, settings, elapsedMs, perSecond, leftMs }: LiveFacts, width: number): Line {
  const eta = leftMs ?? etaMs(progress, perSecond)
  const time = [duration(elapsedMs), ...(eta === undefined ? [] : [`about ${duration(eta)} left`])]
  const name = { text: settings.name, tone: 'strong' } as const
  const right: Line = [{ text: time.join(', '), tone: 'strong' }]
  const whole: Line = [name, `  run ${settings.runId}`]
  const both = lineWidth(whole) + lineWidth(right) + 2 <= width
  return spread(both ? whole : [name], right, width)
}

function stateBar({ tasks }: Progress, width: number): Line {
  const parts = STATES.map(
    ([state, glyph, tone]): BarPart => ({
      share: tasks.total === 0 ? 0 : tasks[state] / tasks.total,
      glyph,
      ...(tone ? { tone } : {}),
    }),
  )
  return bar(parts, width)
}

function stateLine({ progress: { tasks }, perSecond }: LiveFacts, width: number): Line {
  const shown = STATES.filter(([state]) => state !== 'done' && tasks[state] > 0)
  const others = shown.flatMap(([state, , tone]): Segment[] => [
    { text: '  ' },
    { text: `${count(tasks[state])} ${state}`, ...(tone && tone !== 'faint' ? { tone } : {}) },
  ])
  const pace = perSecond === undefined ? [] : [`${perSecond.toFixed(perSecond < 10 ? 1 : 0)} tasks/s`]
  return spread(
    [{ text: `${count(tasks.done)} of ${count(tasks.total)} done`, tone: 'good' }, ...others],
    pace,
    width,
  )
}

const MONEY_BAR = 20

/** Bars give way to figures where there is little room. */
const narrow = (width: number, columns: number): number => (width < 72 ? columns >> 1 : columns)

function moneyLine({ progress, settings, expectedUsd }: LiveFacts, width: number): Line {
  const { spentNano, reservedNano } = progress
  const { nano: budgetNano, isShared } = spendable(progress)
  const [spentUsd, heldUsd] = [toUsd(spentNano), toUsd(reservedNano)]
  const limitUsd = budgetNano === null ? settings.plannedUsd : toUsd(budgetNano)
  const over = spentUsd + heldUsd > limitUsd
  const parts = [
    { share: spentUsd / limitUsd, glyph: '█', tone: over ? 'bad' : 'good' },
    { share: heldUsd / limitUsd, glyph: '▓', tone: 'busy' },
    { share: 1, glyph: '░', tone: 'faint' },
  ] as const
  return [
    ...(limitUsd > 0 ? [...bar(parts, narrow(width, MONEY_BAR)), '  '] : []),
    { text: `${usd(spentUsd)} spent`, tone: over && budgetNano === null ? 'warn' : 'strong' },
    ...(budgetNano === null ? [] : [` of ${usd(limitUsd)}${isShared ? ' left by other runs' : ''}`]),
    ...(reservedNano > 0 ? [`  ${usd(heldUsd)} held`] : []),
    `  ${usd(settings.plannedUsd)} planned`,
    ...(expectedUsd === undefined ? [] : [`  ${usd(expectedUsd)} expected`]),
  ]
}

/** What went wrong so far, when something did. */
function troubleLine({ counters }: Progress): Line[] {
  const said = (
    [
      [counters.failures, 'attempts failed', 'warn'],
      [counters.returned, 'given back', undefined],
      [counters.rejections, 'answers rejected', 'warn'],
      [counters.leasesExpired, 'fell silent', 'bad'],
      [counters.replans, 're-plans', undefined],
    ] as const
  ).filter(([number]) => number > 0)
  if (said.length === 0) return []
  return [
    [
      `${counted(counters.attempts, 'attempt')}`,
      ...said.flatMap(([number, what, tone]): Segment[] => [
        { text: '  ' },
        { text: `${count(number)} ${what}`, ...(tone ? { tone } : {}) },
      ]),
    ],
  ]
}

/** `connection refused at http://localhost:1/v1 (12 attempts)`, and whether the pool never gave anything else. */
export function troubleText({ trouble }: Progress): string | undefined {
  if (trouble === undefined) return undefined
  const { cause, attempts, pool, always } = trouble
  const all = always ? `; all attempts on ${pool} fail alike` : ''
  return `${cause} (${counted(attempts, 'attempt')}${all})`
}

function causeLine(progress: Progress): Line[] {
  const text = troubleText(progress)
  return text === undefined ? [] : [[{ text: `newest failure: ${text}`, tone: 'warn' }]]
}

const POOL_BAR = 16

/** Pools with work, busiest name column as wide as it needs, and the rest in one line when there is no room. */
function poolLines({ pools }: Progress, { width, room }: { width: number; room: number }): Line[] {
  const used = pools.filter(({ load, running }) => load > 0 || running > 0)
  if (used.length === 0 || room < 3) return []
  const fits = used.length + 2 <= room ? used : used.slice(0, room - 3)
  const names = Math.min(Math.max(4, ...fits.map(({ id }) => id.length)), Math.max(8, width - 50))
  const row = (cells: readonly [string, Line, string, string, string], tone?: Tone): Line => [
    { text: cells[0].slice(0, names).padEnd(names), ...(tone ? { tone } : {}) },
    '  ',
    ...cells[1],
    ...cells.slice(2).map((text, k) => ({
      text: `  ${(text as string).padStart([7, 9, 7][k]!)}`,
      ...(tone ? { tone } : {}),
    })),
  ]
  const barWidth = narrow(width, POOL_BAR)
  const blank: Line = [{ text: 'busy'.padEnd(barWidth), tone: 'faint' }]
  const lines = fits.map(({ id, running, slots, load, agentsUp, agents }) =>
    row([
      id,
      bar(
        [
          { share: running / Math.max(1, slots), glyph: '█', tone: 'busy' },
          { share: 1, glyph: '░', tone: 'faint' },
        ],
        barWidth,
      ),
      `${count(running)}/${count(slots)}`,
      count(load),
      `${count(agentsUp)}/${count(agents)}`,
    ]),
  )
  const rest = used.slice(fits.length)
  const sum = (of: (pool: Progress['pools'][number]) => number): number =>
    rest.reduce((total, pool) => total + of(pool), 0)
  return [
    row(['pool', blank, 'running', 'tasks', 'up'], 'faint'),
    ...lines,
    ...(rest.length === 0
      ? []
      : [[`and ${count(rest.length)} more pools with ${count(sum(({ running }) => running))} running`]]),
    [],
  ]
}
