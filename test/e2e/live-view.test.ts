/** The live view on a real pseudo-terminal: redrawn in place, gone at the end, the useful line last after Ctrl-C. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hasColours, screenAfter } from '../harness/tiny-terminal.ts'
import { ROOT } from './run-cli.ts'

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version']).toString().includes('util-linux')
  } catch {
    return false
  }
}

interface Session {
  /** What the terminal shows now. */
  screen(): string[]
  readonly output: string
  type(text: string): void
  until(shown: (lines: readonly string[]) => boolean): Promise<void>
  readonly ended: Promise<number | null>
}

/** `qaas ...` on a terminal of 90 columns and 24 rows. */
function onTerminal(args: string, environment: Record<string, string> = {}): Session {
  const command = `stty cols 90 rows 24; exec "${process.execPath}" "${join(ROOT, 'bin', 'qaas.js')}" ${args}`
  const { NO_COLOR, ...inherited } = process.env
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    cwd: ROOT,
    env: {
      ...inherited,
      TERM: 'xterm',
      QAAS_HOME: mkdtempSync(join(tmpdir(), 'qaas-tty-')),
      ...environment,
    },
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  return {
    screen: () => screenAfter(output),
    get output() {
      return output
    },
    type: (text) => void child.stdin.write(text),
    async until(shown) {
      for (let k = 0; k < 3_000 && !shown(screenAfter(output)); k++)
        await new Promise((resolve) => setTimeout(resolve, 10))
    },
    ended: new Promise((resolve) => child.on('close', resolve)),
  }
}

const RUN = 'run examples/factory.yaml --simulate --speed 6 --failure-rate 0.02 --name tty'
const withTerminal = test.skipIf(!hasScript())

withTerminal(
  'a run is shown in place, and Ctrl-C ends with how to go on as the last thing said',
  async () => {
    const session = onTerminal(RUN)
    await session.until((lines) => lines.some((line) => /[1-9]\d+ of 1,000 done/.test(line)))
    const lines = session.screen()
    // Many frames were drawn, one is seen.
    expect(session.output.split('of 1,000 done').length).toBeGreaterThan(2)
    expect(lines.filter((line) => line.includes('of 1,000 done'))).toHaveLength(1)
    expect(lines.length).toBeLessThanOrEqual(24)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(90)
    expect(lines.join('\n')).toMatch(/factory {2}run tty .* left\n[█▓▒░×]+\n/)
    expect(lines.join('\n')).toMatch(/claude +█+░* +\d+\/10 +\d+ +10\/10/)
    session.type('\u0003')
    expect(await session.ended).toBe(130)
    const end = session.screen().filter((line) => line !== '')
    expect(end.slice(-2)).toEqual([
      'nothing is lost. Go on with:  qaas resume tty',
      '  or end it for good:       qaas cancel tty',
    ])
    // The view is gone, the report stands, and what is still to do is not listed task by task.
    expect(end.join('\n')).not.toContain('Ctrl-C')
    expect(end.join('\n')).toMatch(/run tty of factory.*: stopped with [\d,]+ of 1,?000 tasks done/)
    expect(end.length).toBeLessThan(30)
  },
)

withTerminal('NO_COLOR is kept on a terminal', async () => {
  const session = onTerminal(RUN.replace('--speed 6', '--speed 100'), { NO_COLOR: '1' })
  expect(await session.ended).toBe(0)
  expect(session.output).toContain('of 1,000 done')
  expect(hasColours(session.output)).toBe(false)
})
