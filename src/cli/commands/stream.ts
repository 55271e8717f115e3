/** `qaas stream`: gives each arriving task an agent at once, by prices of what is left, and says what that cost. */
import { defineCommand, type RunArguments } from '../command.ts'

const options = {
  expect: {
    kind: 'number',
    value: 'N',
    help: 'how many tasks will arrive; default: as many as the forecast has',
    integer: true,
    min: 1,
  },
  forecast: {
    kind: 'string',
    value: 'FILE',
    help: "tasks like those to come, such as yesterday's (JSONL or CSV): good prices from the first one on",
  },
  seed: { kind: 'number', value: 'N', help: 'seed of everything random; default 1', integer: true, min: 0 },
  time: {
    kind: 'duration',
    value: 'TIME',
    help: 'how long the plan in hindsight may take in the end; default 10s',
  },
  'no-hindsight': { kind: 'flag', help: 'end without comparing with the plan in hindsight' },
} as const

export type StreamArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'stream',
  summary: 'Give each arriving task an agent at once, by prices of what is left.',
  description: [
    'Reads one task per line (JSONL) as they arrive and answers each with one line of JSON: its agent, or null when',
    'nobody may or can do it any more, and why. A line that is no task is answered with its error and passed over;',
    'the exit code then is 2. No capacity and no budget is ever passed, and no placement is revised; a task',
    'may depend on earlier ones only. The last line is a summary with the regret: how much dearer this was than the',
    'best plan for the same tasks in hindsight.',
  ].join('\n'),
  examples: [
    'qaas stream fleet.yaml --forecast yesterday.jsonl --expect 10000 < tasks.jsonl',
    'tail -f queue.jsonl | qaas stream fleet.yaml --expect 500 --no-hindsight',
  ],
  positionals: [
    { name: 'fleet', help: 'a file with agents and a policy, such as an instance (its tasks are not used)' },
    { name: 'tasks', help: 'the tasks (JSONL); default: standard input', optional: true },
  ],
  options,
  // Loaded when it runs, so that --help answers at once.
  run: async (args) => (await import('../runs/stream.ts')).run(args),
})
