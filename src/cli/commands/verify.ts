/** `qaas verify`: checks a plan and the proof it carries, with code that shares nothing with the solvers. */
import { defineCommand, type RunArguments } from '../command.ts'
import { INSTANCE_OPTIONS } from '../options.ts'

const options = {
  ...INSTANCE_OPTIONS,
  json: { kind: 'flag', help: 'machine-readable output' },
} as const

export type VerifyArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'verify',
  summary: 'Re-check a plan and the bound it claims, from scratch.',
  description:
    'Recomputes feasibility, objective and the lower bound that the prices in the plan file prove.\nEnds with 0 when all of it holds, 1 when the plan, its proof or a figure the file claims is rejected.',
  examples: ['qaas verify examples/factory.yaml plan.json'],
  positionals: [
    { name: 'instance', help: 'the instance file' },
    { name: 'plan', help: 'a plan file written by qaas plan --out' },
  ],
  options,
  run: async (args) => (await import('../runs/verify.ts')).run(args),
})
