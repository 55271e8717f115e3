/** Options that several commands share. */
import type { OptionSpecs } from './command.ts'

/** Where an instance comes from, when its file alone does not say. */
export const INSTANCE_OPTIONS = {
  format: {
    kind: 'string',
    value: 'NAME',
    help: 'format of the instance file; default: by its name and content',
  },
  tasks: { kind: 'string', value: 'FILE', help: 'take the tasks from this file (JSONL, CSV, YAML, JSON)' },
  fleet: { kind: 'string', value: 'FILE', help: 'take the agents from this file' },
} as const satisfies OptionSpecs

/** Where a single good plan is wanted, not a comparison. */
export const GAP_OPTION = {
  gap: {
    kind: 'percent',
    value: 'PERCENT',
    help: 'stop once the plan is proven to be this near the optimum: 0.5%',
  },
} as const satisfies OptionSpecs

export const SOLVE_OPTIONS = {
  ...INSTANCE_OPTIONS,
  time: {
    kind: 'duration',
    value: 'TIME',
    help: 'stop after this long with the best plan so far: 10s, 500ms, 2m',
  },
  seed: { kind: 'number', value: 'N', help: 'seed of everything random; default 1', integer: true, min: 0 },
  format: {
    kind: 'string',
    value: 'NAME',
    help: 'format of the instance file; default: by its name and content',
  },
  json: { kind: 'flag', help: 'machine-readable output' },
  markdown: { kind: 'flag', help: 'tables in Markdown' },
} as const satisfies OptionSpecs
