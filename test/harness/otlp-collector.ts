/** A local receiver of OTLP over HTTP in JSON that takes nothing a collector would refuse. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const nanos = z.string().regex(/^\d{19}$/)
const attribute = z.strictObject({
  key: z.string().min(1),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
    z.strictObject({ doubleValue: z.number() }),
    z.strictObject({ boolValue: z.boolean() }),
  ]),
})
const span = z.strictObject({
  traceId: z.string().regex(/^(?!0+$)[0-9a-f]{32}$/),
  spanId: z.string().regex(/^(?!0+$)[0-9a-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  name: z.string().min(1),
  kind: z.number().int().min(1).max(5),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes: z.array(attribute),
  status: z.strictObject({ code: z.number().int().min(0).max(2), message: z.string().optional() }),
})
const request = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(attribute) }),
      scopeSpans: z.array(
        z.strictObject({ scope: z.strictObject({ name: z.string() }), spans: z.array(span) }),
      ),
    }),
  ),
})

export type ReceivedSpan = Omit<z.infer<typeof span>, 'attributes'> & {
  /** By key; whole numbers as numbers. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>
}

export interface OtlpCollector {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** What was refused, and why. */
  readonly refused: readonly string[]
  readonly headers: Readonly<Record<string, unknown>>
  close(): Promise<void>
}

/** `busyTimes` requests are answered with 503 first. */
export async function startOtlpCollector(busyTimes = 0): Promise<OtlpCollector> {
  const spans: ReceivedSpan[] = []
  const refused: string[] = []
  let headers: Record<string, unknown> = {}
  let busy = busyTimes
  const server = createServer((incoming, response) => {
    let text = ''
    incoming.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    incoming.on('end', () => {
      headers = incoming.headers
      if (busy-- > 0) return void response.writeHead(503).end()
      const parsed = request.safeParse(JSON.parse(text))
      const right = incoming.method === 'POST' && incoming.url === '/v1/traces'
      if (!right || !parsed.success || incoming.headers['content-type'] !== 'application/json') {
        refused.push(parsed.error?.message ?? `${incoming.method} ${incoming.url}`)
        return void response.writeHead(400).end()
      }
      for (const { scopeSpans } of parsed.data.resourceSpans)
        for (const one of scopeSpans.flatMap((scope) => scope.spans))
          spans.push({ ...one, attributes: plainAttributes(one.attributes) })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    refused,
    get headers() {
      return headers
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function plainAttributes(attributes: readonly z.infer<typeof attribute>[]): ReceivedSpan['attributes'] {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      if ('intValue' in value) return [key, Number(value.intValue)]
      return [key, Object.values(value)[0] as string | number | boolean]
    }),
  )
}
