/** `qaas submit`: gives a live run more to do. */
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'submit',
  summary: 'Give a run more tasks; they may depend on its own. They are planned with what is left.',
  examples: ['qaas submit more.jsonl', 'qaas submit more.csv --run factory-20261121-204512-3f'],
  positionals: [{ name: 'tasks', help: 'the tasks, as JSONL or CSV' }],
  options: {
    run: { kind: 'string', value: 'NAME', help: 'which run; default: the last one' },
    json: { kind: 'flag', help: 'machine-readable output' },
  },
  run: async (args) => (await import('../runs/submit.ts')).run(args),
})
