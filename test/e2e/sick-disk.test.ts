/** Real disks that are full, cannot be written, or turn so while a run is under way: a clear error, and it resumes. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './run-cli.ts'

const FACTORY = join(ROOT, 'examples', 'factory.yaml')

/** Whether a command that only some systems allow works here. */
function works(...commands: readonly (readonly string[])[]): boolean {
  try {
    for (const [program, ...args] of commands) execFileSync(program!, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const place = mkdtempSync(join(tmpdir(), 'qaas-disk-'))
const probe = join(place, 'probe')
mkdirSync(probe)
const canMount = works(['mount', '-t', 'tmpfs', 'tmpfs', probe], ['umount', probe])
const canFreeze = works(['chattr', '+i', probe], ['chattr', '-i', probe])

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(home: string, ...args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'qaas.js'), ...args], {
    env: { ...process.env, QAAS_HOME: home },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  )
  return { child, ended }
}

const reportedDone = (events: string): string[] =>
  readFileSync(events, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"cause":"accepted"'))
    .map((line) => (JSON.parse(line) as { task: string }).task)

/** The run goes on from where it stopped, and has all that was reported done before. */
async function expectResumable(home: string, before: readonly string[]): Promise<void> {
  const results = await start(home, 'results', 'd').ended
  const lines = results.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const done = new Set(lines.filter(({ state }) => state === 'done').map(({ task }) => task))
  expect(before.filter((task) => !done.has(task))).toEqual([])
  const resumed = await start(home, 'resume', 'd', '--json').ended
  expect(resumed.code).toBe(0)
  expect(JSON.parse(resumed.stdout)).toMatchObject({ actual: { done: 1000, spentUsd: 11.07 } })
}

// Skipped where file systems cannot be mounted; a limit on file sizes stands for a full disk in `run.test.ts`.
test.skipIf(!canMount)(
  'a disk that fills up under a run ends it with a clear error; with more room it resumes',
  async () => {
    const home = join(place, 'full')
    const events = join(place, 'full.jsonl')
    mkdirSync(home)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=800k', 'tmpfs', home])
    try {
      const run = start(
        home,
        'run',
        FACTORY,
        '--simulate',
        '--speed',
        '500',
        '--name',
        'd',
        '--events',
        events,
      )
      const { code, stderr } = await run.ended
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(
          /error: run store .*state\.db" has no room left .*\nMaybe free some disk space/s,
        ),
      ])
      const before = reportedDone(events)
      expect(before.length).toBeGreaterThan(10)
      execFileSync('mount', ['-o', 'remount,size=64m', home])
      await expectResumable(home, before)
    } finally {
      execFileSync('umount', [home])
    }
  },
)

test.skipIf(!canMount)(
  'a disk that cannot be written is refused before anything is planned or begun',
  async () => {
    const home = join(place, 'read-only')
    mkdirSync(home)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', home])
    try {
      const { code, stdout, stderr } = await start(home, 'run', FACTORY, '--simulate').ended
      expect([code, stdout, stderr]).toEqual([
        2,
        '',
        expect.stringMatching(/^error: .*read-only.*\nMaybe /is),
      ])
      expect(readdirSync(home)).toEqual([])
    } finally {
      execFileSync('umount', [home])
    }
  },
)

// Skipped where files cannot be made immutable: root may write whatever permissions say.
test.skipIf(!canFreeze)(
  'files that turn unwritable under a run end it with a clear error; once well it resumes',
  async () => {
    const home = join(place, 'frozen')
    const events = join(place, 'frozen.jsonl')
    const run = start(home, 'run', FACTORY, '--simulate', '--speed', '20', '--name', 'd', '--events', events)
    while (!existsSync(events) || reportedDone(events).length < 30)
      await new Promise((resolve) => setTimeout(resolve, 50))
    // Not the shared index in memory: a fault there ends the process with a signal, as a kill does.
    const files = ['state.db', 'state.db-wal'].map((name) => join(home, name))
    execFileSync('chattr', ['+i', ...files])
    try {
      const { code, stderr } = await run.ended
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/error: run store .* cannot be (read or )?written .*\nMaybe /s),
      ])
    } finally {
      execFileSync('chattr', ['-i', ...files])
    }
    await expectResumable(home, reportedDone(events))
  },
)
