/** `qaas run` and what follows it, as real processes: killed, doubled, refused, resumed. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { expect, test } from 'vitest'

const QAAS = fileURLToPath(new URL('../../bin/qaas.js', import.meta.url))
const FACTORY = fileURLToPath(new URL('../../examples/factory.yaml', import.meta.url))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function qaas(home: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [QAAS, ...args],
      { env: { ...process.env, QAAS_HOME: home }, maxBuffer: 1e8 },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    )
  })
}

function start(home: string, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [QAAS, ...args], {
    env: { ...process.env, QAAS_HOME: home },
    stdio: 'ignore',
  })
}

const home = (): string => mkdtempSync(join(tmpdir(), 'qaas-e2e-'))
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function doneSoFar(folder: string): Promise<number> {
  const { code, stdout } = await qaas(folder, 'status', '--json')
  return code === 0 ? (JSON.parse(stdout) as { tasks: { done: number } }).tasks.done : 0
}

async function untilDone(folder: string, least: number): Promise<number> {
  for (let k = 0; k < 300; k++) {
    const done = await doneSoFar(folder)
    if (done >= least) return done
    await pause(50)
  }
  throw new Error('the run does not get on')
}

function exited(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.on('exit', () => resolve())
  })
}

test('the factory runs from plan to report, spends exactly what was planned, and leaves its results', async () => {
  const folder = home()
  const events = join(folder, 'events.jsonl')
  const page = join(folder, 'run.html')
  const metrics = join(folder, 'metrics.txt')
  const run = await qaas(
    folder,
    ...['run', FACTORY, '--simulate', '--speed', '200', '--json'],
    ...['--events', events, '--html', page, '--metrics', metrics],
  )
  expect([run.code, run.stderr]).toEqual([0, ''])
  const report = JSON.parse(run.stdout) as { actual: { done: number; spentUsd: number } }
  expect(report.actual).toMatchObject({ done: 1000, spentUsd: 11.07 })
  const lines = readFileSync(events, 'utf8').trim().split('\n')
  expect(lines.filter((line) => line.includes('"cause":"accepted"'))).toHaveLength(1000)
  expect(readFileSync(page, 'utf8')).toContain('<svg')
  expect(readFileSync(metrics, 'utf8')).toContain('qaas_tasks{state="done"} 1000')
  const results = await qaas(folder, 'results')
  expect(results.stdout.trim().split('\n')).toHaveLength(1000)
  expect((await qaas(folder, 'runs')).stdout).toContain('finished')
})

test('kill -9, then resume: what was done stays done, nothing is done twice, no hold leaks', async () => {
  const folder = home()
  const child = start(folder, 'run', FACTORY, '--simulate', '--speed', '10', '--name', 'k')
  const before = await untilDone(folder, 50)
  // A second orchestrator is refused while the first lives.
  const second = await qaas(folder, 'resume', 'k')
  expect(second.code).toBe(2)
  expect(second.stderr).toMatch(/run "k" is already being run by process \d+/)
  child.kill('SIGKILL')
  await exited(child)
  expect((await qaas(folder, 'status')).stdout).toContain('stopped; "qaas resume" goes on')
  const again = start(folder, 'resume', 'k')
  await untilDone(folder, before + 20)
  again.kill('SIGKILL')
  await exited(again)
  const resumed = await qaas(folder, 'resume', 'k', '--json')
  expect(resumed.code).toBe(0)
  const report = JSON.parse(resumed.stdout) as { actual: { done: number; spentUsd: number } }
  expect(report.actual).toMatchObject({ done: 1000, spentUsd: 11.07 })
  const { stdout } = await qaas(folder, 'status', 'k', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ reservedNano: 0, outcome: 'finished' })
  expect((await qaas(folder, 'resume', 'k')).stderr).toContain('is over: finished')
})

test('Ctrl-C lets go of the run with 130, and cancel ends it for good', async () => {
  const folder = home()
  const child = start(folder, 'run', FACTORY, '--simulate', '--speed', '5', '--name', 'c')
  await untilDone(folder, 20)
  child.kill('SIGINT')
  await exited(child)
  expect(child.exitCode).toBe(130)
  const again = start(folder, 'resume', 'c')
  await pause(1_500)
  const cancelled = await qaas(folder, 'cancel', 'c')
  expect([cancelled.code, cancelled.stdout.trim()]).toEqual([0, 'run c is cancelled'])
  await exited(again)
  expect((await qaas(folder, 'runs')).stdout).toMatch(/c\s+.*cancelled/)
})

test('a plan for another instance, an unknown agent in a plan and a missing provider are refused by name', async () => {
  const folder = home()
  const plan = join(folder, 'plan.json')
  const other = join(folder, 'other.yaml')
  const text = 'version: 1\nagents: [{ id: a, quality: 0.9 }]\ntasks: [{ id: t }, { id: u }]\n'
  writeFileSync(other, text)
  expect((await qaas(folder, 'plan', other, '--out', plan)).code).toBe(0)
  writeFileSync(other, text.replace('0.9', '0.8'))
  const mismatch = await qaas(folder, 'run', other, '--plan', plan, '--simulate')
  expect([mismatch.code, mismatch.stderr]).toEqual([2, expect.stringContaining('made for another instance')])
  writeFileSync(plan, readFileSync(plan, 'utf8').replace('"t":"a"', '"t":"ghost"'))
  const ghost = await qaas(folder, 'run', other, '--plan', plan, '--simulate')
  expect([ghost.code, ghost.stderr]).toEqual([2, expect.stringContaining('no agent "ghost"')])
  const bare = await qaas(folder, 'run', other)
  expect([bare.code, bare.stderr]).toEqual([
    2,
    expect.stringContaining('agent "a" does not say how it is reached'),
  ])
  expect((await qaas(folder, 'runs')).stderr).toContain('there are no runs')
})

test('a damaged store is refused, not repaired by guessing', async () => {
  const folder = home()
  expect((await qaas(folder, 'run', FACTORY, '--simulate', '--speed', '1000', '--name', 'd')).code).toBe(0)
  const database = new Database(join(folder, 'state.db'))
  database.exec(`update segment set body = replace(body, '"ended"', '"lost!"') where first > 100`)
  database.close()
  const results = await qaas(folder, 'results', 'd')
  expect([results.code, results.stderr]).toEqual([
    2,
    expect.stringMatching(/is damaged: .*\nMaybe restore it/),
  ])
})

test('a disk that fills up ends in a clear error and a run that can be resumed', async () => {
  const folder = home()
  // A limit on the size of files stands for a full disk; the signal that comes with it is ignored.
  const limited = await new Promise<Ended>((resolve) => {
    const command = `trap '' XFSZ; ulimit -f 400; exec "${process.execPath}" "${QAAS}" run "${FACTORY}" --simulate --speed 1000 --name f`
    execFile(
      'bash',
      ['-c', command],
      { env: { ...process.env, QAAS_HOME: folder } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    )
  })
  expect([limited.code, limited.stderr]).toEqual([
    2,
    expect.stringMatching(/run store .* (has no room left|cannot be read or written)/),
  ])
  const resumed = await qaas(folder, 'resume', 'f', '--json')
  expect(resumed.code).toBe(0)
  expect(JSON.parse(resumed.stdout)).toMatchObject({ actual: { done: 1000, spentUsd: 11.07 } })
})

test('tasks submitted from outside join the run', async () => {
  const folder = home()
  const child = start(folder, 'run', FACTORY, '--simulate', '--speed', '4', '--name', 's')
  await untilDone(folder, 10)
  const more = join(folder, 'more.jsonl')
  writeFileSync(
    more,
    '{"id":"extra-1","complexity":"simple","minQuality":0.5}\n{"id":"extra-2","dependsOn":["extra-1"]}\n',
  )
  const submitted = await qaas(folder, 'submit', more)
  expect([submitted.code, submitted.stdout.trim()]).toEqual([0, '2 tasks submitted to run s'])
  const bad = join(folder, 'bad.jsonl')
  writeFileSync(bad, '{"id":"x","dependsOn":["nowhere"]}\n')
  expect((await qaas(folder, 'submit', bad)).stderr).toContain('"nowhere", which does not exist')
  const beyond = join(folder, 'beyond.jsonl')
  writeFileSync(beyond, '{"id":"fine"}\n{"id":"beyond","requires":["telepathy"]}\n')
  const refused = await qaas(folder, 'submit', beyond)
  expect([refused.code, refused.stdout]).toEqual([2, ''])
  expect(refused.stderr).toMatch(/^error: no agent of the run may do task "beyond": .*lacks .*telepathy/)
  await exited(child)
  expect(child.exitCode).toBe(0)
  expect((await qaas(folder, 'results', '--task', 'extra-2')).stdout).toContain('extra-2')
})
