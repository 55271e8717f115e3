/** `qaas generate`: writes instances that are known or drawn: the notebook's factory, the paper's routing problem. */
import { defineCommand, type RunArguments } from '../command.ts'

const options = {
  out: {
    kind: 'string',
    value: 'FILE',
    short: 'o',
    help: 'write FILE: .yaml, .json or .qaas; default: YAML to standard output',
  },
  'tasks-out': {
    kind: 'string',
    value: 'FILE',
    help: 'write the tasks into a .jsonl or .csv file of their own',
  },
  json: { kind: 'flag', help: 'JSON instead of YAML on standard output' },
  tasks: { kind: 'number', value: 'N', help: 'how many tasks', integer: true, min: 1, max: 1e7 },
  agents: { kind: 'number', value: 'N', help: 'how many agents', integer: true, min: 1, max: 1e5 },
  seed: { kind: 'number', value: 'N', help: 'seed of everything random', integer: true, min: 0 },
  'reverse-edges': { kind: 'flag', help: 'factory: turn every dependency round' },
  'cloud-capacity': {
    kind: 'number',
    value: 'N',
    help: 'factory: tasks per cloud agent; default 25',
    integer: true,
    min: 1,
  },
  hardware: {
    kind: 'string',
    value: 'SIZE',
    help: "lcrp: one of the paper's hardware instances",
    choices: ['2x3', '4x3', '6x3'],
  },
  distinct: { kind: 'flag', help: 'lcrp, scaled: every agent its own prices (the default)' },
  tiers: {
    kind: 'number',
    value: 'N',
    help: 'lcrp, scaled: N pools of identical agents',
    integer: true,
    min: 1,
  },
  chains: {
    kind: 'number',
    value: 'SHARE',
    help: 'lcrp, scaled: share of tasks in chains of 2 to 4',
    min: 0,
    max: 1,
  },
  budget: {
    kind: 'string',
    value: 'USD',
    help: 'lcrp: cap in dollars, or scaled: 1.05x of the least possible spend',
  },
  'latency-price': {
    kind: 'number',
    value: 'USD',
    help: 'lcrp, scaled: price of a second of latency; default 0.001',
    min: 0,
  },
  sla: { kind: 'flag', help: 'lcrp: latency limits on tasks' },
} as const

export type GenerateArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'generate',
  summary: 'Write an instance: the factory of the notebook, or a cascade-routing problem of any size.',
  description: [
    'factory  1,000 tasks on 48 agents with 50 workflow chains, exactly as in the notebook; --tasks, --agents and',
    '         --seed give scaled versions.',
    "lcrp     without --agents the paper's workload on its five tiers (--tasks, --budget, --sla, --seed), with",
    '         --hardware its hardware instances; with --agents the scaled family with tight capacities.',
  ].join('\n'),
  examples: [
    'qaas generate factory -o factory.yaml',
    'qaas generate factory --reverse-edges | qaas plan -',
    'qaas generate lcrp --tasks 80 --budget 6000 --sla -o batch.yaml',
    'qaas generate lcrp --tasks 100000 --agents 1000 --chains 0.1 --budget 1.05x --seed 3 -o large.qaas',
  ],
  positionals: [{ name: 'kind', help: 'factory or lcrp' }],
  options,
  run: async (args) => (await import('../runs/generate.ts')).run(args),
})
