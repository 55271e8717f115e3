/** Takes single columns out of a `.qaas` file and checks each as it comes. */
import type { ErrorCode, QaasError } from '../../errors.ts'
import { StringTable } from '../../numeric/string-table.ts'
import { fileError } from '../source-position.ts'
import { aligned, type ColumnPlace, HEADER_BYTES, TYPE_BYTES } from './format.ts'
import { unpackFloats, unpackIntegers } from './pack.ts'

export interface Head {
  /** An instance document without tasks, not yet checked. */
  readonly instance: unknown
  readonly complexities: readonly string[]
  readonly requirements: readonly (readonly string[])[]
  readonly columns: Readonly<Record<string, ColumnPlace>>
  /** Where the first column starts. */
  readonly payload: number
}

export function damaged(file: string, what: string, code: ErrorCode = 'invalid-file'): QaasError {
  return fileError({ file }, `cannot be read as a .qaas file: ${what}`, {
    code,
    advice:
      code === 'unsupported'
        ? 'Maybe update QAAS.'
        : 'Maybe the file was cut short or changed; write it again.',
  })
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** @throws QaasError `invalid-file` */
export function readHead(file: string, bytes: Uint8Array, length: number): Head {
  if (HEADER_BYTES + length > bytes.length) throw damaged(file, 'it ends inside its head')
  let head: Record<string, unknown>
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      bytes.subarray(HEADER_BYTES, HEADER_BYTES + length),
    )
    head = JSON.parse(text) as Record<string, unknown>
  } catch {
    throw damaged(file, 'its head is not JSON')
  }
  const { instance, complexities, requirements, columns } = head ?? {}
  const lists = isTexts(complexities) && Array.isArray(requirements) && requirements.every(isTexts)
  if (!lists || !isPlaces(columns)) throw damaged(file, 'its head is incomplete')
  return { instance, complexities, requirements, columns, payload: aligned(HEADER_BYTES + length) }
}

function isPlaces(value: unknown): value is Head['columns'] {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).every((place: Partial<ColumnPlace> | null) => {
    const { type, count, offset } = place ?? {}
    const natural = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0
    return Object.hasOwn(TYPE_BYTES, String(type)) && natural(count) && natural(offset) && offset! % 8 === 0
  })
}

export interface IntegerRange {
  /** How many there must be; any number when left out. */
  readonly count?: number
  readonly low: number
  /** One above the largest. */
  readonly end: number
}

export interface FloatRange {
  readonly count: number
  readonly low: number
  readonly high: number
  /** Whether NaN may stand for a missing number. */
  readonly missing?: boolean
}

export class ColumnReader {
  readonly #file: string
  readonly #bytes: Uint8Array
  readonly #head: Head

  constructor(file: string, bytes: Uint8Array, head: Head) {
    this.#file = file
    this.#bytes = bytes
    this.#head = head
  }

  fail(what: string): never {
    throw damaged(this.#file, what)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#head.columns, name)
  }

  integers(name: string, { count, low, end }: IntegerRange): Int32Array {
    const { type, start, count: found } = this.#place(name, count)
    const values = unpackIntegers(this.#bytes, start, type, found)
    if (values === undefined) return this.fail(`column "${name}" has a number that is not whole`)
    for (let k = 0; k < found; k++)
      if (values[k]! < low || values[k]! >= end)
        this.fail(`column "${name}" has ${values[k]} in row ${k}, it must be from ${low} to ${end - 1}`)
    return values
  }

  floats(name: string, { count, low, high, missing = false }: FloatRange): Float64Array {
    const { type, start } = this.#place(name, count)
    const values = unpackFloats(this.#bytes, start, type, count)
    for (let k = 0; k < count; k++) {
      const value = values[k]!
      if ((value >= low && value <= high) || (missing && Number.isNaN(value))) continue
      this.fail(`column "${name}" has ${value} in row ${k}, it must be in [${low}, ${high}]`)
    }
    return values
  }

  /** A table of distinct texts from the columns `name.bytes` and `name.offsets`. */
  strings(name: string): StringTable {
    const bytes = this.#raw(`${name}.bytes`)
    const offsets = this.integers(`${name}.offsets`, { low: 0, end: bytes.length + 1 })
    const rows = offsets.length - 1
    if (rows < 0 || offsets[0] !== 0 || offsets[rows] !== bytes.length)
      return this.fail(`the texts of "${name}" do not fit their bytes`)
    for (let row = 0; row < rows; row++)
      if (offsets[row + 1]! < offsets[row]! || !isText(bytes, offsets[row]!, offsets[row + 1]!))
        this.fail(`text ${row} of "${name}" is damaged`)
    const table = StringTable.from({ bytes, offsets })
    const repeated = table.firstRepeated()
    if (repeated >= 0) this.fail(`"${table.get(repeated)}" is twice in "${name}"`)
    return table
  }

  /** Values by row, as `[[row, value], ...]` in JSON. */
  json(name: string, rows: number): Map<number, unknown> {
    if (!this.has(name)) return new Map()
    let entries: unknown
    try {
      entries = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(this.#raw(name)))
    } catch {
      return this.fail(`column "${name}" is not JSON`)
    }
    const valid =
      Array.isArray(entries) &&
      entries.every(
        (entry) => Array.isArray(entry) && Number.isInteger(entry[0]) && entry[0] >= 0 && entry[0] < rows,
      )
    return valid ? new Map(entries as [number, unknown][]) : this.fail(`column "${name}" is damaged`)
  }

  #raw(name: string): Uint8Array {
    const { type, start, count } = this.#place(name)
    if (type === 'fill') {
      const [byte] = this.integers(name, { low: 0, end: 256 })
      return new Uint8Array(count).fill(byte!)
    }
    if (type !== 'u8') return this.fail(`column "${name}" has the wrong type`)
    return this.#bytes.subarray(start, start + count)
  }

  /** The place of a column, which is inside the file. */
  #place(name: string, count?: number): ColumnPlace & { readonly start: number } {
    const place = this.has(name) ? this.#head.columns[name] : undefined
    if (place === undefined) return this.fail(`column "${name}" is missing`)
    if (count !== undefined && place.count !== count)
      return this.fail(`column "${name}" has ${place.count} rows, it must have ${count}`)
    const start = this.#head.payload + place.offset
    const stored = place.type === 'fill' ? 1 : place.count
    const inside = start + stored * TYPE_BYTES[place.type] <= this.#bytes.length
    // A filled column could claim any length for eight bytes; no column is longer than the file has bytes.
    if (!inside || place.count > this.#bytes.length)
      return this.fail(`column "${name}" is longer than the file`)
    return { ...place, start }
  }
}

/** True when the bytes are well-formed UTF-8 but for lone surrogates, which a name may have. */
function isText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const lead = bytes[at++]!
    if (lead < 0x80) continue
    const more =
      lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 9
    if (at + more > end) return false
    const second = bytes[at]!
    if (
      (lead === 0xe0 && second < 0xa0) ||
      (lead === 0xf0 && second < 0x90) ||
      (lead === 0xf4 && second > 0x8f)
    )
      return false
    for (let k = 0; k < more; k++) if ((bytes[at++]! & 0xc0) !== 0x80) return false
  }
  return true
}
