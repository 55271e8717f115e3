/** `qaas sample`: low-energy states of a model file, their energies, how often they came, and what they break. */
import { quantumSamplers } from '../../quantum/builtin.ts'
import { builtinSamplers } from '../../samplers/builtin.ts'
import { defineCommand, type RunArguments } from '../command.ts'

const options = {
  sampler: {
    kind: 'string',
    value: 'NAME',
    help: 'which sampler; default: annealing',
    choices: Object.keys({ ...builtinSamplers, ...quantumSamplers }),
  },
  reads: {
    kind: 'number',
    value: 'N',
    short: 'n',
    help: 'independent runs; shots of qaoa',
    integer: true,
    min: 1,
    max: 1_000_000,
  },
  sweeps: {
    kind: 'number',
    value: 'N',
    help: 'annealing: sweeps of each read; default 1000',
    integer: true,
    min: 1,
    max: 10_000_000,
  },
  'beta-range': {
    kind: 'string',
    value: 'HOT,COLD',
    help: "annealing: inverse temperatures, or probed (default), or neal for neal's rule",
  },
  kernel: {
    kind: 'string',
    value: 'NAME',
    help: 'annealing: which kernel; default: by the structure of the model',
    choices: ['auto', 'sparse', 'dense', 'multi-spin'],
  },
  'randomize-order': {
    kind: 'flag',
    help: 'annealing: spins are drawn at random instead of taken in turn',
  },
  'proposal-acceptance-criteria': {
    kind: 'string',
    value: 'NAME',
    help: 'annealing: Metropolis (default) or Gibbs',
    choices: ['Metropolis', 'Gibbs'],
  },
  restarts: {
    kind: 'number',
    value: 'N',
    help: 'tabu: searches after the first one; default 20',
    integer: true,
    min: 0,
  },
  penalty: {
    kind: 'string',
    value: 'P',
    help: 'constraints become penalties: bound (proven; default), or a weight',
  },
  from: { kind: 'string', value: 'FORMAT', help: 'format of the model; default: by its name' },
  problem: {
    kind: 'number',
    value: 'N',
    help: 'which problem of a bqp file; default 1',
    integer: true,
    min: 1,
  },
  vartype: {
    kind: 'string',
    value: 'V',
    help: 'of a COO file that does not say',
    choices: ['BINARY', 'SPIN'],
  },
  time: {
    kind: 'duration',
    value: 'TIME',
    help: 'stop after this long with the best so far: 10s, 500ms, 2m',
  },
  seed: { kind: 'number', value: 'N', help: 'seed of everything random; default 1', integer: true, min: 0 },
  rows: { kind: 'number', value: 'N', help: 'samples shown; default 10', integer: true, min: 1 },
  json: { kind: 'flag', help: 'machine-readable output, with the states' },
} as const

export type SampleArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'sample',
  summary: 'Find low-energy states of a model and say what they cost and break.',
  description: [
    'MODEL is a BQM (.bqm, .bqm.json, .coo, .qubo, .bqp, .rud), a CQM (.cqm, .lp) or an instance; constraints become',
    'penalties, and every sample is judged against them. Exit code 1 when no sample keeps every constraint.',
  ].join('\n'),
  examples: [
    'qaas sample G1.rud --reads 128 --sweeps 5000',
    'qaas sample bqp1000.bqp --problem 3 --sampler tabu --time 1s',
    'qaas sample factory.cqm --reads 4 --sweeps 30 --json',
    'qaas sample small.qubo --sampler exhaustive',
  ],
  positionals: [{ name: 'model', help: 'model or instance file' }],
  options,
  // Loaded when it runs, so that --help answers at once.
  run: async (args) => (await import('../runs/sample.ts')).run(args),
})
