/** `qaas explain`: why a task has the agent it has, or why an instance has no plan. */
import { defineCommand, type RunArguments } from '../command.ts'
import { INSTANCE_OPTIONS } from '../options.ts'

const options = {
  ...INSTANCE_OPTIONS,
  json: { kind: 'flag', help: 'machine-readable output' },
} as const

export type ExplainArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'explain',
  summary: 'Why this agent: the alternatives of a task, what they cost, and what binds.',
  description:
    'With a task: every other pool, what it would cost, and what stands in the way while all else stays.\nWithout one: the dearest tasks and what binds them. Without a plan: why there is none, if so.',
  examples: ['qaas explain examples/team.yaml plan.json review', 'qaas explain examples/team.yaml plan.json'],
  positionals: [
    { name: 'instance', help: 'the instance file' },
    { name: 'plan', help: 'a plan file written by qaas plan --out', optional: true },
    { name: 'task', help: 'the id of a task', optional: true },
  ],
  options,
  run: async (args) => (await import('../runs/explain.ts')).run(args),
})
