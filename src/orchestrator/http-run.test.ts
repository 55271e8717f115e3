import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startChatServer } from '../../test/harness/chat-server.ts'
import { startAgentHost } from '../agents/agent-host.ts'
import { runSubjects } from '../agents/agent-message.ts'
import { createLocalBus } from '../bus/local-bus.ts'
import { realClock } from '../clock/real-clock.ts'
import { createInstance } from '../model/builder.ts'
import { agentId } from '../model/instance.ts'
import { createRng } from '../numeric/rng.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { startOrchestrator } from './orchestrator.ts'
import { buildProviders } from './providers.ts'
import { createRun } from './run-files.ts'
import { STATUS_NAMES } from './task-status.ts'

test('a run against a real HTTP server survives refusals, hangs, cut streams and lies', async () => {
  const server = await startChatServer({ apiKey: 'k' })
  const provider = {
    kind: 'openai-compatible',
    baseUrl: server.baseUrl,
    languageModel: 'tiny',
    apiKeyEnv: 'TEST_KEY',
    concurrency: 3,
    firstTokenTimeoutMs: 300,
    totalTimeoutMs: 1_500,
  }
  const price = { inputPerMTokUsd: 10, outputPerMTokUsd: 100 }
  const inputs = [
    'echo fine',
    'once 500',
    '429 1',
    '429 date',
    'hang',
    'cut 2',
    'garbage',
    'usage 5 100000',
    'slow 50',
    'status 400',
    'slow 900',
    'stall',
    'html',
    'nothing',
  ]
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'first', quality: 0.5, price, provider },
      { id: 'second', quality: 0.6, price, provider },
    ],
    tasks: [
      ...inputs.map((input, k) => ({ id: `t${k}`, input, inputTokens: 10, outputTokens: 10 })),
      { id: 'child', input: 'echo child', inputTokens: 10, outputTokens: 10, dependsOn: ['t0'] },
    ],
  })
  const store = openSqliteStore(join(mkdtempSync(join(tmpdir(), 'qaas-http-')), 'state.db'), {
    clock: realClock,
  })
  const bus = createLocalBus(realClock)
  await createRun(store, {
    settings: {
      runId: 'http',
      name: 'http',
      createdAt: Date.now(),
      instanceHash: '',
      plannedUsd: 0.1,
      solver: 'test',
      seed: 1,
      runNano: 1_000_000_000,
      workflowNano: null,
    },
    instance,
    agentOf: new Int32Array(instance.tasks.count),
  })
  const providers = buildProviders(instance, { environment: { TEST_KEY: 'k' } })
  const host = startAgentHost({
    bus,
    clock: realClock,
    rng: createRng(1),
    subjects: runSubjects('http'),
    heartbeatMs: 1_000,
    incarnation: 1,
    agents: [...instance.fleet.poolOf].map((pool, agent) => ({
      agentId: agentId(instance.fleet, agent),
      provider: providers[pool]!,
    })),
  })
  const orchestrator = await startOrchestrator({
    store,
    bus,
    clock: realClock,
    rng: createRng(2),
    runId: 'http',
    holder: 'test',
    providersOf: () => providers,
    tuning: { backoffMs: 10, triesPerAgent: 2, quarantineAfter: 2 },
    breaker: { threshold: 50, openMs: 50, maxOpenMs: 100 },
  })
  const state = await orchestrator.done
  const status = (id: string) => STATUS_NAMES[state.status[instance.tasks.ids.indexOf(id)]!]
  const done = ['echo fine', 'once 500', '429 1', '429 date', 'usage 5 100000', 'slow 50']
  inputs.forEach((input, k) => {
    expect([input, status(`t${k}`)]).toEqual([input, done.includes(input) ? 'done' : 'failed'])
  })
  expect(status('child')).toBe('done')
  // Refused with a wait, in seconds or as a date, it came again, and not before (a clock may be read 10 ms apart).
  for (const input of ['429 1', '429 date']) {
    const came = server.arrivals.get(input)!
    expect(came.length).toBeGreaterThanOrEqual(2)
    expect(came[1]! - server.retryAfter.get(input)!).toBeGreaterThanOrEqual(-10)
  }
  const { settled, reserved, limit } = state.runAccount
  expect(reserved).toBe(0)
  expect(settled).toBeLessThanOrEqual(limit)
  // Usage beyond what was allowed is not paid.
  expect(state.ledger.disputed).toBeGreaterThan(0)
  // The child was told what its parent found.
  const child = server.requests.find((body) => JSON.stringify(body).includes('echo child'))
  expect(JSON.stringify(child)).toContain('you said: echo fine')
  // Nothing of the key is anywhere in the log.
  expect((await store.read('run/http', 0)).join('')).not.toContain('TEST_KEY')
  host.close()
  for (const one of providers) await one.close?.()
  await store.close()
  await server.close()
})
