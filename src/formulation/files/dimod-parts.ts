/** The header, sections and labels that all of dimod's binary files share (see optimisation notes in docs). */
import { strFromU8 } from 'fflate'
import type { Label } from '../bqm.ts'
import { type ByteReader, ByteWriter, isNumberType, type NumberType } from './byte-reader.ts'
import { invalidFile } from './invalid-file.ts'

export interface DimodHeader {
  readonly major: number
  readonly minor: number
  readonly data: Readonly<Record<string, unknown>>
}

/** Prefix, version, length, JSON, spaces. @throws QaasError `invalid-file` */
export function readHeader(reader: ByteReader, prefix: string, format: string): DimodHeader {
  if (!reader.accept(prefix)) throw invalidFile(format, `it does not start with ${prefix}`)
  const major = reader.number('uint8', 'the version')
  const minor = reader.number('uint8', 'the version')
  const length = reader.number('uint32', 'the header length')
  const data = parseJson(reader.bytes(length, 'the header'), format)
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw invalidFile(format, 'its header is no JSON object')
  return { major, minor, data: data as Readonly<Record<string, unknown>> }
}

/** The bytes of a header, padded so that it ends at a multiple of 64. Keys are sorted, as dimod sorts them. */
export function headerBytes(
  prefix: string,
  [major, minor]: readonly [number, number],
  data: Readonly<Record<string, unknown>>,
): Uint8Array<ArrayBuffer> {
  const pairs = Object.keys(data)
    .sort()
    .map((key) => `${pythonJson(key)}: ${pythonJson(data[key])}`)
  const text = `{${pairs.join(', ')}}\n`
  const length = Math.ceil((prefix.length + 6 + text.length) / 64) * 64 - prefix.length - 6
  return new ByteWriter().ascii(prefix).uint8(major).uint8(minor).uint32(length).ascii(text).pad(64).toBytes()
}

/** The data of a section, padding included. */
export function readSection(reader: ByteReader, magic: string, format: string): Uint8Array {
  if (!reader.accept(magic))
    throw invalidFile(format, `its ${magic} section is missing`, { position: reader.position })
  return reader.bytes(reader.number('uint32', `the length of ${magic}`), magic)
}

/** QUAD lengths are 64 bits wide since June 2023 and were 32 before, under the same version number. */
export function readQuadSection(reader: ByteReader, format: string): Uint8Array {
  if (!reader.accept('QUAD'))
    throw invalidFile(format, 'its QUAD section is missing', { position: reader.position })
  const low = reader.number('uint32', 'the length of QUAD')
  if ((low + 8) % 64 === 0) return reader.bytes(low, 'QUAD')
  const high = reader.number('uint32', 'the length of QUAD')
  if ((low + 12) % 64 !== 0 || high !== 0) throw invalidFile(format, 'the length of QUAD is damaged')
  return reader.bytes(low, 'QUAD')
}

/** Magic, length, data and spaces to a multiple of 64; `lengthBytes` is 8 for QUAD. */
export function sectionBytes(
  magic: string,
  data: Uint8Array,
  lengthBytes: 4 | 8 = 4,
): Uint8Array<ArrayBuffer> {
  const before = magic.length + lengthBytes
  const length = Math.ceil((before + data.length) / 64) * 64 - before
  const writer = new ByteWriter().ascii(magic)
  return (lengthBytes === 4 ? writer.uint32(length) : writer.uint64(length)).bytes(data).pad(64).toBytes()
}

export function parseJson(bytes: Uint8Array, format: string): unknown {
  try {
    return JSON.parse(strFromU8(bytes))
  } catch (error) {
    throw invalidFile(format, `it holds broken JSON (${error instanceof Error ? error.message : error})`)
  }
}

/** Labels nest tuples; deeper than this is no label but an attack on the stack. */
const MAX_LABEL_DEPTH = 16

/** A label from JSON: strings, numbers, and lists of labels, which dimod turns into tuples. */
export function labelFromJson(value: unknown, format: string, depth = 0): Label {
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value
  if (Array.isArray(value) && depth < MAX_LABEL_DEPTH)
    return value.map((part) => labelFromJson(part, format, depth + 1))
  throw invalidFile(format, 'a label is neither text, number nor tuple')
}

export function labelsFromJson(value: unknown, format: string): Label[] {
  if (!Array.isArray(value)) throw invalidFile(format, 'its labels are no list')
  return value.map((label) => labelFromJson(label, format))
}

/** JSON as Python's json.dumps writes it: ", " and ": ", everything beyond ASCII escaped. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, part]) => `${pythonJson(key)}: ${pythonJson(part)}`)
      .join(', ')}}`
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A type name from a header. */
export function numberType(value: unknown, what: string, format: string): NumberType {
  if (isNumberType(value)) return value
  throw invalidFile(format, `its ${what} is ${JSON.stringify(value)}, which is no known number type`)
}
