/** Writes an instance as YAML or JSON, its tasks also as JSONL or CSV, in pieces that never hold the whole. */
import type { TaskDocument } from '../model/document.ts'
import type { Instance } from '../model/instance.ts'
import { headDocument, taskDocument } from './instance-document.ts'
import { LIST_SEPARATOR } from './tasks-csv.ts'
import { yamlFlow } from './yaml-flow.ts'

/** Tasks joined into one piece of text; bounds both memory and the number of writes. */
const TASKS_PER_PIECE = 2000

/** `tasks`: what the file names as the path of its tasks, instead of listing them. */
export function* yamlPieces(instance: Instance, tasks?: string): Generator<string> {
  const { version, name, policy, agents } = headDocument(instance)
  yield `version: ${version}\nname: ${yamlFlow(name)}\npolicy:\n`
  for (const [key, value] of Object.entries(policy ?? {})) yield `  ${key}: ${yamlFlow(value)}\n`
  yield 'agents:\n'
  for (const agent of agents) {
    const fields = Object.entries(agent).map(([key, value]) => `${key}: ${yamlFlow(value)}\n`)
    yield `  - ${fields.join('    ')}`
  }
  if (tasks !== undefined) yield `tasks: ${yamlFlow(tasks)}\n`
  else {
    yield 'tasks:\n'
    yield* taskPieces(instance, (task) => `  - ${yamlFlow(task)}\n`)
  }
}

/** One agent and one task per line, so that versions of a file can be compared. */
export function* jsonPieces(instance: Instance, tasks?: string): Generator<string> {
  const { version, name, policy, agents } = headDocument(instance)
  yield `{\n"version": ${version},\n"name": ${JSON.stringify(name)},\n"policy": ${JSON.stringify(policy)},\n`
  yield `"agents": [\n${agents.map((agent) => JSON.stringify(agent)).join(',\n')}\n],\n`
  if (tasks !== undefined) yield `"tasks": ${JSON.stringify(tasks)}\n}\n`
  else {
    yield '"tasks": [\n'
    const last = instance.tasks.count - 1
    yield* taskPieces(instance, (task, row) => `${JSON.stringify(task)}${row < last ? ',' : ''}\n`)
    yield ']\n}\n'
  }
}

export function jsonlPieces(instance: Instance): Generator<string> {
  return taskPieces(instance, (task) => `${JSON.stringify(task)}\n`)
}

function* taskPieces(
  instance: Instance,
  line: (task: TaskDocument, row: number) => string,
): Generator<string> {
  const { count } = instance.tasks
  for (let start = 0; start < count; start += TASKS_PER_PIECE) {
    let piece = ''
    for (let row = start; row < Math.min(count, start + TASKS_PER_PIECE); row++)
      piece += line(taskDocument(instance, row), row)
    yield piece
  }
}

const CSV_FIELDS = [
  'id',
  'complexity',
  'requires',
  'domain',
  'minQuality',
  'inputTokens',
  'outputTokens',
  'maxLatencyMs',
  'dependsOn',
  'workflow',
  'input',
] as const

/**
 * Tasks as CSV; columns that are empty everywhere are left out. Acceptance rules, inputs that are not text and
 * names with the list separator cannot be written: `csvObstacle` says so beforehand.
 */
export function* csvPieces(instance: Instance): Generator<string> {
  const estimated = estimateColumns(instance)
  const used = CSV_FIELDS.filter((field) => field === 'id' || isUsed(instance, field))
  yield `${[...used, ...estimated.map(([agent, figure]) => `estimates.${agent}.${figure}`)].map(csvCell).join(',')}\n`
  yield* taskPieces(instance, (task) => {
    const cells = used.map((field) => csvCell(listed(task[field])))
    for (const [agent, figure] of estimated) cells.push(csvCell(task.estimates?.[agent]?.[figure]))
    return `${cells.join(',')}\n`
  })
}

/** Why the tasks do not fit into CSV; undefined when they do. */
export function csvObstacle(instance: Instance): string | undefined {
  const { tasks, dependencies } = instance
  if (tasks.accepts.size > 0) return 'tasks have acceptance rules'
  for (const input of tasks.inputs.values())
    if (typeof input !== 'string' || input === '' || input.includes('\r'))
      return 'a task input is no plain text'
  if (tasks.ids.toData().bytes.includes(13)) return 'a task name has a carriage return'
  const needs = tasks.requirements.flat().find((need) => need.includes(LIST_SEPARATOR) || need === '')
  if (needs !== undefined) return `the requirement "${needs}" has a "${LIST_SEPARATOR}" or is empty`
  for (const parent of dependencies.parents)
    if (tasks.ids.get(parent).includes(LIST_SEPARATOR))
      return `the task name "${tasks.ids.get(parent)}" has a "${LIST_SEPARATOR}"`
  return undefined
}

type CsvField = (typeof CSV_FIELDS)[number]
type Figure = 'costUsd' | 'quality' | 'latencyMs' | 'tokens'

function isUsed({ tasks, dependencies }: Instance, field: CsvField): boolean {
  switch (field) {
    case 'complexity':
      return tasks.complexities.length > 0
    case 'requires':
      return tasks.requirement.some(
        (needs, row) => tasks.requirements[needs]!.length > (tasks.complexity[row]! < 0 ? 0 : 1),
      )
    case 'domain':
      return tasks.domain.some((domain) => domain > 0)
    case 'maxLatencyMs':
      return tasks.maxLatencyMs.some((limit) => limit !== Infinity)
    case 'dependsOn':
      return dependencies.numEdges > 0
    case 'workflow':
      return tasks.workflows.size > 0
    case 'input':
      return tasks.inputs.size > 0
    case 'id':
      return true
    default:
      return tasks[field].some((value) => value !== 0)
  }
}

/** The agents and figures that some task has an estimate of. */
function estimateColumns({ tasks: { estimates }, fleet }: Instance): [string, Figure][] {
  if (estimates === undefined) return []
  const seen = new Set<string>()
  const columns: [string, Figure][] = []
  for (let at = 0; at < estimates.pool.length; at++) {
    for (const figure of ['costUsd', 'quality', 'latencyMs', 'tokens'] as const) {
      const key = `${estimates.pool[at]} ${figure}`
      if (Number.isNaN(estimates[figure][at]!) || seen.has(key)) continue
      seen.add(key)
      columns.push([fleet.poolIds[estimates.pool[at]!]!, figure])
    }
  }
  return columns
}

const listed = (value: unknown): unknown => (Array.isArray(value) ? value.join(LIST_SEPARATOR) : value)

function csvCell(value: unknown): string {
  const text = value === undefined ? '' : String(value)
  return /[",\r\n]|^\s|\s$|^\uFEFF/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
