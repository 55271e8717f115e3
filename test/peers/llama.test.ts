/** Runs against llama.cpp's own HTTP server, which nobody here wrote, with a tiny generated language model. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Cancellation } from '../../src/agents/cancellation.ts'
import { createOpenAiProvider } from '../../src/agents/openai-compatible.ts'
import { attemptContext, attemptRequest } from '../conformance/agent-provider.ts'
import { ROOT } from '../e2e/run-cli.ts'

const PYTHON = fileURLToPath(new URL('.venv/bin/python', import.meta.url))
const API_KEY = 'a key of the tests'

// Skipped where the server is not installed: node test/peers/install.mjs
const withServer = test.skipIf(!existsSync(PYTHON))

let server: ChildProcess | undefined
let baseUrl = ''

beforeAll(async () => {
  if (!existsSync(PYTHON)) return
  const script = fileURLToPath(new URL('llama_server.py', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'qaas-llama-'))
  server = spawn(PYTHON, [script, folder, API_KEY], { stdio: ['pipe', 'pipe', 'ignore'] })
  baseUrl = await new Promise<string>((resolve, reject) => {
    let text = ''
    server!.stdout!.on('data', (piece) => {
      text += piece
      const address = /http:\/\/[\d.]+:\d+/.exec(text)
      if (address) resolve(`${address[0]}/v1`)
    })
    server!.on('exit', () => reject(new Error('the server did not start')))
  })
})
afterAll(() => {
  server?.stdin?.end()
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function qaas(home: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'qaas.js'), ...args], {
    env: { ...process.env, QAAS_HOME: home, RIGHT_KEY: API_KEY, WRONG_KEY: 'wrong' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

withServer(
  'a run streams and does not stream, hands outputs on, is charged by usage, and leaves a refused key',
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'qaas-llama-'))
    const file = join(home, 'instance.json')
    const provider = (key: string, more = {}) => ({
      kind: 'openai-compatible',
      baseUrl,
      apiKeyEnv: key,
      concurrency: 2,
      // Its tokens are bytes.
      bytesPerToken: 1,
      ...more,
    })
    const price = { inputPerMTokUsd: 1, outputPerMTokUsd: 10 }
    const agent = (id: string, quality: number, more: object) => ({
      id,
      quality,
      languageModel: 'tiny',
      price,
      ...more,
    })
    // The model's weights are random: only the grammar makes its words JSON.
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] }
    const format = { type: 'json_schema', json_schema: { name: 'verdict', schema } }
    writeFileSync(
      file,
      JSON.stringify({
        version: 1,
        name: 'llama',
        agents: [
          agent('locked', 0.4, { price: { inputPerMTokUsd: 0.1 }, provider: provider('WRONG_KEY') }),
          agent('streaming', 0.5, { provider: provider('RIGHT_KEY') }),
          agent('whole', 0.7, { provider: provider('RIGHT_KEY', { stream: false }) }),
          agent('grammar', 0.9, { provider: provider('RIGHT_KEY', { body: { response_format: format } }) }),
        ],
        tasks: [
          ...[1, 2, 3, 4].map((k) => ({ id: `s${k}`, input: `say ${k}`, inputTokens: 20, outputTokens: 12 })),
          {
            id: 'child',
            input: 'go on',
            inputTokens: 60,
            outputTokens: 12,
            dependsOn: ['s1', 's2'],
            minQuality: 0.6,
          },
          {
            id: 'json',
            input: 'yes or no',
            inputTokens: 30,
            outputTokens: 40,
            minQuality: 0.8,
            accept: { schema },
          },
        ],
      }),
    )
    const run = await qaas(home, 'run', file, '--name', 'llama', '--json', '--budget', '0.1')
    const report = JSON.parse(run.stdout) as {
      actual: { done: number; spentUsd: number; disputedUsd: number; moved: number }
      pools: { id: string; done: number; failed: number }[]
    }
    expect([run.code, report.actual.done]).toEqual([0, 6])
    // Those planned for the agent whose key is refused were moved on.
    expect(report.actual.moved).toBeGreaterThan(0)
    expect(report.pools.find(({ id }) => id === 'locked')!.done).toBe(0)
    expect(report.actual.disputedUsd).toBe(0)
    expect(report.actual.spentUsd).toBeGreaterThan(0)
    expect(report.actual.spentUsd).toBeLessThan(0.1)
    expect(Math.round(report.actual.spentUsd * 1e9) % 1000).toBe(0)
    const answer = await qaas(home, 'results', 'llama', '--task', 'json')
    expect(answer.stdout).toMatch(/"?ok\\?"? ?: ?(true|false)/)
    const { stdout } = await qaas(home, 'status', 'llama', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ reservedNano: 0 })
  },
)

withServer(
  'a long answer comes piece by piece, and cancelling it frees the place at the server',
  async () => {
    const provider = createOpenAiProvider({
      baseUrl,
      apiKey: API_KEY,
      languageModel: 'tiny',
      body: { ignore_eos: true },
    })
    const request = attemptRequest('tell me more', { maxOutputTokens: 1_500 })
    const attempts = [0, 1, 2, 3].map(async () => {
      const cancellation = new Cancellation()
      let pieces = 0
      const onText = (): void => {
        if (++pieces === 5) cancellation.cancel()
      }
      await expect(
        provider.doAttempt(request, { ...attemptContext(), cancellation, onText }),
      ).rejects.toMatchObject({
        data: { reason: 'cancelled' },
      })
      expect(pieces).toBeGreaterThanOrEqual(5)
    })
    await Promise.all(attempts)
    const short = await provider.doAttempt(attemptRequest('short', { maxOutputTokens: 7 }), attemptContext())
    expect(short.usage).toMatchObject({ outputTokens: 7 })
    expect(short.firstTokenMs).toBeGreaterThan(0)
    await provider.close!()
  },
)
