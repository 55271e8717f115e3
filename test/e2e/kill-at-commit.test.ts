/** `kill -9` of a real orchestrating process at every write of a small run, before and after it, and at random. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { realClock } from '../../src/clock/real-clock.ts'
import { createRng } from '../../src/numeric/rng.ts'
import { loadRun } from '../../src/orchestrator/run-files.ts'
import { DONE } from '../../src/orchestrator/task-status.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import { type Bundle, bundle, harnessFile } from '../harness/bundle.ts'
import type { RunProcessOptions } from '../harness/run-process.ts'
import { checkHistory } from '../simulation/check-history.ts'

const RUN_ID = 'small'
const KILLS = 100
/** A process that has not begun to dispatch after so much work of its own is too slow to resume. */
const MAX_FIRST_DISPATCH_CPU_MS = 3_000

let program: Bundle
const firstDispatches: { cpuMs: number; wallMs: number }[] = []

beforeAll(async () => {
  program = await bundle(harnessFile('run-process.ts'))
})
afterAll(() => program.remove())

interface Place {
  readonly state: string
  readonly report: string
}

function newPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'qaas-kill-'))
  return { state: join(folder, 'state.db'), report: join(folder, 'report') }
}

function start(place: Place, dies?: RunProcessOptions['dies']): ChildProcess {
  const options: RunProcessOptions = { ...place, ...(dies ? { dies } : {}) }
  return spawn(process.execPath, [program.file, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves with how it ended: the signal, or the code. */
const ended = (child: ChildProcess): Promise<NodeJS.Signals | number | null> =>
  new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)))

/** After the run has been resumed to its end: the nine invariants against everything any of its processes reported. */
async function expectWhole(place: Place): Promise<void> {
  const lines = readFileSync(place.report, 'utf8').trim().split('\n')
  const numbers = (word: string): number[][] =>
    lines.filter((line) => line.startsWith(word)).map((line) => line.split(' ').slice(1).map(Number))
  const store = openSqliteStore(place.state, { clock: realClock })
  try {
    const { state } = await loadRun(store, RUN_ID)
    const broken = await checkHistory({
      store,
      runId: RUN_ID,
      concurrency: 1,
      acknowledged: new Set(numbers('done').map(([task]) => task!)),
      toldTasks: 0,
      billedNano: 0,
      live: state,
    })
    expect(broken).toEqual([])
    expect(state.counts[DONE]).toBe(9)
  } finally {
    await store.close()
  }
  for (const [cpuMs, wallMs] of numbers('first')) firstDispatches.push({ cpuMs: cpuMs!, wallMs: wallMs! })
}

let kills = 0

test('killed just before or just after any write, a run is resumed to its end with nothing lost, doubled or held', async () => {
  for (const when of ['before', 'after'] as const)
    for (let write = 1, killed = true; killed; write++) {
      const place = newPlace()
      killed = (await ended(start(place, { when, write }))) === 'SIGKILL'
      if (killed) expect(await ended(start(place))).toBe(0)
      await expectWhole(place)
      if (killed) kills += 1
    }
  // Making the run, taking the lead, three generations of tasks begun and ended, letting go of the lead; how many
  // more there are depends on what ends at the same time.
  expect(kills).toBeGreaterThanOrEqual(2 * 7)
}, 300_000)

test(`killed at random moments, again and again, up to ${KILLS} kills in all, runs lose nothing either`, async () => {
  const rng = createRng(1)
  while (kills < KILLS) {
    const place = newPlace()
    for (let over = false; !over; ) {
      const child = start(place)
      const how = ended(child)
      await untilItWorks(child, place.report)
      await pause(rng.nextFloat() * 25)
      if (kills < KILLS) child.kill('SIGKILL')
      over = (await how) === 0
      if (!over) kills += 1
    }
    await expectWhole(place)
  }
}, 300_000)

/** Before that there is nothing to kill. */
async function untilItWorks(child: ChildProcess, report: string): Promise<void> {
  const length = (): number => (existsSync(report) ? statSync(report).size : 0)
  const before = length()
  while (child.exitCode === null && child.signalCode === null && length() === before) await pause(2)
}

test('the first new dispatch after a kill comes within 3 s', async ({ annotate }) => {
  const wall = firstDispatches.map(({ wallMs }) => wallMs).sort((a, b) => a - b)
  const worstCpuMs = Math.max(...firstDispatches.map(({ cpuMs }) => cpuMs))
  const [median, worst] = [wall[wall.length >> 1], wall.at(-1)]
  await annotate(
    `${kills} kills; from process start to first dispatch: median ${median} ms, worst ${worst} ms, ${worstCpuMs} ms of CPU`,
  )
  expect(worstCpuMs).toBeLessThan(MAX_FIRST_DISPATCH_CPU_MS)
})
