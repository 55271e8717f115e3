import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import type { AttemptContext, AttemptRequest } from '../agents/provider.ts'
import { realClock } from '../clock/real-clock.ts'
import { createInstance } from '../model/builder.ts'
import { createRng } from '../numeric/rng.ts'
import { buildProviders } from './providers.ts'
import { firstTokenTimeoutMs } from './time-limits.ts'

const build = (latencyMs: number, provider: Record<string, unknown>) =>
  buildProviders(
    createInstance({
      version: 1,
      agents: [{ id: 'a', quality: 1, latencyMs, languageModel: 'm', provider }],
      tasks: [{ id: 't' }],
    }),
    { environment: {} },
  )

test('patience for a first text follows what the agent says it takes, from 20 s to a minute', () => {
  expect([0, 50, 1_000, 2_000, 5_000].map(firstTokenTimeoutMs)).toEqual([
    60_000, 20_000, 20_000, 40_000, 60_000,
  ])
})

test('a limit that no attempt can keep by the figures of its agent is refused by name', () => {
  const remote = { kind: 'openai-compatible', baseUrl: 'http://localhost:1/v1' }
  expect(() => build(2_000, { ...remote, totalTimeoutMs: 1_500 })).toThrow(
    'agent "a": provider.totalTimeoutMs is 1500 ms, and by its latencyMs the agent takes 2000 ms',
  )
  expect(() => build(2_000, { kind: 'command', command: ['true'], timeoutMs: 100 })).toThrow(
    'provider.timeoutMs',
  )
  expect(build(2_000, { ...remote, totalTimeoutMs: 2_000 })).toHaveLength(1)
})

test('a server that hangs is given up after the time that was set', async () => {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const [provider] = build(0, {
    kind: 'openai-compatible',
    baseUrl: `http://127.0.0.1:${port}/v1`,
    firstTokenTimeoutMs: 50,
  })
  const request = {
    attemptId: '1',
    taskId: 't',
    agentId: 'a',
    input: 'hello',
    parents: [],
    maxOutputTokens: 10,
  } as unknown as AttemptRequest
  const cancellation = { cancelled: false, onCancel: () => {} } as unknown as AttemptContext['cancellation']
  const attempt = provider!.doAttempt(request, { clock: realClock, cancellation, rng: createRng(1) })
  await expect(attempt).rejects.toMatchObject({ message: expect.stringMatching(/50 ms|first/) })
  await provider!.close?.()
  server.closeAllConnections()
  server.close()
})
