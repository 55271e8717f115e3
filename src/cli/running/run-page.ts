/** The report of a run as one page: planned against actual, pools, and who did what when as a Gantt chart. */
import { agentId } from '../../model/instance.ts'
import { escapeHtml, html, htmlPage, htmlTable, rawHtml } from '../../report/html.ts'
import { count, duration, percent, usd } from '../format.ts'
import type { AttemptSpan, RunReport } from './run-report.ts'

/** Larger charts help nobody and make the page slow. */
const MAX_AGENTS = 120
const MAX_SPANS = 20_000
const ROW = 14
const LEFT = 150
const WIDTH = 820

const COLOURS: Record<AttemptSpan['result'], string> = {
  accepted: '#2a7f9e',
  rejected: '#d08a00',
  failed: '#b00020',
  returned: '#999999',
  lost: '#5b2a86',
}

export async function runPage(report: RunReport): Promise<string> {
  const { planned, actual, pools } = report
  return htmlPage(`Run ${report.runId} of ${report.name}`, [
    html`<p><strong>${report.verdict}</strong>, planned by ${planned.solver}</p>`,
    htmlTable(
      ['', 'planned', 'actual'],
      [
        ['tasks done', count(planned.tasks), count(actual.done)],
        ['money', usd(planned.moneyUsd), usd(actual.spentUsd)],
        ['attempts', count(planned.tasks), count(actual.attempts)],
        ['moved to another agent', '0', count(actual.moved)],
        ['from first start to last end', '', duration(actual.makespanMs)],
      ],
    ),
    html`<h2>Pools</h2>`,
    htmlTable(
      ['pool', 'planned', 'done', 'attempts', 'failed', 'spent', 'busy'],
      pools.map((pool) => [
        pool.id,
        count(pool.planned),
        count(pool.done),
        count(pool.attempts),
        count(pool.failed),
        usd(pool.spentUsd),
        percent(pool.busyShare),
      ]),
    ),
    html`<h2>Who did what when</h2>`,
    rawHtml(gantt(report)),
    ...(report.unfinished.length === 0
      ? []
      : [
          html`<h2>Not done</h2>`,
          htmlTable(
            ['task', 'why'],
            report.unfinished.map(({ id, cause }) => [id, cause]),
          ),
        ]),
  ])
}

/** One row per agent, one bar per attempt. */
function gantt({ spans, instance, actual }: RunReport): string {
  const shown = spans.slice(0, MAX_SPANS)
  const agents = [...new Set(shown.map(({ agent }) => agent))].sort((a, b) => a - b).slice(0, MAX_AGENTS)
  const rowOf = new Map(agents.map((agent, row) => [agent, row]))
  const start = shown.reduce((least, { from }) => Math.min(least, from), Infinity)
  const x = (at: number): number => LEFT + ((at - start) / Math.max(1, actual.makespanMs)) * WIDTH
  const bars = shown
    .filter(({ agent }) => rowOf.has(agent))
    .map((span) => {
      const width = Math.max(0.5, x(span.to) - x(span.from))
      const title = `${instance.tasks.ids.get(span.task)}: ${span.result}, ${duration(span.to - span.from)}`
      return `<rect x="${x(span.from).toFixed(1)}" y="${rowOf.get(span.agent)! * ROW + 2}" width="${width.toFixed(1)}" height="${ROW - 4}" fill="${COLOURS[span.result]}"><title>${escapeHtml(title)}</title></rect>`
    })
  const names = agents.map(
    (agent, row) =>
      `<text x="${LEFT - 6}" y="${row * ROW + ROW - 4}" text-anchor="end" font-size="10">${escapeHtml(agentId(instance.fleet, agent))}</text>`,
  )
  const height = agents.length * ROW
  const axis = `<text x="${LEFT}" y="${height + 14}" font-size="10">0</text><text x="${LEFT + WIDTH}" y="${height + 14}" text-anchor="end" font-size="10">${duration(actual.makespanMs)}</text>`
  const legend = Object.entries(COLOURS)
    .filter(([result]) => shown.some((span) => span.result === result))
    .map(([result, colour]) => `<span style="color:${colour}">&#9632; ${result}</span>`)
    .join(' ')
  const left =
    spans.length > shown.length ? ` First ${count(shown.length)} of ${count(spans.length)} attempts.` : ''
  return `<figure><svg viewBox="0 0 ${LEFT + WIDTH + 10} ${height + 20}" width="${LEFT + WIDTH + 10}" font-family="Helvetica, Arial, sans-serif">${names.join('')}${bars.join('')}${axis}</svg><figcaption>${legend}${left}</figcaption></figure>`
}
