/** Writes an instance as a `.qaas` file: columns as they are in memory, in the narrowest exact type. */
import { buildFleet } from '../../model/fleet.ts'
import type { Instance } from '../../model/instance.ts'
import { crc32 } from '../../numeric/crc32.ts'
import { StringTable } from '../../numeric/string-table.ts'
import { headDocument } from '../instance-document.ts'
import { aligned, COLUMNAR_VERSION, type ColumnPlace, CRC_START, HEADER_BYTES, MAGIC } from './format.ts'
import { type Numbers, packColumn } from './pack.ts'

/** The bytes of the file, in pieces. */
export function columnarPieces(instance: Instance): Uint8Array[] {
  const places: Record<string, ColumnPlace> = {}
  const payload: Uint8Array[] = []
  let offset = 0
  for (const [name, values] of columnsOf(instance)) {
    const { type, bytes } = packColumn(values)
    places[name] = { type, count: values.length, offset }
    payload.push(bytes, new Uint8Array(aligned(bytes.length) - bytes.length))
    offset += aligned(bytes.length)
  }
  const { complexities, requirements } = instance.tasks
  const head = utf8(
    JSON.stringify({ instance: headDocument(instance), complexities, requirements, columns: places }),
  )
  const header = new Uint8Array(HEADER_BYTES)
  const fields = new DataView(header.buffer)
  header.set(MAGIC)
  fields.setUint32(8, COLUMNAR_VERSION, true)
  fields.setUint32(CRC_START, head.length, true)
  const padding = new Uint8Array(aligned(HEADER_BYTES + head.length) - HEADER_BYTES - head.length)
  const body = [head, padding, ...payload]
  let crc = crc32(header.subarray(CRC_START))
  for (const piece of body) crc = crc32(piece, crc)
  fields.setUint32(12, crc, true)
  return [header, ...body]
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

function* columnsOf(instance: Instance): Generator<[string, Numbers]> {
  const { tasks, dependencies } = instance
  const ids = tasks.ids.toData()
  yield ['ids.bytes', ids.bytes]
  yield ['ids.offsets', ids.offsets]
  for (const name of ['complexity', 'requirement'] as const) yield [name, tasks[name]]
  yield ['domain', domainsAsRead(instance)]
  for (const name of ['minQuality', 'inputTokens', 'outputTokens', 'maxLatencyMs'] as const)
    yield [name, tasks[name]]
  yield ['parentOfEdge', dependencies.parentOfEdge]
  yield ['childOfEdge', dependencies.childOfEdge]
  yield* workflowColumns(tasks.workflows)
  if (tasks.inputs.size > 0) yield ['inputs', utf8(JSON.stringify([...tasks.inputs]))]
  if (tasks.accepts.size > 0) yield ['accepts', utf8(JSON.stringify([...tasks.accepts]))]
  const { estimates } = tasks
  if (estimates === undefined) return
  for (const name of ['start', 'pool', 'costUsd', 'quality', 'latencyMs', 'tokens'] as const)
    yield [`estimates.${name}`, estimates[name]]
}

/**
 * The domain of each task by its number in the fleet that is read back. Names that look like whole numbers come first
 * there, as in every JavaScript object.
 */
function domainsAsRead(instance: Instance): Numbers {
  const { domains } = buildFleet(headDocument(instance).agents)
  const place = instance.fleet.domains.map((name) => domains.indexOf(name))
  return instance.tasks.domain.map((domain) => place[domain]!)
}

/** Rows in a workflow, the workflow of each, and the names. */
function* workflowColumns(workflows: ReadonlyMap<number, string>): Generator<[string, Numbers]> {
  if (workflows.size === 0) return
  const names = new StringTable()
  const rows = new Int32Array(workflows.size)
  const workflow = new Int32Array(workflows.size)
  let at = 0
  for (const [row, name] of workflows) {
    const known = names.add(name)
    rows[at] = row
    workflow[at++] = known < 0 ? -1 - known : known
  }
  const { bytes, offsets } = names.toData()
  yield ['workflows.rows', rows]
  yield ['workflows.name', workflow]
  yield ['workflows.bytes', bytes]
  yield ['workflows.offsets', offsets]
}
