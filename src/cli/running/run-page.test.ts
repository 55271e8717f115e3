import { expect, test } from 'vitest'
import { createInstance } from '../../model/builder.ts'
import { createRng } from '../../numeric/rng.ts'
import { runPage } from './run-page.ts'
import type { AttemptSpan, RunReport } from './run-report.ts'

/** A made-up run: every agent works through its share without a pause. */
function reportOf(numTasks: number, replicas: readonly number[]): RunReport {
  const rng = createRng(1)
  const instance = createInstance({
    version: 1,
    agents: replicas.map((count, k) => ({ id: `pool<${k}>`, replicas: count, quality: 0.9 })),
    tasks: Array.from({ length: numTasks }, (_, k) => ({ id: `t${k}` })),
  })
  const { numAgents } = instance.fleet
  const free = new Float64Array(numAgents)
  const spans = Array.from({ length: numTasks }, (_, task): AttemptSpan => {
    const agent = task % numAgents
    const from = 1_700_000_000_000 + free[agent]!
    const lasts = 100 + rng.nextFloat() * 400
    free[agent]! += lasts + rng.nextFloat() * 50
    return {
      task,
      agent,
      from,
      to: from + lasts,
      cost: 1e6,
      result: rng.nextInt(50) === 0 ? 'failed' : 'accepted',
    }
  })
  return {
    runId: 'r',
    name: 'made-up',
    verdict: 'all tasks done',
    simulated: false,
    outcome: 'finished',
    planned: { tasks: numTasks, moneyUsd: numTasks / 1000, solver: 'greedy' },
    actual: {
      done: numTasks,
      spentUsd: numTasks / 1000,
      retriedUsd: 0,
      disputedUsd: 0,
      attempts: numTasks,
      failed: 0,
      returned: 0,
      moved: 0,
      makespanMs: Math.max(...free),
    },
    pools: [],
    unfinished: [],
    unfinishedTotal: 0,
    alike: [],
    advice: [],
    spans,
    instance,
  }
}

const countOf = (page: string, part: string): number => page.split(part).length - 1

test('1,000 attempts on 48 agents have a bar each, with what it was when pointed at', async () => {
  const page = await runPage(reportOf(1_000, [40, 8]))
  expect(countOf(page, '<rect class="bar')).toBe(1_000)
  expect(page).toMatch(/<title>t7 on pool&lt;0&gt;-7: accepted, \d+ ms, \$0\.001000<\/title>/)
  expect(page).not.toContain('pool<0>')
  expect(page).toContain('prefers-color-scheme: dark')
  // Nothing is loaded from elsewhere, nothing runs.
  expect(page).not.toMatch(/<script|https?:/)
  expect(page.length).toBeLessThan(400_000)
})

test('100,000 attempts show how busy each agent was, and on 10,000 agents each pool, in a small page', async () => {
  const few = await runPage(reportOf(100_000, [40, 8]))
  expect(few).toContain('too many to draw one by one')
  expect(few).toMatch(/pool&lt;0&gt;-7: busy 9\d % of the time/)
  const many = await runPage(reportOf(100_000, [9_000, 1_000]))
  expect(many).toMatch(/pool&lt;1&gt;: busy \d+ % of the time, 1000 agents/)
  for (const page of [few, many]) {
    expect(countOf(page, '<rect class="bar')).toBe(0)
    expect(page.length).toBeLessThan(600_000)
  }
})

test('a night between two halves of a run is cut out of the time axis, and said', async () => {
  const report = reportOf(100, [4])
  const later = report.spans.map((span) => ({ ...span, from: span.from + 3.6e7, to: span.to + 3.6e7 }))
  const page = await runPage({ ...report, spans: [...report.spans, ...later] })
  expect(page).toMatch(/idle for (9:59|10:00) h/)
  const widths = [...page.matchAll(/class="bar [a-z]+" x="[\d.]+" y="\d+" width="([\d.]+)"/g)].map((found) =>
    Number(found[1]),
  )
  expect(Math.min(...widths)).toBeGreaterThan(2)
})

test('a run without any attempt still has a page', async () => {
  expect(await runPage({ ...reportOf(3, [1]), spans: [] })).toContain('all tasks done')
})

test('agents of a pool that worked are shown also when they stayed idle, as far as there are rows', async () => {
  const report = reportOf(30, [40, 8, 200])
  const page = await runPage(report)
  expect(page).toContain('pool&lt;0&gt;-39')
  expect(page).not.toContain('pool&lt;1&gt;-0')
  const wide = await runPage(reportOf(5, [200]))
  expect(wide).toContain('pool&lt;0&gt;-119')
  expect(wide).not.toContain('pool&lt;0&gt;-120')
})
