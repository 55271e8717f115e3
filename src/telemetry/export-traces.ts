/** Registers an OpenTelemetry SDK that sends finished spans to a collector or appends them to a file. */
import { appendFileSync } from 'node:fs'
import { QaasError } from '../errors.ts'
import { createOtlpSender, type FinishedSpan, otlpHeaders } from './otlp.ts'

const BATCH = 512

/** Whether spans are meant for a collector rather than for a file. */
export const isCollector = (target: string): boolean => /^https?:\/\//i.test(target)

interface Sink {
  add(span: FinishedSpan): void
  flush(): Promise<void>
}

/**
 * Spans that end from now on go to `target`, a URL or a file. Returns how to send what is left.
 * @throws QaasError `unsupported` when the SDK is not installed; it is needed only here
 */
export async function exportTraces(target: string): Promise<() => Promise<void>> {
  const sdk = await import('@opentelemetry/sdk-trace-node').catch((cause: unknown) => {
    throw new QaasError('unsupported', 'traces need the OpenTelemetry SDK, which is not installed', {
      advice: 'Maybe run "npm install @opentelemetry/sdk-trace-node".',
      cause,
    })
  })
  const sink = isCollector(target) ? collectorSink(target) : fileSink(target)
  const provider = new sdk.NodeTracerProvider({
    spanProcessors: [
      new sdk.SimpleSpanProcessor({
        export(spans, done) {
          for (const span of spans) sink.add(span as unknown as FinishedSpan)
          done({ code: 0 })
        },
        shutdown: () => sink.flush(),
      }),
    ],
  })
  provider.register()
  return () => provider.shutdown()
}

function collectorSink(endpoint: string): Sink {
  const sender = createOtlpSender({
    endpoint,
    serviceName: process.env.OTEL_SERVICE_NAME || 'qaas',
    headers: otlpHeaders(process.env.OTEL_EXPORTER_OTLP_HEADERS),
  })
  return {
    add: (span) => sender.add(span),
    async flush() {
      const { unsent, reason } = await sender.flush()
      if (unsent > 0)
        process.emitWarning(`${unsent} spans did not reach ${endpoint}: ${reason}`, 'QaasTraces')
    },
  }
}

function fileSink(path: string): Sink {
  let lines: string[] = []
  const write = (): void => {
    if (lines.length > 0) appendFileSync(path, `${lines.join('\n')}\n`)
    lines = []
  }
  return {
    add(span) {
      lines.push(JSON.stringify(plain(span)))
      if (lines.length >= BATCH) write()
    },
    flush: async () => write(),
  }
}

function plain(span: FinishedSpan): object {
  const ms = ([seconds, nanos]: readonly [number, number]): number => seconds * 1e3 + nanos / 1e6
  const { traceId, spanId } = span.spanContext()
  return {
    traceId,
    spanId,
    ...(span.parentSpanContext ? { parentSpanId: span.parentSpanContext.spanId } : {}),
    name: span.name,
    startMs: ms(span.startTime),
    endMs: ms(span.endTime),
    status: span.status,
    attributes: span.attributes,
  }
}
