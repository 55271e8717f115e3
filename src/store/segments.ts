/**
 * The event log inside SQLite: one row per commit and stream, holding many events as one JSON array. Each row
 * carries a checksum over its text and the row before it, so that a lost or altered row is found when reading.
 */
import { crc32 } from 'node:zlib'
import { damaged } from './sqlite-errors.ts'
import type { Statements } from './statements.ts'

export interface ReadRequest {
  readonly path: string
  readonly stream: string
  readonly from: number
  readonly limit: number
}

/** The number of events in the stream and the checksum so far. */
export function head(statements: Statements, stream: number): { length: number; crc: number } {
  const row = statements.head.get([stream]) as [number, number] | undefined
  return { length: row?.[0] ?? 0, crc: row?.[1] ?? 0 }
}

export function appendSegment(
  statements: Statements,
  stream: number,
  segment: {
    readonly at: { readonly length: number; readonly crc: number }
    readonly events: readonly string[]
  },
): void {
  const body = `[${segment.events.join(',')}]`
  const { length, crc } = segment.at
  statements.addSegment.run([stream, length, segment.events.length, crc32(body, crc), body])
}

export function streamLength(statements: Statements, stream: string): number {
  return (statements.length.get([stream]) as [number] | undefined)?.[0] ?? 0
}

/** Events `from` and on; stops after the segment that reaches `limit`. @throws QaasError `store` when damaged */
export function readSegments(statements: Statements, request: ReadRequest): string[] {
  const { path, stream, from, limit } = request
  const found: string[] = []
  let next = -1
  let crc = 0
  for (const row of statements.segments.iterate([stream, from]) as Iterable<
    [number, number, number, string]
  >) {
    const [first, count, expected, body] = row
    if (next < 0) crc = (statements.segmentBefore.get([stream, first]) as [number] | undefined)?.[0] ?? 0
    else if (first !== next) throw damaged(path, `events ${next} to ${first - 1} of "${stream}" are missing`)
    crc = crc32(body, crc)
    if (crc !== expected)
      throw damaged(path, `events from ${first} of "${stream}" do not match their checksum`)
    const events = JSON.parse(body) as unknown[]
    if (events.length !== count) throw damaged(path, `events from ${first} of "${stream}" are not ${count}`)
    for (let k = Math.max(0, from - first); k < count; k++) found.push(JSON.stringify(events[k]))
    next = first + count
    if (found.length >= limit) break
  }
  return found
}
