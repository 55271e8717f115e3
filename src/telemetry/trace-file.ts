/** Registers an OpenTelemetry SDK that appends finished spans to a file; the SDK is needed only here. */
import { appendFileSync } from 'node:fs'
import { QaasError } from '../errors.ts'

interface FinishedSpan {
  readonly name: string
  readonly startTime: readonly [number, number]
  readonly endTime: readonly [number, number]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly status: { readonly code: number; readonly message?: string }
  readonly parentSpanContext?: { readonly spanId: string }
  spanContext(): { readonly traceId: string; readonly spanId: string }
}

const BATCH = 512

/** Returns how to write what is left. @throws QaasError `unsupported` when the SDK is not installed */
export async function exportTraces(path: string): Promise<() => Promise<void>> {
  const sdk = await import('@opentelemetry/sdk-trace-node').catch((cause: unknown) => {
    throw new QaasError('unsupported', 'traces need the OpenTelemetry SDK, which is not installed', {
      advice: 'Maybe run "npm install @opentelemetry/sdk-trace-node".',
      cause,
    })
  })
  let lines: string[] = []
  const write = (): void => {
    if (lines.length > 0) appendFileSync(path, `${lines.join('\n')}\n`)
    lines = []
  }
  const provider = new sdk.NodeTracerProvider({
    spanProcessors: [
      new sdk.SimpleSpanProcessor({
        export(spans, done) {
          for (const span of spans) lines.push(JSON.stringify(plain(span as unknown as FinishedSpan)))
          if (lines.length >= BATCH) write()
          done({ code: 0 })
        },
        shutdown: async () => write(),
      }),
    ],
  })
  provider.register()
  return () => provider.shutdown()
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
