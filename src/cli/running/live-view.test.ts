import { expect, test } from 'vitest'
import type { Progress } from '../../orchestrator/progress.ts'
import { lineText } from '../style.ts'
import { etaMs, type LiveFacts, liveLines } from './live-view.ts'
import { createPace } from './pace.ts'
import { liveText, statusText } from './run-text.ts'

const progress: Progress = {
  runId: 'r',
  outcome: 'open',
  tasks: {
    waiting: 10,
    ready: 40,
    running: 8,
    checking: 0,
    done: 140,
    failed: 2,
    skipped: 0,
    cancelled: 0,
    total: 200,
  },
  pools: Array.from({ length: 6 }, (_, k) => ({
    id: `pool-${k}`,
    running: k,
    slots: 5,
    load: k === 5 ? 0 : 40,
    agentsUp: 5,
    agents: 5,
  })).slice(0, 5),
  spentNano: 3e9,
  reservedNano: 1e9,
  disputedNano: 0,
  budgetNano: 5e9,
  sharedFreeNano: null,
  counters: {
    attempts: 150,
    failures: 3,
    rejections: 0,
    fenced: 0,
    leasesExpired: 0,
    resent: 0,
    replans: 0,
    returned: 0,
    commits: 9,
  },
  notDone: [],
  reopenable: 0,
  events: 0,
  at: 0,
}
const settings = { runId: 'r', name: 'demo', plannedUsd: 4 } as LiveFacts['settings']
const facts: LiveFacts = { progress, settings, elapsedMs: 10_000, perSecond: 14, expectedUsd: 4.2 }

const drawn = (width: number, height: number, more: Partial<LiveFacts> = {}): string[] =>
  liveLines({ ...facts, ...more }, { width, height }).map((line) => lineText(line, { width, colour: false }))

test('the view tells tasks by state, money against budget and plan, pace, time left and how busy pools are', () => {
  const text = drawn(90, 24).join('\n')
  for (const part of [
    '140 of 200 done  8 running  40 ready  10 waiting  2 failed',
    '14 tasks/s',
    '10.0 s, about 4.14 s left',
    '$3.00 spent of $5.00  $1.00 held  $4.00 planned  $4.20 expected',
    '150 attempts  3 attempts failed',
    'qaas resume r',
  ])
    expect(text).toContain(part)
  expect(text).toMatch(/pool-4 +█+░+ +4\/5 +40 +5\/5/)
})

test('a small terminal gets a short view that still has the sums, and how to go on', () => {
  const lines = drawn(50, 11)
  expect(lines.length).toBeLessThanOrEqual(11)
  expect(lines.join('\n')).toContain('more pools with')
  expect(lines.at(-1)).toContain('qaas resume r')
})

test('after Ctrl-C the last line says what is happening', () => {
  expect(drawn(90, 24, { stopping: true }).at(-1)).toMatch(/^stopping: .*Ctrl-C again/)
})

test('the time left follows the pace of the last seconds, not that of all the time before', () => {
  const pace = createPace(10_000)
  expect(pace.perSecond).toBeUndefined()
  pace.note(500, 0)
  expect(etaMs(progress, pace.perSecond)).toBeUndefined()
  for (let second = 1; second <= 20; second++) pace.note(500 + second, second * 1000)
  expect(pace.perSecond).toBeCloseTo(1)
  for (let second = 21; second <= 40; second++) pace.note(520 + (second - 20) * 58, second * 1000)
  expect(etaMs(progress, pace.perSecond)).toBeCloseTo(1000)
})

test('money is shown against what the run can really spend: the budget of all runs where that leaves less', () => {
  const short = { ...progress, sharedFreeNano: 0.5e9 }
  expect(drawn(90, 24, { progress: short }).join('\n')).toContain('$3.00 spent of $4.50 left by other runs')
  expect(liveText({ ...facts, progress: short })).toContain(
    'spent $3.00 of $4.50 (all that the budget of all',
  )
})

const REFUSED = {
  cause: 'connection refused at http://127.0.0.1:9999/v1',
  attempts: 12,
  pool: 'local',
  always: true,
}

test('the newest failure is named, with how many attempts failed like it, on a terminal, in a pipe and in status', () => {
  const failing = { ...progress, trouble: REFUSED }
  const said =
    'connection refused at http://127.0.0.1:9999/v1 (12 attempts; all attempts on local fail alike)'
  expect(drawn(130, 24, { progress: failing }).join('\n')).toContain(`newest failure: ${said}`)
  expect(liveText({ ...facts, progress: failing })).toContain(`newest failure: ${said}`)
  const notDone = [{ task: 'a', cause: 'quarantined', error: 'HTTP 500: oh' }] as const
  const text = statusText({ ...failing, notDone }, settings, 'process 1')
  expect(text).toContain(said)
  expect(text).toContain('a: quarantined: HTTP 500: oh')
})

test('the status of a stopped run says that what ran and its money are held until it is resumed', () => {
  const text = statusText(progress, settings, undefined)
  expect(text).toContain('stopped; "qaas resume" goes on')
  expect(text).toMatch(/running +8 when it stopped: their attempts are held until it is resumed/)
  expect(text).toContain('held $1.00 until resumed')
  expect(statusText(progress, settings, 'process 1')).not.toContain('until')
})
