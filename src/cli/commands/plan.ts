/** `qaas plan`: from an instance to a checked plan with a proven bound, and the shift report. */
import { defineCommand, type RunArguments } from '../command.ts'
import { GAP_OPTION, SOLVE_OPTIONS } from '../options.ts'

const options = {
  ...SOLVE_OPTIONS,
  ...GAP_OPTION,
  solver: { kind: 'string', value: 'NAME', help: 'which solver; default: auto' },
  penalty: {
    kind: 'string',
    value: 'P',
    help: 'qubo-anneal: bound (proven; default), calibrated, natural:TIMES, or a weight per squared unit',
  },
  out: { kind: 'string', value: 'FILE', short: 'o', help: 'write the plan with its certificate as JSON' },
  prove: { kind: 'flag', help: 'search until the plan is proven optimal, however long it takes' },
  previous: {
    kind: 'string',
    value: 'FILE',
    help: 'plan again after a change: start from this plan and its prices, and count the moves',
  },
  'churn-usd': {
    kind: 'number',
    value: 'USD',
    help: 'with --previous: what moving a task to another agent must save; default 0',
    min: 0,
  },
  warm: { kind: 'string', value: 'FILE', help: 'start from this plan' },
  html: { kind: 'string', value: 'FILE', help: 'write a self-contained page with pictures' },
} as const

export type PlanArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'plan',
  summary: 'Give every task the cheapest agent that keeps every promise, and prove how good that is.',
  examples: [
    'qaas plan examples/factory.yaml',
    'qaas plan examples/factory.yaml --gap 0.5%',
    'qaas plan today.yaml --previous yesterday-plan.json --churn-usd 0.002',
    'qaas plan examples/factory.yaml --solver exact --time 10s --seed 1 --out plan.json --html report.html',
  ],
  positionals: [{ name: 'instance', help: 'the instance file (YAML, JSON or .qaas; - for standard input)' }],
  options,
  // Loaded when it runs, so that --help answers at once.
  run: async (args) => (await import('../runs/plan.ts')).run(args),
})
