/** Serves a run's metrics over HTTP on a local port, or writes them to a file at the end. */
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { QaasError } from '../errors.ts'
import type { Metrics } from './metrics.ts'

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
