/** Options of the commands that execute a run. */
import type { OptionSpecs } from '../command.ts'

export const WATCH_OPTIONS = {
  events: { kind: 'string', value: 'FILE', help: 'append every event as a line of JSON' },
  metrics: {
    kind: 'string',
    value: 'PORT',
    help: 'serve Prometheus metrics on this local port, or write them to this file',
  },
  traces: {
    kind: 'string',
    value: 'URL',
    help: 'send OpenTelemetry spans to this collector (OTLP over HTTP), or append them to this file',
  },
  html: { kind: 'string', value: 'FILE', help: 'write a report page with the Gantt chart of the agents' },
  json: { kind: 'flag', help: 'machine-readable output' },
  markdown: { kind: 'flag', help: 'tables in Markdown' },
} as const satisfies OptionSpecs
