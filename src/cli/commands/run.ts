/** `qaas run`: plans an instance, or takes a plan, and executes it. */
import { defineCommand, type RunArguments } from '../command.ts'
import { GAP_OPTION, SOLVE_OPTIONS } from '../options.ts'
import { WATCH_OPTIONS } from '../running/watch-options.ts'

const options = {
  ...SOLVE_OPTIONS,
  ...GAP_OPTION,
  ...WATCH_OPTIONS,
  plan: { kind: 'string', value: 'FILE', help: 'take this plan instead of making one' },
  solver: { kind: 'string', value: 'NAME', help: 'which solver plans; default: auto' },
  name: {
    kind: 'string',
    value: 'NAME',
    help: 'name of the run; default: made from the instance and the time',
  },
  budget: {
    kind: 'number',
    value: 'USD',
    help: "plan for and spend at most so much; never more than the policy's budget",
    min: 0,
  },
  'workflow-budget': { kind: 'number', value: 'USD', help: 'each workflow may spend so much', min: 0 },
  simulate: { kind: 'flag', help: 'all agents are simulated: nothing is called, nothing is paid' },
  speed: { kind: 'number', value: 'N', help: 'simulated agents are so many times faster', min: 0.001 },
  'failure-rate': {
    kind: 'number',
    value: 'P',
    help: 'simulated attempts fail with this chance',
    min: 0,
    max: 1,
  },
} as const

export type RunRunArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'run',
  summary: 'Plan an instance, or take a plan, and execute it: nothing lost, no dollar overspent.',
  description:
    'State lives in QAAS_HOME (default: .qaas in the working folder). Whatever happens to this process, "qaas resume" goes on where it stopped.',
  examples: [
    'qaas run examples/factory.yaml --simulate --speed 20',
    'qaas run team.yaml --plan plan.json --budget 5 --html report.html',
  ],
  positionals: [{ name: 'instance', help: 'the instance file (YAML, JSON or .qaas; - for standard input)' }],
  options,
  run: async (args) => (await import('../runs/run.ts')).run(args),
})
