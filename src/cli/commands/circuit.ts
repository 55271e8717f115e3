/** `qaas circuit`: reads, builds, transpiles, draws and writes quantum circuits. */
import { ENCODINGS, MIXERS } from '../../quantum/qaoa/encoding.ts'
import { HERON_NAMES } from '../../quantum/transpile/device.ts'
import { defineCommand, type RunArguments } from '../command.ts'
import { INSTANCE_OPTIONS } from '../options.ts'

const options = {
  qaoa: {
    kind: 'string',
    value: 'INSTANCE',
    help: 'build the QAOA circuit of this instance instead of reading a file',
  },
  layers: {
    kind: 'number',
    value: 'P',
    short: 'p',
    help: 'layers of the QAOA circuit; default 1',
    integer: true,
    min: 1,
    max: 100,
  },
  mixer: { kind: 'string', value: 'NAME', help: 'mixer of the QAOA circuit; default x', choices: MIXERS },
  encoding: {
    kind: 'string',
    value: 'NAME',
    help: 'of the choices of a task; default one-hot, for xy mixers subspace',
    choices: ENCODINGS,
  },
  gammas: { kind: 'string', value: 'LIST', help: 'angles with commas between, instead of training' },
  betas: { kind: 'string', value: 'LIST', help: 'angles with commas between, instead of training' },
  transpile: {
    kind: 'string',
    value: 'DEVICE',
    help: 'lay it onto this device (heron is ibm_fez)',
    choices: ['heron', ...HERON_NAMES],
  },
  calibration: {
    kind: 'string',
    value: 'FILE',
    help: 'lay it onto the device of this IBM properties file: its own errors, faulty couplings left out',
  },
  fractional: { kind: 'flag', help: 'with --transpile: use the device’s rzz instead of two cz' },
  draw: {
    kind: 'string',
    value: 'FORM',
    help: 'draw the circuit, or the device with the qubits in use',
    choices: ['text', 'svg', 'map'],
  },
  qasm: { kind: 'string', value: 'VERSION', help: 'write OpenQASM', choices: ['2', '3'] },
  out: { kind: 'string', value: 'FILE', short: 'o', help: 'write drawing or OpenQASM to FILE' },
  seed: {
    kind: 'number',
    value: 'N',
    help: 'seed of training and routing; default 1',
    integer: true,
    min: 0,
  },
  json: { kind: 'flag', help: 'machine-readable output' },
  ...INSTANCE_OPTIONS,
} as const

export type CircuitArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'circuit',
  summary: 'Read, build, transpile, draw and write quantum circuits.',
  description:
    'Reads OpenQASM 2 or 3 (plain circuits; control flow, timing and pulses are refused with their place), or builds the\nQAOA circuit of an instance. Without --draw or --qasm it prints counts and depths.',
  examples: [
    'qaas circuit bell.qasm --draw text',
    'qaas circuit --qaoa lcrp-4x3.yaml --mixer xy-chain --transpile ibm_fez',
    'qaas circuit --qaoa lcrp-4x3.yaml --transpile heron --qasm 3 --out job.qasm',
  ],
  positionals: [{ name: 'file', help: 'an OpenQASM file', optional: true }],
  options,
  run: async (args) => (await import('../runs/circuit.ts')).run(args),
})
