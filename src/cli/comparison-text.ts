/** A comparison of solvers as a table and sentences. */
import { bestOf, type Comparison, type ComparisonRow, headToHead } from '../report/comparison.ts'
import { duration, objectiveText, percent, usd } from './format.ts'
import { type Column, renderMarkdownTable, renderTable } from './table.ts'

const COLUMNS: readonly Column[] = [
  { title: 'solver' },
  { title: 'objective', align: 'right' },
  { title: 'money', align: 'right' },
  { title: 'gap to bound', align: 'right' },
  { title: 'own bound', align: 'right' },
  { title: 'broken promises', align: 'right' },
  { title: 'time', align: 'right' },
  { title: 'ended' },
]

function cells(row: ComparisonRow, baselines: readonly string[]): string[] {
  const or = (value: number | undefined, text: (value: number) => string): string =>
    value === undefined ? '-' : text(value)
  return [
    baselines.includes(row.solver) ? `${row.solver} (baseline)` : row.solver,
    or(row.objective, objectiveText),
    or(row.moneyUsd, usd),
    or(row.gap, percent),
    or(row.dual, objectiveText),
    row.objective === undefined ? '-' : String(row.violations),
    duration(row.elapsedMs),
    row.termination,
  ]
}

export function comparisonTable({ rows, baselines }: Comparison, markdown: boolean): string {
  const render = markdown ? renderMarkdownTable : renderTable
  return render(
    COLUMNS,
    rows.map((row) => cells(row, baselines)),
  )
}

/** The notebook's head-to-head: the first baseline beside the best plan that keeps every promise. */
export function headToHeadTable(comparison: Comparison, markdown: boolean): string {
  const { rows, baselines } = comparison
  const greedy = rows.find(({ solver }) => solver === baselines[0])
  const best = bestOf(rows.filter(({ solver }) => !baselines.includes(solver)))
  if (greedy?.shift === undefined || best?.shift === undefined) return ''
  const pair = [greedy.shift, best.shift] as const
  const line = (name: string, value: (shift: (typeof pair)[0]) => string): string[] => [
    name,
    ...pair.map(value),
  ]
  const table = (markdown ? renderMarkdownTable : renderTable)(
    [
      { title: 'head to head' },
      { title: greedy.solver, align: 'right' },
      { title: best.solver, align: 'right' },
    ],
    [
      line('tasks shipped', ({ completed }) => String(completed)),
      line('tasks dropped', ({ dropped }) => String(dropped)),
      line('money spent', ({ moneyUsd }) => usd(moneyUsd)),
      line('cloud tasks', ({ cloud }) => String(cloud.tasks)),
      line('local tasks (free)', ({ local }) => String(local.tasks)),
      line('dependency violations', ({ dependencyViolations }) => String(dependencyViolations)),
    ],
  )
  return [table, '', ...headToHead(comparison).map((sentence) => `-> ${sentence}`)].join('\n')
}

/** What the figures rest on: bound, slack, seed, time. */
export function comparisonNotes({ bound, slack, seed }: Comparison, timeLimitMs: number): string {
  const parts = [
    bound === undefined ? 'no solver proved a bound' : `best proven bound ${objectiveText(bound)}`,
    Number.isFinite(slack)
      ? `capacity slack ${slack.toFixed(3)} usable slots per task`
      : 'capacity without limit',
    `seed ${seed}`,
    Number.isFinite(timeLimitMs) ? `at most ${duration(timeLimitMs)} for each solver` : 'no time limit',
  ]
  return parts.join('; ')
}
