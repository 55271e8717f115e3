/** The self-contained page of a plan: verdict, pictures, dispatch, and every broken promise. */
import { renderChart } from './chart.ts'
import type { Comparison } from './comparison.ts'
import { type Html, html, htmlPage, htmlTable, rawHtml } from './html.ts'
import { costBySolver, loadPerPool, qualityStaircase } from './plan-charts.ts'
import type { ShiftReport } from './shift-report.ts'

export interface PlanPageFacts {
  readonly title: string
  /** Name and value, in the order they are shown. */
  readonly facts: readonly (readonly [string, string])[]
  readonly verdict: { readonly feasible: boolean; readonly text: string }
  readonly shift?: ShiftReport
  readonly comparison: Comparison
  /** Sentences. */
  readonly violations: readonly string[]
  readonly money: (usd: number) => string
}

/** Broken promises listed before the rest is only counted. */
const MAX_LISTED = 200

export async function planPage(page: PlanPageFacts): Promise<string> {
  const { shift, comparison } = page
  const figure = async (chart: Parameters<typeof renderChart>[0]): Promise<Html> =>
    html`<figure>${rawHtml(await renderChart(chart))}</figure>`
  const body: Html[] = [
    html`<p class="${page.verdict.feasible ? 'good' : 'bad'}"><strong>${page.verdict.text}</strong></p>`,
    htmlTable(['', ''], page.facts),
    html`<h2>Solvers</h2>`,
    await figure(costBySolver(comparison.rows, comparison.bound)),
    solverTable(page),
  ]
  if (shift) {
    body.push(html`<h2>Load</h2>`, await figure(loadPerPool(shift)), dispatchTable(shift))
    if (shift.chains.length > 0) body.push(html`<h2>Workflows</h2>`, await figure(qualityStaircase(shift)))
  }
  if (page.violations.length > 0) {
    const more = page.violations.length - MAX_LISTED
    body.push(
      html`<h2>Broken promises (${page.violations.length})</h2><ul>${page.violations.slice(0, MAX_LISTED).map((text) => html`<li>${text}</li>`)}</ul>`,
      more > 0 ? html`<p class="note">... and ${more} more</p>` : html``,
    )
  }
  return htmlPage(page.title, body)
}

function solverTable({ comparison, money }: PlanPageFacts): Html {
  return htmlTable(
    ['solver', 'objective', 'money', 'gap to bound', 'broken promises', 'seconds', 'ended'],
    comparison.rows.map(({ solver, objective, moneyUsd, gap, violations, elapsedMs, termination }) => [
      solver,
      objective?.toFixed(6) ?? '-',
      moneyUsd === undefined ? '-' : money(moneyUsd),
      gap === undefined ? '-' : `${(gap * 100).toFixed(4)} %`,
      objective === undefined ? '-' : violations,
      (elapsedMs / 1000).toFixed(3),
      termination,
    ]),
  )
}

function dispatchTable({ dispatch }: ShiftReport): Html {
  return htmlTable(
    ['pool', 'agents', 'tasks', 'capacity', 'price', 'quality'],
    dispatch
      .slice(0, MAX_LISTED)
      .map(({ pool, agents, tasks, capacity, price, quality }) => [
        pool,
        agents,
        tasks,
        Number.isFinite(capacity) ? capacity : 'no limit',
        price,
        quality,
      ]),
  )
}
