/** Words of a shift report, as the people of the factory know it. */
import { counted } from '../model/counted.ts'
import type { DispatchRow, ShiftReport } from './shift-report.ts'
import { wrap } from './wrap.ts'

const RULE = '─'.repeat(64)

export interface TextParts {
  readonly usd: (value: number) => string
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => string
}

/** The report's lines; `parts` brings the caller's way of writing money and tables. */
export function shiftReportText(report: ShiftReport, { usd, table }: TextParts): string {
  const { cloud, local, completed } = report
  const lines = [
    'SHIFT REPORT (as planned)',
    RULE,
    `  Tasks completed:       ${completed}/${report.tasks}`,
    `  Tasks dropped:         ${report.dropped}`,
    ...(report.stranded > 0
      ? [`  Tasks waiting for one: ${report.stranded} (a run skips tasks that depend on a dropped one)`]
      : []),
    `  Money spent:           ${usd(report.moneyUsd)}`,
    `  Quality targets met:   ${report.qualityMet}/${completed}`,
    `  Capacity violations:   ${report.capacityViolations}`,
    `  Dependency violations: ${report.dependencyViolations}`,
  ]
  if (report.chains.length > 0)
    lines.push('', 'WORKFLOW QUALITY PROGRESSION (sample)', RULE, ...chainLines(report))
  lines.push(
    '',
    'AGENT DISPATCH',
    RULE,
    indent(table(['pool', 'tasks', 'capacity', 'price', 'quality'], dispatchCells(report.dispatch))),
  )
  lines.push(
    '',
    'COST EFFICIENCY',
    RULE,
    `  Local (free):   ${counted(local.tasks, 'task')}, ${usd(local.usd)}`,
    `  Cloud (paid):   ${counted(cloud.tasks, 'task')}, ${usd(cloud.usd)}`,
    `  Mean cost/task: ${usd((cloud.usd + local.usd) / Math.max(1, completed))}`,
  )
  lines.push(
    ...someLines(
      'OVERKILL: dear agents on the easiest tasks',
      report.overkill.map(({ task, agent }) => `${task} -> ${agent}`),
    ),
  )
  lines.push(
    ...someLines(
      'OVERLOADED AGENTS',
      report.overloaded.map(({ agent, load, limit }) => `${agent}: ${load}/${limit}`),
    ),
  )
  return lines.join('\n')
}

function chainLines({ chains, moreChains }: ShiftReport): string[] {
  const lines = chains.flatMap(({ name, steps }) => {
    const path = steps.map(({ agent, quality, follows }, k) => {
      const step = agent === undefined ? 'UNASSIGNED' : `${agent}(${quality})`
      return k === 0 ? step : `${follows ? '->' : '|'} ${step}`
    })
    return wrap(path, { first: `  ${name}: `, indent: '      ' })
  })
  return moreChains > 0 ? [...lines, `  ... and ${counted(moreChains, 'more workflow')}`] : lines
}

/** Rows shown of a very large fleet: the busiest. */
const MAX_POOLS = 40

function dispatchCells(dispatch: readonly DispatchRow[]): string[][] {
  const busiest =
    dispatch.length > MAX_POOLS
      ? [...dispatch].sort((a, b) => b.tasks - a.tasks).slice(0, MAX_POOLS)
      : dispatch
  const rows = busiest.map(({ pool, agents, tasks, capacity, price, quality }) => [
    agents > 1 ? `${pool} (x${agents})` : pool,
    String(tasks),
    Number.isFinite(capacity) ? String(capacity) : 'no limit',
    price,
    String(quality),
  ])
  return busiest === dispatch
    ? rows
    : [...rows, [`... and ${dispatch.length - MAX_POOLS} more pools`, '', '', '', '']]
}

function someLines(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return []
  const more = entries.length > 5 ? [`  ... and ${entries.length - 5} more`] : []
  return [
    '',
    `${title} (${entries.length})`,
    RULE,
    ...entries.slice(0, 5).map((entry) => `  ${entry}`),
    ...more,
  ]
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}
