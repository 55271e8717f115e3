/** Packs columns of numbers into the narrowest type that holds each of them exactly, and back. */
import type { ColumnType } from './format.ts'

export type Numbers = Uint8Array | Int32Array | Float64Array

export interface PackedColumn {
  readonly type: ColumnType
  readonly bytes: Uint8Array
}

export function packColumn(values: Numbers): PackedColumn {
  const type = narrowestType(values)
  switch (type) {
    case 'fill':
      return { type, bytes: bytesOf(Float64Array.of(values[0]!)) }
    case 'u8':
      return { type, bytes: Uint8Array.from(values) }
    case 'u16':
      return { type, bytes: bytesOf(Uint16Array.from(values)) }
    case 'i32':
      return { type, bytes: bytesOf(values instanceof Int32Array ? values : Int32Array.from(values)) }
    case 'f32':
      return { type, bytes: bytesOf(Float32Array.from(values)) }
    case 'f64':
      return { type, bytes: bytesOf(values instanceof Float64Array ? values : Float64Array.from(values)) }
  }
}

function narrowestType(values: Numbers): ColumnType {
  if (values.length === 0) return 'u8'
  let [low, high] = [Infinity, -Infinity]
  let [whole, single, same] = [true, true, true]
  const first = values[0]!
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!
    if (value < low) low = value
    if (value > high) high = value
    whole &&= (value | 0) === value
    single &&= Math.fround(value) === value || Number.isNaN(value)
    same &&= value === first || (Number.isNaN(value) && Number.isNaN(first))
  }
  if (same && values.length > 1) return 'fill'
  if (whole && low >= 0 && high <= 0xff) return 'u8'
  if (whole && low >= 0 && high <= 0xffff) return 'u16'
  if (whole) return 'i32'
  return single ? 'f32' : 'f64'
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

const VIEWS = { u8: Uint8Array, u16: Uint16Array, i32: Int32Array, f32: Float32Array, f64: Float64Array }

/** The numbers of a column whose bytes start at `start`; the caller has checked that they are there. */
function stored(bytes: Uint8Array, start: number, type: ColumnType, count: number): ArrayLike<number> {
  if (type === 'fill') return new Float64Array(count).fill(stored(bytes, start, 'f64', 1)[0]!)
  const view = VIEWS[type]
  const from = bytes.byteOffset + start
  if (from % view.BYTES_PER_ELEMENT === 0) return new view(bytes.buffer as ArrayBuffer, from, count)
  return new view(bytes.slice(start, start + count * view.BYTES_PER_ELEMENT).buffer, 0, count)
}

export function unpackFloats(
  bytes: Uint8Array,
  start: number,
  type: ColumnType,
  count: number,
): Float64Array {
  const values = stored(bytes, start, type, count)
  return values instanceof Float64Array ? values : Float64Array.from(values)
}

/** Undefined when some number is no 32-bit integer. */
export function unpackIntegers(
  bytes: Uint8Array,
  start: number,
  type: ColumnType,
  count: number,
): Int32Array | undefined {
  const values = stored(bytes, start, type, count)
  if (values instanceof Int32Array) return values
  const integers = Int32Array.from(values)
  if (type !== 'u8' && type !== 'u16')
    for (let k = 0; k < count; k++) if (integers[k] !== values[k]) return undefined
  return integers
}
