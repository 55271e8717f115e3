/** `qaas resume`: goes on with a run that was stopped, by whatever. */
import { defineCommand, type RunArguments } from '../command.ts'
import { WATCH_OPTIONS } from '../running/watch-options.ts'

export type ResumeArguments = RunArguments<typeof WATCH_OPTIONS>

export const command = defineCommand({
  name: 'resume',
  summary: 'Go on with a run that was interrupted, killed or out of disk: nothing finished is done again.',
  examples: ['qaas resume', 'qaas resume factory-20261121-204512-3f'],
  positionals: [{ name: 'run', help: 'name of the run; default: the last one', optional: true }],
  options: WATCH_OPTIONS,
  run: async (args) => (await import('../runs/resume.ts')).run(args),
})
