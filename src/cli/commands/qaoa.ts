/** `qaas qaoa`: simulates QAOA on any model file and shows what random bits would have given. */
import { defineCommand, type RunArguments } from '../command.ts'

const options = {
  layers: {
    kind: 'number',
    value: 'P',
    short: 'p',
    help: 'layers of the ansatz; default 1',
    integer: true,
    min: 1,
    max: 100,
  },
  shots: { kind: 'number', value: 'N', help: 'measurements; default 4000', integer: true, min: 1, max: 1e7 },
  optimiser: {
    kind: 'string',
    value: 'NAME',
    help: 'trains the angles; default cobyla',
    choices: ['cobyla', 'nelder-mead', 'spsa', 'l-bfgs', 'none'],
  },
  restarts: { kind: 'number', value: 'N', help: 'random starts; default 8', integer: true, min: 1, max: 1e5 },
  evaluations: {
    kind: 'number',
    value: 'N',
    help: 'evaluations of each start; default 80',
    integer: true,
    min: 1,
    max: 1e7,
  },
  start: {
    kind: 'string',
    value: 'NAME',
    help: 'where training starts; default random',
    choices: ['random', 'ramp', 'fixed', 'interp'],
  },
  objective: { kind: 'string', value: 'NAME', help: 'mean, valid-rate, or cvar:ALPHA; default mean' },
  encoding: {
    kind: 'string',
    value: 'NAME',
    help: 'of one-hot groups, which a CQM names; default subspace where there are groups',
    choices: ['one-hot', 'subspace', 'domain-wall', 'binary'],
  },
  mixer: {
    kind: 'string',
    value: 'NAME',
    help: 'inside one-hot groups; default xy-ring',
    choices: ['x', 'xy-ring', 'xy-chain', 'xy-complete'],
  },
  'warm-start': {
    kind: 'string',
    value: 'START',
    help: 'start near a state: greedy (descent from scratch), or a JSON file of a number from 0 to 1 a variable',
  },
  epsilon: {
    kind: 'number',
    value: 'E',
    help: 'how far a warm start stays from certainty; default 0.25',
    min: 0.001,
    max: 0.5,
  },
  preset: { kind: 'string', value: 'NAME', help: "paper: the preprint's raw setting", choices: ['paper'] },
  noise: {
    kind: 'string',
    value: 'DEVICE',
    help: 'also read the circuit through the noise of a device',
    choices: ['ibm_fez', 'ibm_kingston', 'ibm_marrakesh'],
  },
  recursive: { kind: 'flag', help: 'recursive QAOA with one layer, for hundreds of variables' },
  from: {
    kind: 'string',
    value: 'FORMAT',
    help: 'format of the model; default: by its name',
  },
  time: { kind: 'duration', value: 'TIME', help: 'stop training after this long: 10s, 2m' },
  seed: { kind: 'number', value: 'N', help: 'seed of everything random; default 1', integer: true, min: 0 },
  json: { kind: 'flag', help: 'machine-readable output, with every training trace' },
} as const

export type QaoaArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'qaoa',
  summary: 'Simulate QAOA on a model, with uniformly random bits under the same decoding beside it.',
  description:
    'Takes any BQM, QUBO or Ising file, and CQMs of binaries, whose exactly-one rows become one-hot groups. Unconnected\nparts are simulated apart, so time follows the largest part. Energies are those of the model. Without --noise\nthe circuits are ideal.',
  examples: [
    'qaas qaoa model.qubo -p 3 --optimiser l-bfgs',
    'qaas qaoa model.cqm --mixer xy-complete --shots 8000 --json',
    'qaas qaoa model.cqm --mixer xy-chain --noise ibm_fez',
    'qaas qaoa model.qubo --warm-start greedy --epsilon 0.1',
    'qaas qaoa large.rud --recursive',
  ],
  positionals: [{ name: 'model', help: 'a model file: .bqm, .qubo, .coo, .rud, .cqm, .lp' }],
  options,
  run: async (args) => (await import('../runs/qaoa.ts')).run(args),
})
