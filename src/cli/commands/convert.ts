/** `qaas convert`: instances and models from one file format into another. */

import { QaasError } from '../../errors.ts'
import {
  type Converted,
  type ConvertOptions,
  instanceToModel,
  type PenaltyChoice,
  penalised,
  relabelled,
  withoutOffset,
  withVartype,
} from '../../formulation/convert.ts'
import {
  MODEL_FORMATS,
  type Model,
  type ModelFormatName,
  modelFormatOf,
  writeModel,
} from '../../formulation/files/formats.ts'
import { nearest } from '../../io/nearest.ts'
import { INSTANCE_FORMATS, readInstance } from '../../io/read-instance.ts'
import { modelFormatOfFile, readModelFile } from '../../io/read-model.ts'
import { checkWritable, writeStream, writeTextFile } from '../../io/write-file.ts'
import {
  INSTANCE_ENDINGS,
  instanceContent,
  TASK_ENDINGS,
  writeInstance,
  writeTasks,
} from '../../io/write-instance.ts'
import { counted } from '../../model/counted.ts'
import type { Instance } from '../../model/instance.ts'
import { defineCommand, type OptionValues } from '../command.ts'

const formatLines = Object.entries(MODEL_FORMATS).map(([name, { extensions, summary }]) => {
  const endings = extensions.map((extension) => `.${extension}`).join(' ')
  return `${name.padEnd(11)} ${endings.padEnd(14)} ${summary}`
})

const OPTIONS = {
  from: { kind: 'string', value: 'FORMAT', help: 'format of IN; default: by its name' },
  to: { kind: 'string', value: 'FORMAT', help: 'format of OUT; default: by its name' },
  tasks: { kind: 'string', value: 'FILE', help: 'take the tasks of the instance from this file' },
  'tasks-out': {
    kind: 'string',
    value: 'FILE',
    help: 'write the tasks of the instance to a .jsonl or .csv file of their own',
  },
  penalty: {
    kind: 'string',
    value: 'P',
    help: 'constraints become penalties: bound (proven), a weight, or 2x the natural weight',
  },
  'as-dimod': { kind: 'flag', help: "penalties exactly as dimod's cqm_to_bqm" },
  dependencies: {
    kind: 'string',
    value: 'FORM',
    help: 'of an instance: priced products or staircase rows',
    choices: ['products', 'staircase'],
  },
  'max-couplings': {
    kind: 'number',
    value: 'N',
    help: 'refuse explicit models beyond; default 5,000,000',
    integer: true,
    min: 1,
  },
  vartype: {
    kind: 'string',
    value: 'V',
    help: 'turn a BQM into BINARY or SPIN; of a COO file that does not say: what it is',
    choices: ['BINARY', 'SPIN'],
  },
  problem: {
    kind: 'number',
    value: 'N',
    help: 'which problem of a bqp file; default 1',
    integer: true,
    min: 1,
  },
  relabel: { kind: 'flag', help: 'replace labels by x0, x1, ... and c0, c1, ...' },
  'drop-offset': { kind: 'flag', help: 'leave the constant out; minima stay where they are' },
  json: { kind: 'flag', help: 'say what was written as JSON' },
} as const

type Options = OptionValues<typeof OPTIONS>

export const command = defineCommand({
  name: 'convert',
  summary: 'Turn an instance or a model into another format.',
  description: [
    'IN and OUT are files; - stands for standard input and output and then needs --from or --to.',
    `Instances: ${INSTANCE_FORMATS.join(', ')}, written as ${INSTANCE_ENDINGS.join(', ')};`,
    `their tasks alone as ${TASK_ENDINGS.join(', ')}. Models:`,
    ...formatLines.map((line) => `  ${line}`),
    'What a format cannot hold is refused with the reason, never changed silently.',
  ].join('\n'),
  examples: [
    'qaas convert factory.yaml factory.qaas',
    'qaas convert factory.yaml small.json --tasks-out tasks.jsonl',
    'qaas convert factory.yaml factory.cqm',
    'qaas convert factory.yaml factory.lp',
    'qaas convert small.yaml small.bqm --penalty 2x',
    'qaas convert model.cqm model.qubo --penalty bound --relabel --drop-offset',
    'qaas convert G1.rud G1.bqm',
    'qaas convert bqp50.txt - --from bqp --problem 3 --to coo',
  ],
  positionals: [
    { name: 'in', help: 'instance or model file' },
    { name: 'out', help: 'file to write' },
  ],
  options: OPTIONS,
  async run({ positionals, options }) {
    const [from, to] = [positionals[0]!, positionals[1]!]
    const target = targetOf(to, options.to)
    if (to !== '-') await checkWritable(to)
    const source = await readSource(from, options)
    const notes =
      'fleet' in source
        ? await writeFromInstance(source, target, to, options)
        : await writeFromModel(source, target, to, options)
    if (to !== '-') report(options.json, { from, to, format: target, ...notes })
    return 0
  },
})

interface Written {
  readonly what: string
  readonly notes: readonly string[]
}

/** A model format, or the ending of an instance file. */
type Target = ModelFormatName | `.${string}`

function targetOf(path: string, named: string | undefined): Target {
  const endings = [...INSTANCE_ENDINGS, ...TASK_ENDINGS] as readonly Target[]
  if (named !== undefined) {
    const known = [...(Object.keys(MODEL_FORMATS) as Target[]), ...endings.map((ending) => ending.slice(1))]
    if (!known.includes(named)) throw unknownFormat('--to', named, known)
    return Object.hasOwn(MODEL_FORMATS, named) ? (named as ModelFormatName) : `.${named}`
  }
  const model = modelFormatOf(path)
  if (path.toLowerCase().endsWith('.gz'))
    throw new QaasError('invalid-option', `${path}: compressed files are read, not written`, {
      advice: 'Maybe leave .gz out and compress the file afterwards.',
    })
  if (model !== undefined) return model
  const ending = endings.find((known) => path.toLowerCase().endsWith(known))
  if (ending !== undefined) return ending
  throw new QaasError('invalid-option', `${path}: the name does not say which format to write`, {
    advice: `Maybe name it with --to: ${[...Object.keys(MODEL_FORMATS), ...endings.map((known) => known.slice(1))].join(', ')}.`,
  })
}

function unknownFormat(option: string, name: string, known: readonly string[]): QaasError {
  const close = nearest(name, known)
  return new QaasError('invalid-option', `${option} is "${name}", which is no known format`, {
    advice: close ? `Maybe you meant ${close}.` : `Maybe pick one of ${known.join(', ')}.`,
  })
}

async function readSource(path: string, options: Options): Promise<Instance | Model> {
  const { from, problem, vartype, tasks } = options
  const named =
    from !== undefined && Object.hasOwn(MODEL_FORMATS, from) ? (from as ModelFormatName) : undefined
  const format = from === undefined ? await modelFormatOfFile(path) : named
  if (format === undefined) {
    const known = [...Object.keys(MODEL_FORMATS), ...INSTANCE_FORMATS]
    if (from !== undefined && !known.includes(from)) throw unknownFormat('--from', from, known)
    return readInstance(path, {
      ...(from === undefined ? {} : { format: from }),
      ...(tasks === undefined ? {} : { tasks }),
    })
  }
  return readModelFile(path, {
    format,
    ...(problem === undefined ? {} : { problem }),
    ...(vartype === undefined || format !== 'coo' ? {} : { vartype: vartype as 'BINARY' | 'SPIN' }),
  })
}

async function writeFromInstance(
  instance: Instance,
  target: Target,
  path: string,
  options: Options,
): Promise<Written> {
  const tasksOut = options['tasks-out']
  const what = `${counted(instance.tasks.count, 'task')}, ${counted(instance.fleet.numAgents, 'agent')}`
  if (target.startsWith('.')) {
    if (path === '-') await writeStream(process.stdout, instanceContent(instance, target))
    else if (TASK_ENDINGS.includes(target) && path.toLowerCase().endsWith(target))
      await writeTasks(path, instance)
    else if (path.toLowerCase().endsWith(target))
      await writeInstance(path, instance, tasksOut === undefined ? {} : { tasks: tasksOut })
    else await writeTextFile(path, instanceContent(instance, target))
    return { what, notes: [] }
  }
  const converted = instanceToModel(instance, target as ModelFormatName, convertOptions(options))
  return writeConverted(converted, target as ModelFormatName, path, options)
}

async function writeFromModel(
  model: Model,
  target: Target,
  path: string,
  options: Options,
): Promise<Written> {
  if (target.startsWith('.'))
    throw new QaasError('unsupported', 'a model cannot be turned back into an instance', {
      advice: 'Maybe write another model format, such as .cqm, .bqm or .lp.',
    })
  const format = target as ModelFormatName
  const rewrite = options.penalty !== undefined || options['as-dimod']
  const converted =
    model.kind === 'cqm' && rewrite ? penalised(model.cqm, convertOptions(options)) : { model, notes: [] }
  return writeConverted(converted, format, path, options)
}

async function writeConverted(
  { model, notes }: Converted,
  format: ModelFormatName,
  path: string,
  options: Options,
): Promise<Written> {
  let changed = model
  if (options.vartype !== undefined) changed = withVartype(changed, options.vartype as 'BINARY' | 'SPIN')
  if (options['drop-offset']) changed = withoutOffset(changed)
  if (options.relabel) changed = relabelled(changed)
  const content = writeModel(format, changed)
  if (path === '-') await writeStream(process.stdout, content)
  else await writeTextFile(path, content)
  return { what: sizeOf(changed), notes }
}

function sizeOf(model: Model): string {
  if (model.kind === 'bqm')
    return `${counted(model.bqm.numVariables, 'variable')}, ${counted(model.bqm.numInteractions, 'coupling')}`
  const { variables, constraints, objective } = model.cqm
  return `${counted(variables.count, 'variable')}, ${counted(constraints.length, 'constraint')}, ${counted(objective.quadratic.length, 'product')} in the objective`
}

function convertOptions(options: Options): ConvertOptions {
  const penalty = parsePenalty(options.penalty)
  return {
    asDimod: options['as-dimod'],
    ...(penalty === undefined ? {} : { penalty }),
    ...(options.dependencies === undefined
      ? {}
      : { dependencies: options.dependencies as 'products' | 'staircase' }),
    ...(options['max-couplings'] === undefined ? {} : { maxCouplings: options['max-couplings'] }),
  }
}

/** `bound`, `7.5`, or `2x`. */
function parsePenalty(text: string | undefined): PenaltyChoice | undefined {
  if (text === undefined || text === 'bound') return text
  const match = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)(x?)$/i.exec(text.trim())
  if (match === null)
    throw new QaasError(
      'invalid-option',
      `--penalty is "${text}", it must be bound, a weight or a multiple`,
      {
        advice: 'Maybe write bound, 7.5, or 2x.',
      },
    )
  return match[2] === '' ? { weight: Number(match[1]) } : { natural: Number(match[1]) }
}

function report(json: boolean, facts: Written & { from: string; to: string; format: Target }): void {
  if (json) {
    console.log(JSON.stringify(facts, null, 2))
    return
  }
  console.log(`${facts.to}: ${facts.what}`)
  for (const note of facts.notes) console.log(`  ${note}`)
}
