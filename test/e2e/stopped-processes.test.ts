/** Real processes that are stopped for longer than their lease and then go on: their word counts no more. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startAgentHost } from '../../src/agents/agent-host.ts'
import { runSubjects } from '../../src/agents/agent-message.ts'
import { createLocalBus } from '../../src/bus/local-bus.ts'
import { realClock } from '../../src/clock/real-clock.ts'
import { createInstance } from '../../src/model/builder.ts'
import { createRng } from '../../src/numeric/rng.ts'
import { runStream } from '../../src/orchestrator/journal.ts'
import { startOrchestrator } from '../../src/orchestrator/orchestrator.ts'
import { buildProviders } from '../../src/orchestrator/providers.ts'
import type { RunEvent } from '../../src/orchestrator/run-event.ts'
import { createRun, loadRun } from '../../src/orchestrator/run-files.ts'
import { DONE } from '../../src/orchestrator/task-status.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import { bundle, harnessFile } from '../harness/bundle.ts'
import type { RunProcessOptions } from '../harness/run-process.ts'
import { checkHistory } from '../simulation/check-history.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(happened: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let k = 0; k < 6_000; k++) {
    if (await happened()) return
    await pause(10)
  }
  throw new Error(`never: ${what}`)
}

const onlyWithProc = test.skipIf(!existsSync('/proc/self/stat'))

onlyWithProc(
  'an agent stopped for longer than its lease loses the task; what it answers later is fenced off',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qaas-stop-'))
    const pidFile = join(folder, 'pid')
    // The first attempt says who it is and waits to be stopped; it does not end when it is asked to.
    const agent = `const fs = require('node:fs'), file = ${JSON.stringify(pidFile)}
      process.on('SIGTERM', () => {})
      process.stdin.on('data', () => {
        if (fs.existsSync(file)) return console.log(JSON.stringify({ output: 'second' }))
        fs.writeFileSync(file + '.new', String(process.pid)); fs.renameSync(file + '.new', file)
        setTimeout(() => { console.log(JSON.stringify({ output: 'late' })); process.exit(0) }, 500)
      })`
    const provider = { kind: 'command', command: [process.execPath, '-e', agent] }
    const instance = createInstance({
      version: 1,
      agents: [{ id: 'program', quality: 0.9, price: { perTaskUsd: 0.01 }, provider }],
      tasks: [{ id: 'only' }],
    })
    const store = openSqliteStore(join(folder, 'state.db'), { clock: realClock })
    const settings = { runId: 'stop', name: 'stop', createdAt: 1, instanceHash: '', plannedUsd: 0.01 }
    await createRun(store, {
      settings: { ...settings, solver: 'test', seed: 1, runNano: null, workflowNano: null },
      instance,
      agentOf: new Int32Array(1),
    })
    const bus = createLocalBus(realClock)
    const providers = buildProviders(instance, { environment: {} })
    const host = startAgentHost({
      bus,
      clock: realClock,
      rng: createRng(1),
      subjects: runSubjects('stop'),
      heartbeatMs: 100,
      incarnation: 1,
      agents: [{ agentId: 'program', provider: providers[0]! }],
    })
    const events: RunEvent[] = []
    const orchestrator = await startOrchestrator({
      store,
      bus,
      clock: realClock,
      rng: createRng(2),
      runId: 'stop',
      holder: 'test',
      providersOf: () => providers,
      tuning: { leaseMs: 1_000, backoffMs: 10 },
      onEvent: (event) => events.push(event),
    })
    await until(() => existsSync(pidFile), 'the agent begins')
    const pid = Number(readFileSync(pidFile, 'utf8'))
    process.kill(pid, 'SIGSTOP')
    await until(() => events.some(({ kind }) => kind === 'lost'), 'the lease runs out')
    process.kill(pid, 'SIGCONT')
    const state = await orchestrator.done
    const told = events.flatMap((event) =>
      event.kind === 'started' || event.kind === 'lost' || event.kind === 'ended'
        ? [`${event.kind} ${event.fence}`]
        : [],
    )
    expect(told).toEqual(['started 1', 'lost 1', 'started 2', 'ended 2'])
    expect(await store.result('stop', 0)).toBe('"second"')
    // The late answer did arrive.
    expect(orchestrator.context.counters.fenced).toBeGreaterThan(0)
    expect(state.ledger.openHolds).toBe(0)
    host.close()
    await store.close()
  },
)

test('an orchestrator stopped for longer than its lead sees, when it goes on, that another leads, and writes nothing', async () => {
  const program = await bundle(harnessFile('run-process.ts'))
  const folder = mkdtempSync(join(tmpdir(), 'qaas-stop-'))
  const place = { state: join(folder, 'state.db'), report: join(folder, 'report') }
  const options: RunProcessOptions = { ...place, leadershipMs: 1_500, speed: 0.05 }
  const launch = (): { child: ChildProcess; said: () => string; over: Promise<number | null> } => {
    const child = spawn(process.execPath, [program.file, JSON.stringify(options)])
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    return { child, said: () => said, over: new Promise((resolve) => child.on('exit', resolve)) }
  }
  const count = (word: string): number =>
    existsSync(place.report) ? readFileSync(place.report, 'utf8').split(word).length - 1 : 0
  const first = launch()
  try {
    await until(() => count('done') >= 2, 'the first gets on')
    first.child.kill('SIGSTOP')
    // The second is refused while the lead of the first lasts, and then takes over.
    let second = launch()
    for (let tries = 0; count('first') < 2; tries++) {
      const code = await Promise.race([second.over, pause(20)])
      if (code === undefined || count('first') === 2) continue
      expect([code, second.said()]).toEqual([
        1,
        expect.stringContaining('run "small" is already being run by process'),
      ])
      expect(tries).toBeLessThan(3_000)
      second = launch()
    }
    first.child.kill('SIGCONT')
    expect(await first.over).not.toBe(0)
    expect(first.said()).toContain('was taken over by another orchestrator')
    expect(await second.over).toBe(0)
    const store = openSqliteStore(place.state, { clock: realClock })
    const { state } = await loadRun(store, 'small')
    const done = readFileSync(place.report, 'utf8').match(/(?<=done )\d+/g)!
    // The log would have two events at one place, or a term after a later one.
    const broken = await checkHistory({
      store,
      runId: 'small',
      concurrency: 1,
      acknowledged: new Set(done.map(Number)),
      toldTasks: 0,
      billedNano: 0,
      live: state,
    })
    expect(broken).toEqual([])
    expect(state.counts[DONE]).toBe(9)
    // Each task was reported done by one of the two, once.
    expect(done.length).toBe(9)
    expect((await store.read(runStream('small'), 0)).join('\n').match(/resumed/g)).toHaveLength(2)
    await store.close()
  } finally {
    first.child.kill('SIGKILL')
    program.remove()
  }
}, 120_000)
