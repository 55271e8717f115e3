/**
 * Reads `.qaas` files. Nothing in them is believed: lengths before anything is reserved, the checksum, every index
 * and every number; a damaged or hostile file ends in one error, in memory proportional to its size.
 */
import { QaasError } from '../../errors.ts'
import { buildPolicy, capabilityTable } from '../../model/builder.ts'
import { buildDependencies } from '../../model/dependencies.ts'
import type { AgentDocument, PolicyDocument } from '../../model/document.ts'
import { buildFleet } from '../../model/fleet.ts'
import type { Dependencies, Estimates, Fleet, Instance, Tasks } from '../../model/instance.ts'
import { LARGEST_FIGURE } from '../../model/invalid.ts'
import { crc32 } from '../../numeric/crc32.ts'
import type { StringTable } from '../../numeric/string-table.ts'
import { explainMistake } from '../explain-issue.ts'
import { headSchema } from '../schema.ts'
import { ColumnReader, damaged, type Head, readHead } from './column-reader.ts'
import { COLUMNAR_VERSION, CRC_START, HEADER_BYTES } from './format.ts'

/** @throws QaasError `invalid-file`, `invalid-instance` or `unsupported` */
export function readColumnar(file: string, bytes: Uint8Array): Instance {
  if (bytes.length < HEADER_BYTES) throw damaged(file, 'it ends inside its header')
  const fields = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = fields.getUint32(8, true)
  if (version !== COLUMNAR_VERSION)
    throw damaged(file, `it has version ${version}, this program reads ${COLUMNAR_VERSION}`, 'unsupported')
  if (crc32(bytes.subarray(CRC_START)) !== fields.getUint32(12, true))
    throw damaged(file, 'its checksum is wrong')
  const head = readHead(file, bytes, fields.getUint32(CRC_START, true))
  const mistake = explainMistake(headSchema, head.instance)
  if (mistake) throw damaged(file, mistake.message)
  try {
    return assemble(new ColumnReader(file, bytes, head), head)
  } catch (error) {
    // What the model says names no file; its first line is the fact.
    if (!QaasError.isInstance(error) || error.data.file !== undefined) throw error
    throw damaged(file, error.message.split('\n')[0]!)
  }
}

interface HeadInstance {
  readonly name?: string
  readonly policy?: PolicyDocument
  readonly agents: readonly AgentDocument[]
}

function assemble(columns: ColumnReader, { instance, complexities, requirements }: Head): Instance {
  const { name = 'instance', policy = {}, agents = [] } = instance as HeadInstance
  const fleet = buildFleet(typeof agents === 'string' ? [] : agents)
  const tasks = readTasks(columns, fleet, { complexities, requirements })
  return {
    name,
    policy: buildPolicy(policy),
    fleet,
    tasks,
    dependencies: readDependencies(columns, tasks),
    capable: capabilityTable(fleet, requirements),
  }
}

function readTasks(
  columns: ColumnReader,
  fleet: Fleet,
  { complexities, requirements }: Pick<Head, 'complexities' | 'requirements'>,
): Tasks {
  const ids = columns.strings('ids')
  const count = ids.length
  if (count === 0) columns.fail('it has no tasks')
  for (let row = 0; row < count; row++) if (ids.get(row) === '') columns.fail(`task ${row} has no id`)
  const index = (column: string, low: number, end: number) => columns.integers(column, { count, low, end })
  const amount = (column: string, high = LARGEST_FIGURE) => columns.floats(column, { count, low: 0, high })
  return {
    count,
    ids,
    complexities,
    requirements,
    complexity: index('complexity', -1, complexities.length),
    requirement: index('requirement', 0, requirements.length),
    domain: index('domain', 0, fleet.domains.length),
    minQuality: amount('minQuality', 1),
    inputTokens: amount('inputTokens'),
    outputTokens: amount('outputTokens'),
    maxLatencyMs: amount('maxLatencyMs', Infinity),
    workflows: readWorkflows(columns, count),
    inputs: columns.json('inputs', count),
    accepts: columns.json('accepts', count) as Tasks['accepts'],
    estimates: columns.has('estimates.start') ? readEstimates(columns, fleet, count) : undefined,
  }
}

function readWorkflows(columns: ColumnReader, tasks: number): Map<number, string> {
  if (!columns.has('workflows.rows')) return new Map()
  const names: StringTable = columns.strings('workflows')
  const rows = columns.integers('workflows.rows', { low: 0, end: tasks })
  const workflow = columns.integers('workflows.name', { count: rows.length, low: 0, end: names.length })
  const texts = Array.from({ length: names.length }, (_, k) => names.get(k))
  return new Map(Array.from(rows, (row, k) => [row, texts[workflow[k]!]!]))
}

function readEstimates(columns: ColumnReader, fleet: Fleet, tasks: number): Estimates {
  const pool = columns.integers('estimates.pool', { low: 0, end: fleet.numPools })
  const count = pool.length
  const start = columns.integers('estimates.start', { count: tasks + 1, low: 0, end: count + 1 })
  for (let row = 0; row < tasks; row++) {
    if (start[row + 1]! < start[row]!) columns.fail('the rows of its estimates do not rise')
    for (let at = start[row]! + 1; at < start[row + 1]!; at++)
      if (pool[at]! <= pool[at - 1]!) columns.fail(`the estimates of task ${row} are not in order`)
  }
  if (start[0] !== 0 || start[tasks] !== count) columns.fail('its estimates do not fit its tasks')
  const figures = (name: string, high = LARGEST_FIGURE) =>
    columns.floats(`estimates.${name}`, { count, low: 0, high, missing: true })
  return {
    start,
    pool,
    costUsd: figures('costUsd'),
    quality: figures('quality', 1),
    latencyMs: figures('latencyMs'),
    tokens: figures('tokens'),
  }
}

function readDependencies(columns: ColumnReader, { count, ids }: Tasks): Dependencies {
  const parent = columns.integers('parentOfEdge', { low: 0, end: count })
  const child = columns.integers('childOfEdge', { count: parent.length, low: 0, end: count })
  const graph = buildDependencies(count, parent, child)
  if (!('cycle' in graph)) return graph
  const names = graph.cycle.slice(0, 12).map((row) => ids.get(row))
  return columns.fail(`its tasks depend on each other in a cycle: ${names.join(' -> ')}`)
}
