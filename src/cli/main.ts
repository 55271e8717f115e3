/** The command line: a table of commands, loaded when used. The only place that prints errors and sets exit codes. */
import { QaasError } from '../errors.ts'
import { VERSION } from '../version.ts'
import type { Command, ExitCode } from './command.ts'

interface Entry {
  readonly summary: string
  readonly load: () => Promise<Command>
}

/** `load` types its command with `never` options inside; here only the common shape matters. */
const entry = (summary: string, load: () => Promise<{ readonly command: unknown }>): Entry => ({
  summary,
  load: async () => (await load()).command as Command,
})

const commands: Readonly<Record<string, Entry>> = {
  plan: entry(
    'give every task the cheapest agent that keeps every promise',
    () => import('./commands/plan.ts'),
  ),
  stream: entry('give each arriving task an agent at once', () => import('./commands/stream.ts')),
  compare: entry('run solvers side by side, with baselines and bound', () => import('./commands/compare.ts')),
  check: entry('check an instance, or a plan against its instance', () => import('./commands/check.ts')),
  verify: entry('re-check a plan and the bound it claims', () => import('./commands/verify.ts')),
  explain: entry('why this agent, or why no plan', () => import('./commands/explain.ts')),
  run: entry('plan an instance and execute it on its agents', () => import('./commands/run.ts')),
  status: entry('show where a run stands', () => import('./commands/status.ts')),
  runs: entry('list all runs', () => import('./commands/runs.ts')),
  budget: entry('show or set what all runs together may spend', () => import('./commands/budget.ts')),
  resume: entry('go on with a run that was stopped', () => import('./commands/resume.ts')),
  submit: entry('give a run more tasks', () => import('./commands/submit.ts')),
  fleet: entry('show or change the agents of a run', () => import('./commands/fleet.ts')),
  cancel: entry('end a run for good', () => import('./commands/cancel.ts')),
  results: entry('print what the tasks of a run gave', () => import('./commands/results.ts')),
  generate: entry(
    'write an instance: the factory or a routing problem',
    () => import('./commands/generate.ts'),
  ),
  convert: entry('turn an instance or a model into another format', () => import('./commands/convert.ts')),
  sample: entry('find low-energy states of a model', () => import('./commands/sample.ts')),
  schema: entry('print the JSON Schema of instance or plan files', () => import('./commands/schema.ts')),
  qaoa: entry('simulate QAOA on a model, with random bits beside it', () => import('./commands/qaoa.ts')),
  circuit: entry(
    'read, build, transpile, draw and write quantum circuits',
    () => import('./commands/circuit.ts'),
  ),
  experiment: entry('repeat the routing paper’s experiments', () => import('./commands/experiment.ts')),
}

export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader such as `head` may close the pipe early; that is not our error. Anything else loses the result.
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    console.error(`error: standard output cannot be written (${error.code ?? error.message})`)
    process.exit(2)
  })
  try {
    process.exitCode = await run(argv)
  } catch (error) {
    process.exitCode = printError(error)
  }
}

async function run([name, ...rest]: readonly string[]): Promise<ExitCode> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(overview())
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-v') {
    console.log(VERSION)
    return 0
  }
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (found === undefined) throw await unknownCommand(name)
  const command = await found.load()
  const { parseArguments, usage } = await import('./arguments.ts')
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(usage(command))
    return 0
  }
  return command.run(parseArguments(command, rest))
}

async function unknownCommand(name: string): Promise<QaasError> {
  const { nearest } = await import('../io/nearest.ts')
  const close = nearest(name, Object.keys(commands))
  return new QaasError('invalid-option', `there is no command "${name}"`, {
    advice: close ? `Maybe you meant "qaas ${close}".` : 'Maybe look at "qaas --help".',
  })
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  return [
    'qaas: decides which AI agent does which task, proves how good that is, and runs it.',
    '',
    'Usage: qaas <command> [options]',
    '',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Each command explains itself: qaas <command> --help',
    'Example: qaas plan examples/factory.yaml',
  ].join('\n')
}

/** A hostile file can hold a name of megabytes; nobody reads it. */
function shortened(line: string): string {
  return line.length <= 2000 ? line : `${line.slice(0, 1000)} ... ${line.slice(-500)}`
}

/** Exit code 2 for mistakes of the input; 70 marks a defect of QAAS itself, with its stack. */
function printError(error: unknown): number {
  if (QaasError.isInstance(error) && error.code !== 'internal') {
    console.error(`error: ${error.message.split('\n').map(shortened).join('\n')}`)
    return 2
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  // Bundled WebAssembly modules print their whole source line in a stack; nobody reads 180 kB.
  console.error(`internal error, please report it:\n${text.slice(0, 4000)}`)
  return 70
}
