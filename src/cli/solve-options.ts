/** What the planning commands do with their shared options: pick a solver by name, say where the instance is. */
import { QaasError } from '../errors.ts'
import { nearest } from '../io/nearest.ts'
import type { ReadInstanceOptions } from '../io/read-instance.ts'
import type { Solver } from '../solve/solver.ts'
import { builtinSolvers, type SolverName } from '../solvers/builtin.ts'
import type { OptionValues } from './command.ts'
import type { INSTANCE_OPTIONS } from './options.ts'

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
