/** Runs a local program with text on its standard input; ends it with everything it has started. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Clock } from '../clock/clock.ts'
import type { Cancellation } from './cancellation.ts'

/** How long a program may take to end in peace before it is killed. */
const GRACE_MS = 2_000
/** Output beyond this is a mistake of the program, not an answer. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

export interface ChildOptions {
  readonly command: readonly string[]
  readonly input: string
  readonly timeoutMs: number
  readonly clock: Clock
  readonly cancellation?: Cancellation
  readonly onStarted?: (pid: number) => void
  readonly workingDirectory?: string
  readonly environment?: Readonly<Record<string, string>>
}

export interface ChildResult {
  readonly stdout: string
  /** Its last 2,000 characters. */
  readonly stderr: string
  readonly code: number | null
  readonly ended: 'exit' | 'timeout' | 'cancelled' | 'not-started' | 'too-much-output'
}

/** Settles when the program and its pipes are closed; never rejects. */
export function runChild(options: ChildOptions): Promise<ChildResult> {
  const { command, input, timeoutMs, clock, cancellation } = options
  const [program, ...args] = command
  return new Promise((resolve) => {
    // A group of its own, so that what the program starts can be ended with it.
    const child = spawn(program!, args, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.workingDirectory ? { cwd: options.workingDirectory } : {}),
      env: { ...process.env, ...options.environment },
    })
    if (child.pid !== undefined) options.onStarted?.(child.pid)
    let ended: ChildResult['ended'] = 'exit'
    let stdout = ''
    let stderr = ''
    const signalGroup = (signal: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal)
      } catch {
        // The group is gone already.
      }
    }
    const end = (why: ChildResult['ended']): void => {
      if (ended !== 'exit') return
      ended = why
      signalGroup('SIGTERM')
      grace = clock.after(GRACE_MS, () => signalGroup('SIGKILL'))
    }
    let grace = clock.after(timeoutMs, () => end('timeout'))
    const timeout = grace
    cancellation?.onCancel(() => end('cancelled'))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (stdout.length > MAX_OUTPUT_BYTES) end('too-much-output')
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2_000)
    })
    // A program that reads nothing closes its end early; that is no error.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const close = (code: number | null): void => {
      timeout.cancel()
      grace.cancel()
      if (ended !== 'exit') signalGroup('SIGKILL')
      resolve({ stdout, stderr, code, ended })
    }
    child.on('error', (error) => {
      ended = 'not-started'
      stderr = error.message
      close(null)
    })
    child.on('close', close)
  })
}

/** Whether a program is stopped, as by SIGSTOP or a debugger: known only where the system tells in `/proc`. */
export function isStopped(pid: number): boolean {
  try {
    return /^\d+ \(.*\) [Tt]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
