import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  agentProviderConformance,
  attemptContext,
  attemptRequest,
} from '../../test/conformance/agent-provider.ts'
import { realClock } from '../clock/real-clock.ts'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { failureOf } from './attempt-error.ts'
import { Cancellation } from './cancellation.ts'
import { createCommandProvider } from './command.ts'
import { createEchoProvider } from './echo.ts'
import { createSimulatedProvider } from './simulated.ts'

const script = (source: string) =>
  createCommandProvider({ command: [process.execPath, '-e', source], timeoutMs: 20_000 })

agentProviderConformance('echo', { create: createEchoProvider, input: 'hello' })
agentProviderConformance('simulated', {
  create: () => createSimulatedProvider(),
  input: null,
  slowInput: null,
  slowRequest: { expected: { inputTokens: 7, outputTokens: 3, latencyMs: 60_000, quality: 1 } },
})
agentProviderConformance('command', {
  create: () =>
    script(`process.stdin.on('data', (d) => {
      const { input } = JSON.parse(d)
      setTimeout(() => console.log(JSON.stringify({ output: 'did ' + input })), input === 'slow' ? 60000 : 0)
    })`),
  input: 'it',
  slowInput: 'slow',
})

test('a program may answer with plain text, with JSON, or with an output and its usage', async () => {
  const run = (code: string) => script(code).doAttempt(attemptRequest(null), attemptContext())
  expect((await run(`console.log('plain text')`)).output).toBe('plain text')
  expect((await run(`console.log('[1,2]')`)).output).toEqual([1, 2])
  expect(
    await run(`console.log('{"output":"x","usage":{"inputTokens":1,"outputTokens":2,"costUsd":0.5}}')`),
  ).toEqual({ output: 'x', usage: { inputTokens: 1, outputTokens: 2, costUsd: 0.5 } })
})

test('a program that fails says how it ended and what it complained of', async () => {
  const attempt = script(`console.error('no such thing'); process.exit(3)`).doAttempt(
    attemptRequest(null),
    attemptContext(),
  )
  await expect(attempt).rejects.toThrow(/ended with 3: no such thing/)
  const missing = createCommandProvider({ command: ['/no/such/program'] })
  await expect(missing.doAttempt(attemptRequest(null), attemptContext())).rejects.toThrow(/cannot start/)
})

test('a program over its time is ended', async () => {
  const slow = createCommandProvider({
    command: [process.execPath, '-e', 'setTimeout(() => {}, 60000)'],
    timeoutMs: 200,
  })
  await expect(slow.doAttempt(attemptRequest(null), attemptContext())).rejects.toSatisfy(
    (error) => failureOf(error).reason === 'total-timeout',
  )
})

test('cancelling ends a program together with what it has started', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'qaas-command-')), 'pid')
  const provider = script(`
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    require('node:fs').writeFileSync(${JSON.stringify(file)}, String(child.pid))
    setTimeout(() => {}, 60000)`)
  const cancellation = new Cancellation()
  const attempt = provider.doAttempt(attemptRequest(null), attemptContext({ cancellation }))
  attempt.catch(() => {})
  let pid = 0
  for (let k = 0; k < 400 && pid === 0; k++) {
    await new Promise((resolve) => realClock.after(25, () => resolve(undefined)))
    try {
      pid = Number(readFileSync(file, 'utf8'))
    } catch {
      // Not written yet.
    }
  }
  cancellation.cancel()
  await expect(attempt).rejects.toThrow(/cancelled/)
  await new Promise((resolve) => realClock.after(100, () => resolve(undefined)))
  expect(isRunning(pid)).toBe(false)
})

/** A killed process nobody has waited for yet still has a number, but runs no more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('a simulated agent keeps its rate limit and says how long to wait', async () => {
  const clock = createVirtualClock()
  const provider = createSimulatedProvider({ attemptsPerMinute: 2, latencyMs: 0 })
  const failures: unknown[] = []
  for (let k = 0; k < 3; k++)
    provider
      .doAttempt(attemptRequest(null), attemptContext({ clock }))
      .catch((error) => failures.push(failureOf(error)))
  await clock.run(() => false)
  expect(failures).toMatchObject([{ reason: 'rate-limited', retryAfterMs: 60_000 }])
})
