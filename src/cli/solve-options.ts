/** The options that planning commands share, and how a solver is picked by name. */
import { QaasError } from '../errors.ts'
import { nearest } from '../io/nearest.ts'
import type { ReadInstanceOptions } from '../io/read-instance.ts'
import type { Solver } from '../solve/solver.ts'
import { builtinSolvers, type SolverName } from '../solvers/builtin.ts'
import type { OptionSpecs, OptionValues } from './command.ts'

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

/** The reader's options, without those that were not given. */
export function instanceOptions({
  format,
  tasks,
  fleet,
}: OptionValues<typeof INSTANCE_OPTIONS>): ReadInstanceOptions {
  return {
    ...(format === undefined ? {} : { format }),
    ...(tasks === undefined ? {} : { tasks }),
    ...(fleet === undefined ? {} : { fleet }),
  }
}

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

/** The built-in solver of that name. @throws QaasError `invalid-option` naming the known ones */
export async function pickSolver(name: string): Promise<Solver> {
  const names = Object.keys(builtinSolvers)
  if (!names.includes(name)) {
    const close = nearest(name, names)
    throw new QaasError('invalid-option', `there is no solver "${name}"`, {
      advice: `${close ? `Maybe you meant ${close}. ` : 'Maybe pick a known one. '}Known: ${names.join(', ')}.`,
      data: { solver: name, known: names },
    })
  }
  return builtinSolvers[name as SolverName]()
}

/** @throws QaasError `invalid-option` when two output forms are asked for at once */
export function checkOneOutput(options: { readonly json: boolean; readonly markdown: boolean }): void {
  if (options.json && options.markdown)
    throw new QaasError('invalid-option', '--json and --markdown contradict each other', {
      advice: 'Maybe leave one of them out.',
    })
}
