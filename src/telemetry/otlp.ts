/** Sends spans to an OpenTelemetry collector by OTLP over HTTP in JSON. What cannot be sent is counted, not waited for. */

/** The part of a finished span of the SDK that is sent. */
export interface FinishedSpan {
  readonly name: string
  readonly kind: number
  readonly startTime: readonly [number, number]
  readonly endTime: readonly [number, number]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly status: { readonly code: number; readonly message?: string }
  readonly parentSpanContext?: { readonly spanId: string }
  spanContext(): { readonly traceId: string; readonly spanId: string }
}

export interface OtlpSender {
  add(span: FinishedSpan): void
  /** Sends what is left. Resolves with the number of spans that could not be sent, and why. */
  flush(): Promise<{ readonly unsent: number; readonly reason: string }>
}

const BATCH = 512
/** Batches that wait to be sent; further spans are dropped rather than kept in memory. */
const MAX_WAITING = 64
const TRIES = 4
const RETRY_MS = 250
const TIMEOUT_MS = 10_000
/** What a collector answers when it wants the batch again; see the OTLP specification. */
const RETRYABLE = new Set([429, 502, 503, 504])

export interface OtlpOptions {
  /** The collector's base, as in `http://localhost:4318`; `/v1/traces` is added unless it is there. */
  readonly endpoint: string
  readonly serviceName: string
  readonly headers?: Readonly<Record<string, string>>
}

export function createOtlpSender({ endpoint, serviceName, headers }: OtlpOptions): OtlpSender {
  const base = endpoint.replace(/\/+$/, '')
  const url = base.endsWith('/v1/traces') ? base : `${base}/v1/traces`
  let batch: FinishedSpan[] = []
  let waiting = 0
  let unsent = 0
  let reason = ''
  let sending: Promise<void> = Promise.resolve()
  const send = (): void => {
    const spans = batch
    batch = []
    if (spans.length === 0) return
    const lose = (why: string): void => {
      unsent += spans.length
      reason = why
    }
    if (waiting >= MAX_WAITING) {
      lose('the collector is too slow')
      return
    }
    waiting += 1
    sending = sending.then(async () => {
      try {
        await post(url, JSON.stringify(otlpRequest(spans, serviceName)), headers)
      } catch (error) {
        const { cause, message } = error as Error
        lose(cause instanceof Error ? cause.message : message)
      }
      waiting -= 1
    })
  }
  return {
    add(span) {
      if (batch.push(span) >= BATCH) send()
    },
    async flush() {
      send()
      await sending
      return { unsent, reason }
    },
  }
}

async function post(url: string, body: string, headers: OtlpOptions['headers']): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.arrayBuffer()
    if (response.ok) return
    if (!RETRYABLE.has(response.status) || attempt === TRIES)
      throw new Error(`the collector answered ${response.status}`)
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 2 ** attempt))
  }
}

/** An ExportTraceServiceRequest in the JSON mapping of OTLP: ids in hexadecimal, 64-bit numbers as text. */
export function otlpRequest(spans: readonly FinishedSpan[], serviceName: string): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: [attribute('service.name', serviceName)] },
        scopeSpans: [{ scope: { name: 'qaas' }, spans: spans.map(otlpSpan) }],
      },
    ],
  }
}

function otlpSpan(span: FinishedSpan): object {
  const nanos = ([seconds, rest]: readonly [number, number]): string =>
    (BigInt(seconds) * 1_000_000_000n + BigInt(rest)).toString()
  const { traceId, spanId } = span.spanContext()
  return {
    traceId,
    spanId,
    ...(span.parentSpanContext ? { parentSpanId: span.parentSpanContext.spanId } : {}),
    name: span.name,
    // The SDK counts kinds from 0, the protocol from 1.
    kind: span.kind + 1,
    startTimeUnixNano: nanos(span.startTime),
    endTimeUnixNano: nanos(span.endTime),
    attributes: Object.entries(span.attributes).map(([key, value]) => attribute(key, value)),
    status: {
      code: span.status.code,
      ...(span.status.message === undefined ? {} : { message: span.status.message }),
    },
  }
}

function attribute(key: string, value: unknown): object {
  if (typeof value === 'boolean') return { key, value: { boolValue: value } }
  if (typeof value === 'number')
    return { key, value: Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value } }
  return { key, value: { stringValue: String(value) } }
}

/** `name=value,name=value` as in `OTEL_EXPORTER_OTLP_HEADERS`, values percent-encoded. */
export function otlpHeaders(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
    }),
  )
}
