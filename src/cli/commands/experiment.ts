/** `qaas experiment`: the paper's experiments with the baselines it left out. */
import { defineCommand, type RunArguments } from '../command.ts'

const options = {
  quick: { kind: 'flag', help: 'one training instead of ten: seconds instead of a minute' },
  seed: { kind: 'number', value: 'N', help: 'seed of everything random; default 1', integer: true, min: 0 },
  shots: {
    kind: 'number',
    value: 'N',
    help: 'readings per circuit; default 4000, the paper’s',
    integer: true,
    min: 1,
    max: 1e6,
  },
  out: {
    kind: 'string',
    value: 'FOLDER',
    short: 'o',
    help: 'write results as JSON and figures as SVG there',
  },
  json: { kind: 'flag', help: 'machine-readable output' },
  markdown: { kind: 'flag', help: 'tables in Markdown' },
} as const

export type ExperimentArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'experiment',
  summary: 'Repeat the experiments of the LLM cascade routing paper, honestly.',
  description:
    'lambda (Table 2), scaling (Table 3, Figure 1), depth (Table 4, Figure 2), high-shot (section 7.5), backends\n(Figure 3), pareto (Figure 4), mitigations (section 8.2), or all. Every row has the paper’s value, ours, uniformly\nrandom bits, and the classical methods beside it. Devices are noise models from published calibration medians.',
  examples: ['qaas experiment depth --quick', 'qaas experiment all --out experiments/results'],
  positionals: [{ name: 'experiment', help: 'its name, or all' }],
  options,
  run: async (args) => (await import('../runs/experiment.ts')).run(args),
})
