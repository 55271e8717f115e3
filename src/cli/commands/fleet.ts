/** `qaas fleet`: who works on a run, and changes to that while it runs. */
import { defineCommand, type RunArguments } from '../command.ts'

const options = {
  run: { kind: 'string', value: 'NAME', help: 'which run; default: the last one' },
  remove: {
    kind: 'string',
    value: 'IDS',
    help: 'these agents or pools get nothing more, separated by commas',
  },
  capacity: {
    kind: 'string',
    value: 'ID=N',
    help: 'each agent of this pool may do so many tasks in all; several separated by commas',
  },
  json: { kind: 'flag', help: 'machine-readable output' },
} as const

export type FleetArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'fleet',
  summary: 'Show the agents of a run, or change them while it runs.',
  description:
    'With a file, the agents of the run become those of the file: other capacities, prices and budgets count from now on, agents the file does not name get nothing more, new ones join. What is left of the run is planned again; what has begun is ended where it is.',
  examples: ['qaas fleet', 'qaas fleet team.yaml', 'qaas fleet --remove small-3,large --capacity medium=40'],
  positionals: [
    {
      name: 'file',
      help: 'a list of agents, or an instance whose agents count; left out, they are shown',
      optional: true,
    },
  ],
  options,
  run: async (args) => (await import('../runs/fleet.ts')).run(args),
})
