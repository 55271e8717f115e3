/** The report of a run as one page to look at: how it went, who did what when, planned against actual. */
import { agentId } from '../../model/instance.ts'
import { toUsd } from '../../orchestrator/money.ts'
import { type Curve, curves } from '../../report/curves.ts'
import { type GanttBar, type GanttFacts, type GanttRow, gantt, isSummed } from '../../report/gantt.ts'
import { type Html, html, htmlPage, htmlTable, rawHtml } from '../../report/html.ts'
import { count, duration, percent, usd } from '../format.ts'
import { RUN_PAGE_STYLE } from './run-page-style.ts'
import type { AttemptSpan, RunReport } from './run-report.ts'

/** Agents with a row of their own; of a larger fleet each pool is a row. */
const MAX_AGENT_ROWS = 120
/** Pools shown, those that worked most. */
const MAX_POOL_ROWS = 80

const RESULTS: readonly AttemptSpan['result'][] = ['accepted', 'rejected', 'failed', 'returned', 'lost']

export async function runPage(report: RunReport): Promise<string> {
  const { planned, spans, unfinished, unfinishedTotal } = report
  const facts = ganttFacts(report)
  const body: Html[] = [
    html`<p class="verdict"><strong>${report.verdict}</strong>, planned by ${planned.solver}</p>`,
    tiles(report),
    ...(spans.length === 0
      ? []
      : [
          html`<h2>How it went</h2>`,
          html`<figure>${rawHtml(curves(progressCurves(report), spans))}</figure>`,
          html`<h2>Who did what when</h2>`,
          html`<figure>${rawHtml(gantt(facts))}${legend(report, facts)}</figure>`,
        ]),
    html`<h2>Pools</h2>`,
    poolTable(report),
  ]
  if (unfinishedTotal > 0) {
    const more = unfinishedTotal - unfinished.length
    body.push(
      html`<h2>Not done (${count(unfinishedTotal)})</h2>`,
      htmlTable(
        ['task', 'why'],
        unfinished.map(({ id, cause, error }) => [id, error === undefined ? cause : `${cause}: ${error}`]),
      ),
      more > 0 ? html`<p class="note">... and ${count(more)} more</p>` : html``,
    )
  }
  return htmlPage(`Run ${report.runId} of ${report.name}`, body, RUN_PAGE_STYLE)
}

function tiles({ planned, actual, pools }: RunReport): Html {
  const difference = actual.spentUsd - planned.moneyUsd
  const versus =
    Math.abs(difference) < 5e-10
      ? 'exactly as planned'
      : `${usd(Math.abs(difference))} ${difference > 0 ? 'more' : 'less'} than planned`
  const worked = pools.filter(({ attempts }) => attempts > 0)
  const busiest = [...worked].sort((a, b) => b.busyShare - a.busyShare)[0]
  const facts: [string, string, string][] = [
    [
      `${count(actual.done)} of ${count(planned.tasks)}`,
      'tasks done',
      `${count(actual.moved)} moved to another agent`,
    ],
    [usd(actual.spentUsd), 'spent', versus],
    [
      duration(actual.makespanMs),
      'from first start to last end',
      busiest ? `busiest: ${busiest.id}, ${percent(busiest.busyShare)}` : '',
    ],
    [
      count(actual.attempts),
      'attempts',
      actual.retriedUsd > 0
        ? `${usd(actual.retriedUsd)} on those without a result`
        : 'no money on those without a result',
    ],
  ]
  return html`<div class="tiles">${facts.map(([value, name, note]) => html`<div><b>${value}</b>${name}<small>${note}</small></div>`)}</div>`
}

/** Tasks done and money spent, against what was planned, and attempts running. */
function progressCurves({ spans, planned, actual }: RunReport): Curve[] {
  const ends = [...spans].sort((a, b) => a.to - b.to)
  const start = spans.reduce((least, { from }) => Math.min(least, from), Infinity)
  let done = 0
  let spentNano = 0
  const doneSteps = [{ at: start, value: 0 }]
  const moneySteps = [{ at: start, value: 0 }]
  for (const { to, result, cost } of ends) {
    if (result === 'accepted') doneSteps.push({ at: to, value: ++done })
    spentNano += cost
    moneySteps.push({ at: to, value: toUsd(spentNano) })
  }
  const changes = [
    ...spans.map(({ from }) => ({ at: from, by: 1 })),
    ...spans.map(({ to }) => ({ at: to, by: -1 })),
  ].sort((a, b) => a.at - b.at || a.by - b.by)
  let running = 0
  const runningSteps = changes.map(({ at, by }) => ({ at, value: (running += by) }))
  const moneyTop = Math.max(planned.moneyUsd, actual.spentUsd)
  return [
    { name: 'tasks done', className: 'done', steps: doneSteps, top: planned.tasks, format: count },
    {
      name: 'money spent',
      className: 'money',
      steps: moneySteps,
      ...(moneyTop > 0 ? { top: moneyTop } : {}),
      format: usd,
    },
    { name: 'running at once', className: 'running', steps: runningSteps, format: count },
  ]
}

/** Rows are agents, or pools of a large fleet, in the fleet's order; idle agents of pools that worked are shown too. */
function ganttFacts({ spans, instance }: RunReport): GanttFacts {
  const { fleet, tasks } = instance
  const agents = shownAgents(spans, fleet)
  const byAgent = agents.length <= MAX_AGENT_ROWS
  const rowOf = new Map<number, number>()
  const rows: GanttRow[] = []
  if (byAgent)
    for (const agent of agents) {
      rowOf.set(agent, rows.length)
      rows.push({ label: agentId(fleet, agent), group: fleet.poolIds[fleet.poolOf[agent]!]!, places: 1 })
    }
  else
    for (const pool of busiestPools(spans, fleet.poolOf)) {
      rowOf.set(pool, rows.length)
      rows.push({ label: fleet.poolIds[pool]!, group: '', places: fleet.replicas[pool]! })
    }
  const bars = spans.flatMap((span): (GanttBar & { span: AttemptSpan })[] => {
    const row = rowOf.get(byAgent ? span.agent : fleet.poolOf[span.agent]!)
    return row === undefined
      ? []
      : [{ row, from: span.from, to: span.to, kind: RESULTS.indexOf(span.result), span }]
  })
  return {
    rows,
    bars,
    kinds: RESULTS.map((name) => ({
      name,
      className: name,
      isTrouble: name === 'failed' || name === 'lost',
    })),
    titleOf(bar) {
      const { span } = bar as GanttBar & { span: AttemptSpan }
      return `${tasks.ids.get(span.task)} on ${agentId(fleet, span.agent)}: ${span.result}, ${duration(span.to - span.from)}, ${usd(toUsd(span.cost))}`
    },
    // A row of many agents has bars over bars.
    ...(byAgent ? {} : { maxBars: 0 }),
  }
}

/** The agents that worked, and the idle ones beside them in the fleet's order, as far as there are rows. */
function shownAgents(
  spans: readonly AttemptSpan[],
  { poolOf, firstAgent }: RunReport['instance']['fleet'],
): number[] {
  const shown = new Set(spans.map(({ agent }) => agent))
  const pools = [...new Set([...shown].map((agent) => poolOf[agent]!))].sort((a, b) => a - b)
  for (const pool of pools)
    for (let agent = firstAgent[pool]!; agent < firstAgent[pool + 1]!; agent++)
      if (shown.size < MAX_AGENT_ROWS) shown.add(agent)
  return [...shown].sort((a, b) => a - b)
}

function busiestPools(spans: readonly AttemptSpan[], poolOf: Int32Array): number[] {
  const busyMs = new Map<number, number>()
  for (const { agent, from, to } of spans)
    busyMs.set(poolOf[agent]!, (busyMs.get(poolOf[agent]!) ?? 0) + to - from)
  const pools = [...busyMs].sort((a, b) => b[1] - a[1]).slice(0, MAX_POOL_ROWS)
  return pools.map(([pool]) => pool).sort((a, b) => a - b)
}

function legend({ spans }: RunReport, facts: GanttFacts): Html {
  const seen = new Set(spans.map(({ result }) => result))
  const rows = facts.rows.some(({ places }) => places > 1) ? 'pool' : 'agent'
  if (isSummed(facts))
    return html`<figcaption class="legend"><span><i class="busy"></i>the stronger the colour, the busier the ${rows}</span><span><i class="failed"></i>an attempt failed or was lost</span><span>${count(spans.length)} attempts, too many to draw one by one</span></figcaption>`
  const shown = RESULTS.filter((result) => seen.has(result))
  return html`<figcaption class="legend">${shown.map((result) => html`<span><i class="${result}"></i>${result}</span>`)}<span>time since the first start; point at a bar for its task</span></figcaption>`
}

function poolTable({ pools }: RunReport): Html {
  return htmlTable(
    ['pool', 'planned', 'done', 'attempts', 'failed', 'spent', 'busy'],
    pools.map((pool) => [
      pool.id,
      count(pool.planned),
      count(pool.done),
      count(pool.attempts),
      pool.failed > 0 ? html`<span class="bad">${count(pool.failed)}</span>` : '0',
      usd(pool.spentUsd),
      html`<span class="meter"><span style="width:${Math.round(Math.min(1, pool.busyShare) * 100)}%"></span></span> ${percent(pool.busyShare)}`,
    ]),
  )
}
