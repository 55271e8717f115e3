/** `qaas compare`: solvers side by side on one instance, under equal time, with the baselines and the bound. */
import { defineCommand, type RunArguments } from '../command.ts'
import { SOLVE_OPTIONS } from '../options.ts'

/** What is compared unless told otherwise. */
const DEFAULT_SOLVERS: readonly string[] = ['anneal', 'exact', 'auto']

const options = {
  ...SOLVE_OPTIONS,
  solvers: {
    kind: 'string',
    value: 'NAMES',
    help: `names with commas between; default: ${DEFAULT_SOLVERS.join(',')}`,
  },
  html: { kind: 'string', value: 'FILE', help: 'write a self-contained page with pictures' },
} as const

export type CompareArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'compare',
  summary: 'Run solvers side by side on one instance, under equal time.',
  description:
    'The baselines (first-come greedy, tight-first greedy) are always among them. The gap is to the best bound that\nany of the solvers proved; the slack says whether capacity binds at all.',
  examples: [
    'qaas compare examples/factory.yaml',
    'qaas compare examples/factory.yaml --solvers exact,anneal --time 5s --markdown',
  ],
  positionals: [{ name: 'instance', help: 'the instance file' }],
  options,
  // Loaded when it runs, so that --help answers at once.
  run: async (args) => (await import('../runs/compare.ts')).run(args, DEFAULT_SOLVERS),
})
