import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  agentProviderConformance,
  attemptContext,
  attemptRequest,
} from '../../test/conformance/agent-provider.ts'
import { type ChatServer, startChatServer } from '../../test/harness/chat-server.ts'
import { failureOf } from './attempt-error.ts'
import { Cancellation } from './cancellation.ts'
import { createOpenAiProvider, type OpenAiOptions } from './openai-compatible.ts'

let server: ChatServer
beforeAll(async () => {
  server = await startChatServer()
})
afterAll(() => server.close())

const provider = (options: Partial<OpenAiOptions> = {}) =>
  createOpenAiProvider({ baseUrl: server.baseUrl, languageModel: 'tiny', ...options })

async function failureFor(input: unknown, options: Partial<OpenAiOptions> = {}) {
  try {
    const reply = await provider(options).doAttempt(attemptRequest(input), attemptContext())
    return { reason: 'none', reply }
  } catch (error) {
    return failureOf(error)
  }
}

agentProviderConformance('openai-compatible', {
  create: () => provider(),
  input: 'echo hello',
  slowInput: 'hang',
})
agentProviderConformance('openai-compatible without streaming', {
  create: () => provider({ stream: false }),
  input: 'echo hello',
  slowInput: 'hang',
})

test('text arrives piece by piece, non-ASCII whole, with the usage of the last piece', async () => {
  const pieces: string[] = []
  const reply = await provider().doAttempt(
    attemptRequest('echo hi'),
    attemptContext({ onText: (text) => void pieces.push(text) }),
  )
  expect(reply).toMatchObject({ output: 'you said: echo hi é✓', usage: { inputTokens: 7, outputTokens: 3 } })
  expect(pieces.length).toBeGreaterThan(2)
  expect(reply.firstTokenMs).toBeGreaterThanOrEqual(0)
})

test('the request carries model, limit, parents, tools and further fields, never the key in the body', async () => {
  const before = server.requests.length
  await provider({ apiKey: 'secret', body: { temperature: 0 } }).doAttempt(
    attemptRequest(
      { prompt: 'tools', tools: [{ type: 'function', function: { name: 'look' } }] },
      { parents: [{ taskId: 'p', output: 'from p' }], maxOutputTokens: 55 },
    ),
    attemptContext(),
  )
  const body = server.requests[before]!
  expect(body).toMatchObject({ model: 'tiny', max_tokens: 55, temperature: 0, stream: true })
  expect(body.tools).toHaveLength(1)
  expect(JSON.stringify(body.messages)).toContain('from p')
  expect(JSON.stringify(body)).not.toContain('secret')
  expect(server.authorizations[before]).toBe('Bearer secret')
})

test('tool calls are put together from their pieces', async () => {
  const { output } = await provider().doAttempt(attemptRequest('tools'), attemptContext())
  expect(output).toMatchObject({ toolCalls: [{ id: 'c1', name: 'look', arguments: '{"q":"x"}' }] })
})

test('429 says how long to wait; other refusals say what they mean for retrying', async () => {
  expect(await failureFor('429 2')).toMatchObject({ reason: 'rate-limited', status: 429, retryAfterMs: 2000 })
  expect(await failureFor('status 500')).toMatchObject({ reason: 'server-error', status: 500 })
  expect(await failureFor('status 503')).toMatchObject({ reason: 'server-error', status: 503 })
  expect(await failureFor('status 401')).toMatchObject({ reason: 'unauthorized' })
  expect(await failureFor('status 400')).toMatchObject({ reason: 'bad-request', message: /as you asked/ })
})

test('a server that hangs, stalls or is slow to begin is left in time, and its connection closed', async () => {
  expect(await failureFor('hang', { firstTokenTimeoutMs: 80 })).toMatchObject({
    reason: 'first-token-timeout',
  })
  expect(await failureFor('slow 5000', { firstTokenTimeoutMs: 80 })).toMatchObject({
    reason: 'first-token-timeout',
  })
  expect(await failureFor('stall', { totalTimeoutMs: 150 })).toMatchObject({ reason: 'total-timeout' })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(server.open).toBe(0)
})

test('a cut stream is never taken for an answer, however it was cut', async () => {
  expect(await failureFor('cut 2')).toMatchObject({ reason: 'cut-stream' })
  expect(await failureFor('cut 2 rudely')).toMatchObject({ reason: 'cut-stream' })
  expect(await failureFor('nothing')).toMatchObject({ reason: 'cut-stream' })
})

test('what is not JSON or not the format is malformed', async () => {
  expect(await failureFor('garbage')).toMatchObject({ reason: 'malformed' })
  expect(await failureFor('html', { stream: false })).toMatchObject({ reason: 'malformed' })
})

test('impossible usage is not believed', async () => {
  for (const usage of ['usage -1 3', 'usage "x" 3', 'usage 1.5 3', 'nousage']) {
    const reply = await provider().doAttempt(attemptRequest(usage), attemptContext())
    expect(reply.output).toContain(usage)
    expect(reply.usage).toBeUndefined()
  }
})

test('nobody listening is a connection failure', async () => {
  expect(await failureFor('echo', { baseUrl: 'http://127.0.0.1:9/v1' })).toMatchObject({
    reason: 'connection',
  })
})

test('a task without input is refused before anything is sent', async () => {
  const before = server.requests.length
  expect(await failureFor(null)).toMatchObject({ reason: 'bad-request', message: /has no input/ })
  expect(server.requests.length).toBe(before)
})

test('200 clients that leave in mid-stream close their connections and break nothing', async () => {
  const agent = provider()
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const cancellation = new Cancellation()
      const context = attemptContext({ cancellation, onText: () => cancellation.cancel() })
      return agent
        .doAttempt(attemptRequest('stall'), context)
        .catch((error: unknown) => failureOf(error).reason)
    }),
  )
  expect(new Set(outcomes)).toEqual(new Set(['cancelled']))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(server.open).toBe(0)
  expect((await agent.doAttempt(attemptRequest('echo still'), attemptContext())).output).toContain('still')
})

test('a server that answers a streamed request in one JSON piece is understood, its usage with it', async () => {
  const reply = await provider().doAttempt(attemptRequest('whole'), attemptContext())
  expect(reply).toMatchObject({ output: 'you said: whole', usage: { inputTokens: 7, outputTokens: 3 } })
})

test('a server that is not there is named', async () => {
  const gone = await startChatServer()
  await gone.close()
  expect(await failureFor('echo', { baseUrl: gone.baseUrl })).toMatchObject({
    reason: 'connection',
    message: `connection refused at ${gone.baseUrl}`,
  })
})
