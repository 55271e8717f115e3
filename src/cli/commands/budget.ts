/** `qaas budget`: what all runs together, or one run, may spend. */
import { defineCommand, type RunArguments } from '../command.ts'

const options = {
  run: { kind: 'string', value: 'NAME', help: 'the budget of this run instead of that of all runs' },
  json: { kind: 'flag', help: 'machine-readable output' },
} as const

export type BudgetArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'budget',
  summary: 'Show or set what all runs under QAAS_HOME together may spend.',
  description:
    'Everything ever spent and held under this QAAS_HOME counts. No attempt begins whose worst case does not fit, in any process; a lower limit stops new attempts and ends none.',
  examples: ['qaas budget', 'qaas budget 50', 'qaas budget none', 'qaas budget 2.50 --run factory-20261121'],
  positionals: [
    { name: 'usd', help: 'dollars, or "none" for no limit; left out, it is shown', optional: true },
  ],
  options,
  run: async (args) => (await import('../runs/budget.ts')).run(args),
})
