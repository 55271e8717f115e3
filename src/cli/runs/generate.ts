/** Runs `qaas generate`; its options are in `commands/generate.ts`. */
import { QaasError } from '../../errors.ts'
import { factory } from '../../generators/factory.ts'
import { type LcrpOptions, lcrp } from '../../generators/lcrp.ts'
import { lcrpHardware, lcrpWorkload } from '../../generators/lcrp-paper.ts'
import { nearest } from '../../io/nearest.ts'
import { checkWritable, writeStream } from '../../io/write-file.ts'
import { checkInstancePath, instanceContent, writeInstance } from '../../io/write-instance.ts'
import type { Instance } from '../../model/instance.ts'
import type { ExitCode } from '../command.ts'
import type { GenerateArguments } from '../commands/generate.ts'

type Options = GenerateArguments['options']

/** The options that each kind understands besides the outputs. */
const KINDS: Readonly<Record<string, readonly (keyof Options)[]>> = {
  factory: ['tasks', 'agents', 'seed', 'reverse-edges', 'cloud-capacity'],
  lcrp: [
    'tasks',
    'agents',
    'seed',
    'hardware',
    'distinct',
    'tiers',
    'chains',
    'budget',
    'latency-price',
    'sla',
  ],
}
const OUTPUTS: readonly (keyof Options)[] = ['out', 'tasks-out', 'json']

export async function run({ positionals: [kind], options }: GenerateArguments): Promise<ExitCode> {
  checkKind(kind!, options)
  if (options.out !== undefined) {
    checkInstancePath(options.out, tasksOption(options))
    await checkWritable(options.out)
  }
  const instance = kind === 'factory' ? generateFactory(options) : generateLcrp(options)
  if (options.out !== undefined) await writeInstance(options.out, instance, tasksOption(options))
  else await writeStream(process.stdout, instanceContent(instance, options.json ? '.json' : '.yaml'))
  return 0
}

const tasksOption = (options: Options): { tasks?: string } =>
  options['tasks-out'] === undefined ? {} : { tasks: options['tasks-out'] }

function bad(message: string, advice: string): QaasError {
  return new QaasError('invalid-option', message, { advice })
}

function checkKind(kind: string, options: Options): void {
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  if (known === undefined) {
    const close = nearest(kind, Object.keys(KINDS))
    throw bad(
      `there is no generator "${kind}"`,
      close ? `Maybe you meant ${close}.` : 'Maybe pick factory or lcrp.',
    )
  }
  const given = (Object.keys(options) as (keyof Options)[]).filter(
    (name) => options[name] !== undefined && options[name] !== false,
  )
  const foreign = given.find((name) => !known.includes(name) && !OUTPUTS.includes(name))
  if (foreign !== undefined)
    throw bad(`"generate ${kind}" has no option --${foreign}`, 'Maybe look at "qaas generate --help".')
  if (options['tasks-out'] !== undefined && options.out === undefined)
    throw bad(
      '--tasks-out needs --out',
      'Maybe add -o FILE: the file that names the fleet and the tasks file.',
    )
  if (options.json && options.out !== undefined)
    throw bad('--json and --out contradict each other', 'Maybe give the file the ending .json.')
}

function generateFactory(options: Options): Instance {
  const { tasks, agents, seed } = options
  return factory({
    ...(tasks === undefined ? {} : { tasks }),
    ...(agents === undefined ? {} : { agents }),
    ...(seed === undefined ? {} : { seed }),
    ...(options['cloud-capacity'] === undefined ? {} : { cloudCapacity: options['cloud-capacity'] }),
    reverseEdges: options['reverse-edges'],
  })
}

function generateLcrp(options: Options): Instance {
  const { tasks, agents, seed, hardware, sla } = options
  const budget = parseBudget(options.budget)
  if (hardware !== undefined) {
    const others = (['tasks', 'agents', 'seed', 'budget', 'sla', ...SCALED] as const).find(
      (name) => options[name] !== undefined && options[name] !== false,
    )
    if (others) throw bad(`--hardware and --${others} contradict each other`, 'Maybe leave one of them out.')
    return lcrpHardware(Number(hardware[0]) as 2 | 4 | 6)
  }
  if (agents === undefined) return paperWorkload(options, budget)
  if (options.distinct && options.tiers !== undefined)
    throw bad('--distinct and --tiers contradict each other', 'Maybe leave one of them out.')
  return lcrp({
    tasks: tasks ?? 1000,
    agents,
    tiers: options.tiers ?? 'distinct',
    chains: options.chains ?? 0,
    sla,
    ...(budget === undefined ? {} : { budget }),
    ...(options['latency-price'] === undefined ? {} : { latencyUsdPerSecond: options['latency-price'] }),
    ...(seed === undefined ? {} : { seed }),
  })
}

const SCALED = ['distinct', 'tiers', 'chains', 'latency-price'] as const

function paperWorkload(options: Options, budget: LcrpOptions['budget']): Instance {
  const { tasks, seed, sla } = options
  const scaled = SCALED.find((name) => options[name] !== undefined && options[name] !== false)
  if (scaled)
    throw bad(`--${scaled} belongs to the scaled family`, 'Maybe say how many agents: --agents 1000.')
  if (budget !== undefined && !('usd' in budget))
    throw bad(
      `--budget ${options.budget} needs capacities, which the paper's workload has not`,
      'Maybe give it in dollars.',
    )
  return lcrpWorkload({
    sla,
    ...(tasks === undefined ? {} : { tasks }),
    ...(seed === undefined ? {} : { seed }),
    ...(budget === undefined ? {} : { budgetUsd: budget.usd }),
  })
}

/** `12.50` dollars, or `1.05x` of the least possible spend. */
function parseBudget(text: string | undefined): LcrpOptions['budget'] {
  if (text === undefined) return undefined
  const match = /^\$?(\d+(?:\.\d+)?)(x?)$/i.exec(text.trim())
  if (match === null)
    throw bad(`--budget is "${text}", it must be dollars or a factor`, 'Maybe write 12.50, or 1.05x.')
  const value = Number(match[1])
  return match[2] === '' ? { usd: value } : { factor: value }
}
