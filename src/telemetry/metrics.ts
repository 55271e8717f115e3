/** Prometheus metrics of a run, counted from its events; served over HTTP or written to a file at the end. */
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { QaasError } from '../errors.ts'
import type { RunEvent } from '../orchestrator/run-event.ts'
import type { RunState } from '../orchestrator/run-state.ts'

const LATENCY_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300]

export interface Metrics {
  onEvent(event: RunEvent, state: RunState): void
  onDispatched(latencyMs: number): void
  onCommit(elapsedMs: number): void
  text(): Promise<string>
}

/** Labels are pools and causes, never tasks or single agents: their number must not grow with the fleet.
 * `stateNames` are the task states by number. */
export function createMetrics(stateNames: readonly string[]): Metrics {
  const registers = [new Registry()]
  const tasks = new Gauge({ name: 'qaas_tasks', help: 'Tasks by state', labelNames: ['state'], registers })
  const attempts = new Counter({
    name: 'qaas_attempts_total',
    help: 'Attempts ended, by pool and how',
    labelNames: ['pool', 'result'],
    registers,
  })
  const cost = new Counter({
    name: 'qaas_cost_usd_total',
    help: 'Dollars settled, by pool',
    labelNames: ['pool'],
    registers,
  })
  const duration = new Histogram({
    name: 'qaas_attempt_duration_seconds',
    help: 'From the start of an attempt to its end',
    labelNames: ['pool'],
    buckets: LATENCY_BUCKETS,
    registers,
  })
  const dispatch = new Histogram({
    name: 'qaas_dispatch_latency_seconds',
    help: 'From what makes a task possible to its durable dispatch',
    buckets: LATENCY_BUCKETS,
    registers,
  })
  const commit = new Histogram({
    name: 'qaas_store_commit_seconds',
    help: 'Duration of a group commit',
    buckets: LATENCY_BUCKETS,
    registers,
  })
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers })
  const lost = counter('qaas_lease_expired_total', 'Attempts given up')
  const moved = counter('qaas_tasks_moved_total', 'Tasks given to another agent')
  const replans = counter('qaas_replans_total', 'Plans made anew')
  const reserved = new Gauge({ name: 'qaas_reserved_usd', help: 'Dollars held for live attempts', registers })
  const open = new Map<number, { agent: number; at: number }>()
  let latest: RunState | undefined

  const ended = (event: Extract<RunEvent, { kind: 'ended' }>, { instance: { fleet } }: RunState): void => {
    const begun = open.get(event.task)
    if (begun === undefined) return
    open.delete(event.task)
    const pool = fleet.poolIds[fleet.poolOf[begun.agent]!]!
    attempts.inc({ pool, result: event.cause })
    cost.inc({ pool }, event.cost / 1e9)
    duration.observe({ pool }, Math.max(0, event.at - begun.at) / 1000)
  }
  return {
    onEvent(event, state) {
      latest = state
      if (event.kind === 'started') open.set(event.task, event)
      else if (event.kind === 'ended') ended(event, state)
      else if (event.kind === 'lost') lost.inc()
      else if (event.kind === 'moved') moved.inc()
      else if (event.kind === 'replanned') replans.inc()
    },
    onDispatched: (latencyMs) => dispatch.observe(latencyMs / 1000),
    onCommit: (elapsedMs) => commit.observe(elapsedMs / 1000),
    async text() {
      stateNames.forEach((state, status) => {
        tasks.set({ state }, latest?.counts[status] ?? 0)
      })
      reserved.set((latest?.runAccount.reserved ?? 0) / 1e9)
      return registers[0]!.metrics()
    },
  }
}

/** What looks like a number is a port, and a wrong one is never taken for a file; `./1.5` names a file. */
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i

/** Whether `target` is meant as a port, right or wrong, rather than as a file. */
export const isMetricsPort = (target: string): boolean => NUMBER.test(target)

/** Refuses, before anything is started, a port that cannot be served on. @throws QaasError `invalid-option` */
export async function checkMetricsPort(target: string): Promise<void> {
  const server = createServer()
  await listen(server, target)
  await new Promise((resolve) => server.close(resolve))
}

async function listen(server: Server, target: string): Promise<void> {
  const port = Number(target)
  if (!/^\d+$/.test(target) || port < 1 || port > 65_535)
    throw new QaasError('invalid-option', `metrics cannot be served on port ${target}`, {
      advice: `Maybe a whole number from 1 to 65535, or ./${target.trim()} for a file of that name.`,
    })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new QaasError('invalid-option', `metrics cannot be served on port ${target}: ${cause.message}`, {
          advice: 'Maybe another program uses that port.',
          cause,
        }),
      ),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
}

/** Serves `/metrics` on a local port, or writes a file when closed, as `target` is a number or a path. */
export async function publishMetrics(metrics: Metrics, target: string): Promise<() => Promise<void>> {
  if (!isMetricsPort(target)) return async () => writeFileSync(target, await metrics.text())
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    void metrics.text().then((text) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text)
    })
  })
  await listen(server, target)
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
