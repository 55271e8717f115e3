/** Metrics and traces of real runs, read by a scraper and a collector that take nothing malformed. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startOtlpCollector } from '../harness/otlp-collector.ts'
import { type Family, readPrometheus } from '../harness/prometheus-text.ts'
import { ROOT } from './run-cli.ts'

const FACTORY = join(ROOT, 'examples', 'factory.yaml')

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function qaas(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const home = mkdtempSync(join(tmpdir(), 'qaas-telemetry-'))
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'qaas.js'), ...args], {
    env: { ...process.env, QAAS_HOME: home, ...environment },
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const sumOf = (family: Family | undefined, name = family?.name): number =>
  (family?.samples ?? []).filter((sample) => sample.name === name).reduce((sum, { value }) => sum + value, 0)

test('a scraper reads the metrics of a run while it runs, and in the end they add up to its report', async () => {
  const port = await freePort()
  const run = qaas([
    'run',
    FACTORY,
    '--simulate',
    '--speed',
    '15',
    '--metrics',
    String(port),
    '--budget',
    '20',
  ])
  let live: Map<string, Family> | undefined
  for (let k = 0; k < 1_000 && live === undefined; k++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
    if (!response) continue
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const families = readPrometheus(await response.text())
    if (sumOf(families.get('qaas_pool_running')) > 0) live = families
  }
  expect(sumOf(live!.get('qaas_tasks'))).toBe(1000)
  expect(sumOf(live!.get('qaas_budget_usd'))).toBe(20)
  expect(sumOf(live!.get('qaas_pool_running'))).toBeLessThanOrEqual(sumOf(live!.get('qaas_pool_slots')))
  expect((await run).code).toBe(0)

  const file = join(mkdtempSync(join(tmpdir(), 'qaas-telemetry-')), 'metrics.txt')
  const options = ['--speed', '200', '--failure-rate', '0.05', '--metrics', file, '--json']
  const ended = await qaas(['run', FACTORY, '--simulate', ...options])
  const { actual } = JSON.parse(ended.stdout) as { actual: { spentUsd: number; attempts: number } }
  const text = readFileSync(file, 'utf8')
  const families = readPrometheus(text)
  expect(sumOf(families.get('qaas_cost_usd_total'))).toBeCloseTo(actual.spentUsd, 6)
  expect(sumOf(families.get('qaas_attempts_total'))).toBe(actual.attempts)
  expect(sumOf(families.get('qaas_attempt_duration_seconds'), 'qaas_attempt_duration_seconds_count')).toBe(
    actual.attempts,
  )
  expect(families.get('qaas_tokens_total')?.type).toBe('counter')
  // Labels that grow with the fleet or the work would be too many.
  for (const { samples } of families.values())
    for (const { labels } of samples)
      for (const name of Object.keys(labels))
        expect(['pool', 'state', 'result', 'type', 'cause', 'le']).toContain(name)
  // The official linter, where it is installed (Debian: prometheus).
  if (hasPromtool())
    expect(execFileSync('promtool', ['check', 'metrics'], { input: text }).toString()).toBe('')
})

function hasPromtool(): boolean {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test('a collector gets a span for the run and one for each attempt, with usage, cost and failures', async () => {
  const collector = await startOtlpCollector(1)
  const folder = mkdtempSync(join(tmpdir(), 'qaas-telemetry-'))
  const instance = join(folder, 'instance.yaml')
  writeFileSync(
    instance,
    `version: 1
name: traced
agents:
  - { id: writer, quality: 0.9, languageModel: some-model, price: { outputPerMTokUsd: 5 }, provider: { kind: echo } }
  - { id: grader, quality: 0.1, price: { perTaskUsd: 0.001 }, provider: { kind: command, command: [echo, '{"score": 1}'] } }
tasks:
  - { id: a, input: hello, minQuality: 0.5, outputTokens: 10 }
  - { id: b, input: 'no', minQuality: 0.5, dependsOn: [a], accept: { judge: { agent: grader } } }
  - { id: c, input: x, minQuality: 0.5, accept: { regex: never } }
`,
  )
  const environment = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20t', OTEL_SERVICE_NAME: 'here' }
  const run = await qaas(['run', instance, '--traces', collector.url, '--json'], environment)
  await collector.close()
  expect(run.code).toBe(1)
  expect(collector.refused).toEqual([])
  expect(collector.headers.authorization).toBe('Bearer t')
  const { spans } = collector
  const [workflow, ...others] = spans.filter(({ parentSpanId }) => parentSpanId === undefined)
  expect([workflow?.name, others]).toEqual(['invoke_workflow traced', []])
  const attempts = spans.filter((span) => span !== workflow)
  for (const span of attempts) {
    expect([span.traceId, span.parentSpanId]).toEqual([workflow!.traceId, workflow!.spanId])
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano))
    expect(span.attributes['gen_ai.operation.name']).toBe('invoke_agent')
  }
  const of = (task: string) => attempts.filter(({ attributes }) => attributes['qaas.task.id'] === task)
  expect(of('a')[0]).toMatchObject({
    name: 'invoke_agent writer',
    kind: 3,
    status: { code: 0 },
    attributes: {
      'gen_ai.provider.name': 'echo',
      'gen_ai.agent.id': 'writer',
      'gen_ai.request.model': 'some-model',
      'qaas.task.attempt': 1,
      'gen_ai.usage.output_tokens': expect.any(Number),
      'qaas.cost.usd': expect.any(Number),
    },
  })
  expect(of('b').map(({ attributes }) => attributes['qaas.judgement'] === true)).toEqual([false, true])
  expect(of('c')[0]!.status).toMatchObject({ code: 2 })
  expect(of('c')[0]!.attributes['error.type']).toBe('does not match /never/')
})

test('a collector that is not there costs a warning, not the run', async () => {
  const port = await freePort()
  const options = ['--speed', '1000', '--traces', `http://127.0.0.1:${port}`]
  const run = await qaas(['run', join(ROOT, 'examples', 'team.yaml'), '--simulate', ...options])
  expect(run.code).toBe(0)
  expect(run.stderr).toMatch(/\d+ spans did not reach http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/)
})
