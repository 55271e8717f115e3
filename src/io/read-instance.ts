/** Reads an instance from files: YAML, JSON, GAP, .qaas; tasks and fleet inline or in files of their own. */
import { dirname, extname, isAbsolute, join } from 'node:path'
import { QaasError } from '../errors.ts'
import { createInstanceBuilder, type InstanceBuilder } from '../model/builder.ts'
import type { AgentDocument, InstanceDocument, PolicyDocument, TaskDocument } from '../model/document.ts'
import type { Instance } from '../model/instance.ts'
import type { DocumentPath } from '../model/invalid.ts'
import { damaged } from './columnar/column-reader.ts'
import { isColumnar } from './columnar/format.ts'
import { readColumnar } from './columnar/read-columnar.ts'
import { type ParsedText, parseJson, parseYaml } from './document-text.ts'
import { type Explanation, explainMistake } from './explain-issue.ts'
import { parseGap } from './gap.ts'
import { headDocument } from './instance-document.ts'
import { nearest } from './nearest.ts'
import { agentsSchema, headSchema } from './schema.ts'
import { fileError, type SourcePosition } from './source-position.ts'
import { explainTask, isTask } from './task-shape.ts'
import type { TaskSource } from './task-source.ts'
import { csvTasks } from './tasks-csv.ts'
import { jsonlTasks } from './tasks-jsonl.ts'
import { decodeText, readBytes, STANDARD_INPUT } from './text-file.ts'

/** Formats of an instance file; found out from the name and content when not given. */
export const INSTANCE_FORMATS = ['yaml', 'json', 'gap', 'qaas'] as const
export type InstanceFormat = (typeof INSTANCE_FORMATS)[number]

export interface ReadInstanceOptions {
  /** One of `INSTANCE_FORMATS`. */
  readonly format?: string
  /** Path of the tasks, in place of those the file names. */
  readonly tasks?: string
  /** Path of the fleet, in place of the one the file names. */
  readonly fleet?: string
}

/**
 * Reads and checks an instance; `-` is standard input.
 * @throws QaasError `file-system`, `invalid-file` or `invalid-instance`, naming file, line, column and value
 */
export async function readInstance(path: string, options: ReadInstanceOptions = {}): Promise<Instance> {
  const kind = extname(path).toLowerCase()
  if (kind === '.jsonl' || kind === '.csv') throw onlyTasks(path)
  const bytes = await readBytes(path, /\.qaas(\.gz)?$/i.test(path) ? 'bytes' : 'text')
  if (isColumnar(bytes)) return readColumnar(path, bytes)
  if (options.format === 'qaas') throw damaged(path, 'it does not begin like one')
  const text = decodeText(path, bytes)
  const format = options.format === undefined ? guessFormat(path, text) : knownFormat(options.format)
  if (format === 'gap') return parseGap(path, text)
  const parsed = format === 'json' ? parseJson(path, text) : parseYaml(path, text)
  const head = readHead(parsed)
  const fleet = await placedFleet(path, options.fleet ?? head.agents, parsed)
  const source = await taskSource(path, options.tasks ?? head.tasks, parsed)
  return build({ head, fleet, source, parsed })
}

/**
 * Reads the agents and the policy of an instance file, whether or not it has tasks.
 * @throws QaasError as `readInstance` does
 */
export async function readFleet(path: string): Promise<Omit<InstanceDocument, 'version' | 'tasks'>> {
  const bytes = await readBytes(path)
  if (isColumnar(bytes)) return headDocument(readColumnar(path, bytes))
  const text = decodeText(path, bytes)
  const format = guessFormat(path, text)
  if (format === 'gap') return headDocument(parseGap(path, text))
  const parsed = format === 'json' ? parseJson(path, text) : parseYaml(path, text)
  const { name, policy, agents } = readHead(parsed)
  const fleet = await placedFleet(path, agents, parsed)
  return { agents: fleet.agents, ...(name === undefined ? {} : { name }), ...(policy ? { policy } : {}) }
}

/** The agents of a fleet or instance file. @throws QaasError `file-system`, `invalid-file` or `invalid-instance` */
export async function readAgents(path: string): Promise<readonly AgentDocument[]> {
  const { value } = await parseFile(path)
  const named = Array.isArray(value) ? undefined : (value as { agents?: unknown } | null)?.agents
  const { agents } = await fleetOfFile(typeof named === 'string' ? resolved(path, named) : path)
  return agents
}

function onlyTasks(path: string): QaasError {
  return fileError({ file: path }, 'holds tasks only, an instance needs a fleet too', {
    advice: `Maybe name it in an instance file: "tasks: ${path}".`,
  })
}

/** @throws QaasError `invalid-option` */
function knownFormat(name: string): InstanceFormat {
  const known = INSTANCE_FORMATS.find((format) => format === name)
  if (known) return known
  const close = nearest(name, INSTANCE_FORMATS)
  throw new QaasError('invalid-option', `there is no format "${name}"`, {
    advice: `${close ? `Maybe you meant ${close}. ` : 'Maybe leave it out. '}Known: ${INSTANCE_FORMATS.join(', ')}.`,
    data: { format: name },
  })
}

function guessFormat(path: string, text: string): InstanceFormat {
  const kind = extname(path.replace(/\.gz$/, '')).toLowerCase()
  if (kind === '.json') return 'json'
  if (kind === '.yaml' || kind === '.yml') return 'yaml'
  if (/^\s*[{[]/.test(text)) return 'json'
  return /^\s*\d+\s+\d+\s+[\d.+-]/.test(text) ? 'gap' : 'yaml'
}

interface Head {
  readonly name?: string
  readonly policy?: PolicyDocument
  readonly agents?: string | readonly AgentDocument[]
  readonly tasks?: string | readonly unknown[]
}

function readHead(parsed: ParsedText): Head {
  if (parsed.value === null || parsed.value === undefined)
    throw fileError(parsed.locate([]), 'the file is empty', {
      advice: 'Maybe look at "qaas generate factory" for an example.',
    })
  const mistake = explainMistake(headSchema, parsed.value)
  if (mistake) throw mistakeAt(parsed.locate(mistake.path, mistake.part), mistake)
  return parsed.value as Head
}

function mistakeAt(position: SourcePosition, { path, message, advice, value }: Explanation): QaasError {
  return fileError(position, message, {
    code: 'invalid-instance',
    advice,
    data: { path, value: plain(value) },
  })
}

/** Error data must survive JSON. */
const plain = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

interface PlacedFleet {
  readonly agents: readonly AgentDocument[]
  locate(path: DocumentPath, part: 'value' | 'key'): SourcePosition
}

async function placedFleet(
  path: string,
  agents: string | readonly AgentDocument[] | undefined,
  parsed: ParsedText,
): Promise<PlacedFleet> {
  if (agents === undefined) throw missing(parsed, 'agents')
  if (typeof agents !== 'string') return { agents, locate: parsed.locate }
  return fleetOfFile(resolved(path, agents))
}

async function fleetOfFile(file: string): Promise<PlacedFleet> {
  const fleet = await parseFile(file)
  // A fleet file is a list of agents, or an object with the list under "agents".
  const bare = Array.isArray(fleet.value)
  const list = bare ? fleet.value : (fleet.value as { agents?: unknown } | null)?.agents
  const inside: DocumentPath = bare ? [] : ['agents']
  const mistake = explainMistake(agentsSchema, list, ['agents'])
  const locate: PlacedFleet['locate'] = (at, part) => fleet.locate([...inside, ...at.slice(1)], part)
  if (mistake) throw mistakeAt(locate(mistake.path, mistake.part), mistake)
  return { agents: list as readonly AgentDocument[], locate }
}

function missing(parsed: ParsedText, field: 'agents' | 'tasks'): QaasError {
  return fileError(parsed.locate([]), `${field} is missing`, {
    code: 'invalid-instance',
    advice: `Maybe add "${field}": a list, or the path of a file.`,
    data: { path: [field] },
  })
}

const resolved = (from: string, path: string): string =>
  isAbsolute(path) || from === STANDARD_INPUT ? path : join(dirname(from), path)

async function parseFile(path: string): Promise<ParsedText> {
  const text = decodeText(path, await readBytes(path))
  return guessFormat(path, text) === 'json' ? parseJson(path, text) : parseYaml(path, text)
}

async function taskSource(
  path: string,
  tasks: string | readonly unknown[] | undefined,
  parsed: ParsedText,
): Promise<TaskSource> {
  if (tasks === undefined) throw missing(parsed, 'tasks')
  if (typeof tasks !== 'string') return listedTasks(tasks, parsed.locate)
  const file = resolved(path, tasks)
  const kind = extname(file).toLowerCase()
  if (kind === '.jsonl' || kind === '.ndjson') return jsonlTasks(file)
  if (kind === '.csv') return csvTasks(file)
  if (kind !== '.json' && kind !== '.yaml' && kind !== '.yml')
    throw fileError(parsed.locate(['tasks']), `the tasks file "${tasks}" has an unknown kind of name`, {
      advice: 'Maybe give it the ending .jsonl, .csv, .json or .yaml.',
      data: { value: tasks },
    })
  const inner = await parseFile(file)
  const bare = Array.isArray(inner.value)
  const list = bare ? inner.value : (inner.value as { tasks?: unknown } | null)?.tasks
  if (!Array.isArray(list))
    throw fileError(inner.locate([]), 'there is no list of tasks', {
      code: 'invalid-instance',
      advice: 'Maybe write a list, or an object with the list under "tasks".',
    })
  return listedTasks(list, (at, part) => inner.locate(bare ? at.slice(1) : at, part))
}

function listedTasks(tasks: readonly unknown[], locate: ParsedText['locate']): TaskSource {
  return {
    async deliver(add, refuse) {
      tasks.forEach((task, row) => {
        if (isTask(task)) add(task)
        else refuse(explainTask(task, row))
      })
    },
    locate: async (path, part) => locate(path, part),
  }
}

interface Parts {
  readonly head: Head
  readonly fleet: PlacedFleet
  readonly source: TaskSource
  readonly parsed: ParsedText
}

/** Builds the instance; what the model finds wrong gets the place it was read from. */
async function build({ head, fleet, source, parsed }: Parts): Promise<Instance> {
  let mistake: Explanation | undefined
  const refuse = (found: Explanation): never => {
    mistake = found
    throw mistakeAt({ file: '' }, found)
  }
  try {
    const builder: InstanceBuilder = createInstanceBuilder(head.policy ?? {}, fleet.agents, head.name)
    await source.deliver((task: TaskDocument) => builder.addTask(task), refuse)
    return builder.build()
  } catch (error) {
    const found = mistake ?? explanationOf(error)
    if (found === undefined) throw error
    const [list] = found.path
    const position =
      list === 'tasks'
        ? await source.locate(found.path, found.part)
        : list === 'agents'
          ? fleet.locate(found.path, found.part)
          : parsed.locate(found.path, found.part)
    throw mistakeAt(position, found)
  }
}

/** What the model said, without a place yet; undefined for errors that are not about the document. */
function explanationOf(error: unknown): Explanation | undefined {
  if (!QaasError.isInstance(error) || error.code !== 'invalid-instance' || !('path' in error.data))
    return undefined
  const [message, advice] = error.message.split('\n')
  const { path, value } = error.data as { path: DocumentPath; value?: unknown }
  return { path, part: 'value', message: message!, advice: advice ?? '', value }
}
