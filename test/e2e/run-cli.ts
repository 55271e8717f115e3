/** Runs the command line as a user does: the built program in a process of its own. */
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))
const PROGRAM = join(ROOT, 'bin', 'qaas.js')

export interface CliOutcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `qaas ...argv`; `cwd` defaults to the repository, `home` is where runs live. */
export function runCli(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly input?: string; readonly home?: string } = {},
): Promise<CliOutcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, ...argv],
      { cwd: options.cwd ?? ROOT, maxBuffer: 1 << 28, env: environment(options.home) },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    )
    child.stdin?.end(options.input ?? '')
  })
}

function environment(home: string | undefined): NodeJS.ProcessEnv {
  return { ...process.env, NO_COLOR: '1', ...(home === undefined ? {} : { QAAS_HOME: home }) }
}

/** Starts `qaas ...argv`, sends `signal` once its progress on stderr matches `after`, and waits for the end. */
export function interruptCli(
  argv: readonly string[],
  signal: NodeJS.Signals,
  after: RegExp,
): Promise<CliOutcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...argv], { cwd: ROOT })
    let stdout = ''
    let stderr = ''
    let sent = false
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
      if (sent || !after.test(stderr)) return
      sent = true
      child.kill(signal)
    })
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
  })
}

/** A fresh folder for files a test writes. */
export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), 'qaas-test-'))
}
