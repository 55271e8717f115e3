/** `qaas results`: what the tasks of a run gave. */
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'results',
  summary: 'Print what the tasks of a run gave, one line of JSON per task.',
  examples: ['qaas results', 'qaas results factory-20261121-204512-3f --task spec'],
  positionals: [{ name: 'run', help: 'name of the run; default: the last one', optional: true }],
  options: {
    task: { kind: 'string', value: 'ID', help: 'only the output of this task, as it is' },
    report: { kind: 'flag', help: 'the shift report instead: planned against actual' },
    html: { kind: 'string', value: 'FILE', help: 'write the report page with the Gantt chart' },
  },
  run: async (args) => (await import('../runs/results.ts')).run(args),
})
