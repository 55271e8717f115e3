/** `qaas check`: is this instance well-formed and can it be planned at all; or, is this plan what it claims to be. */
import { defineCommand, type RunArguments } from '../command.ts'
import { INSTANCE_OPTIONS } from '../options.ts'

const options = {
  ...INSTANCE_OPTIONS,
  json: { kind: 'flag', help: 'machine-readable output' },
} as const

export type CheckArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'check',
  summary: 'Check an instance, or a plan against its instance.',
  description:
    'With an instance alone: is it well-formed, and is there anything that makes a plan impossible.\nWith a plan as well: the judge recomputes its objective and names every broken promise\nand every figure of the file that is not so.',
  examples: ['qaas check examples/factory.yaml', 'qaas check examples/factory.yaml plan.json --json'],
  positionals: [
    { name: 'instance', help: 'the instance file' },
    { name: 'plan', help: 'a plan file written by qaas plan --out', optional: true },
  ],
  options,
  run: async (args) => (await import('../runs/check.ts')).run(args),
})
