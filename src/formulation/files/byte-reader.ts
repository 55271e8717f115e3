/** Reads little-endian numbers and slices from bytes; every step is checked, so lying lengths end in an error. */
import { invalidFile } from './invalid-file.ts'

const NUMBER_TYPES = {
  float64: { size: 8, get: (view: DataView, at: number): number => view.getFloat64(at, true) },
  float32: { size: 4, get: (view: DataView, at: number): number => view.getFloat32(at, true) },
  int8: { size: 1, get: (view: DataView, at: number): number => view.getInt8(at) },
  uint8: { size: 1, get: (view: DataView, at: number): number => view.getUint8(at) },
  int16: { size: 2, get: (view: DataView, at: number): number => view.getInt16(at, true) },
  uint16: { size: 2, get: (view: DataView, at: number): number => view.getUint16(at, true) },
  int32: { size: 4, get: (view: DataView, at: number): number => view.getInt32(at, true) },
  uint32: { size: 4, get: (view: DataView, at: number): number => view.getUint32(at, true) },
  int64: { size: 8, get: (view: DataView, at: number): number => Number(view.getBigInt64(at, true)) },
  uint64: { size: 8, get: (view: DataView, at: number): number => Number(view.getBigUint64(at, true)) },
} as const

export type NumberType = keyof typeof NUMBER_TYPES

export function isNumberType(name: unknown): name is NumberType {
  return typeof name === 'string' && Object.hasOwn(NUMBER_TYPES, name)
}

export function sizeOf(type: NumberType): number {
  return NUMBER_TYPES[type].size
}

export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #format: string
  #at = 0

  constructor(bytes: Uint8Array, format: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#format = format
  }

  get position(): number {
    return this.#at
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  /** @throws QaasError `invalid-file` unless `count` more bytes are there; asked before memory is taken for them */
  need(count: number, what: string): void {
    if (count <= this.remaining) return
    throw invalidFile(this.#format, `${what} needs ${count} bytes, ${this.remaining} are left`, {
      position: this.#at,
    })
  }

  seek(position: number): void {
    if (position > this.#bytes.length)
      throw invalidFile(this.#format, `it ends before byte ${position}`, { position })
    this.#at = position
  }

  bytes(count: number, what: string): Uint8Array {
    this.need(count, what)
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }

  number(type: NumberType, what: string): number {
    const { size, get } = NUMBER_TYPES[type]
    this.need(size, what)
    this.#at += size
    return get(this.#view, this.#at - size)
  }

  /** The next bytes as ASCII when they are `text`; otherwise nothing moves. */
  accept(text: string): boolean {
    if (this.remaining < text.length) return false
    for (let k = 0; k < text.length; k++) if (this.#bytes[this.#at + k] !== text.charCodeAt(k)) return false
    this.#at += text.length
    return true
  }
}

/** Writes little-endian numbers and bytes into memory that grows. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024)
  #view: DataView = new DataView(this.#bytes.buffer)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** May replace the memory and its view: call it before using them. */
  #reserve(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, at))
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }

  bytes(data: Uint8Array): this {
    const at = this.#reserve(data.length)
    this.#bytes.set(data, at)
    return this
  }

  /** Characters below 256, one byte each. */
  ascii(text: string): this {
    const at = this.#reserve(text.length)
    for (let k = 0; k < text.length; k++) this.#bytes[at + k] = text.charCodeAt(k)
    return this
  }

  uint8(value: number): this {
    const at = this.#reserve(1)
    this.#bytes[at] = value
    return this
  }

  uint16(value: number): this {
    const at = this.#reserve(2)
    this.#view.setUint16(at, value, true)
    return this
  }

  uint32(value: number): this {
    const at = this.#reserve(4)
    this.#view.setUint32(at, value, true)
    return this
  }

  /** A whole number below 2^53 as 64 bits. */
  uint64(value: number): this {
    return this.uint32(value % 2 ** 32).uint32(Math.floor(value / 2 ** 32))
  }

  int32(value: number): this {
    const at = this.#reserve(4)
    this.#view.setInt32(at, value, true)
    return this
  }

  float64(value: number): this {
    const at = this.#reserve(8)
    this.#view.setFloat64(at, value, true)
    return this
  }

  /** Fills with `byte` until the length is a multiple of `multiple`. */
  pad(multiple: number, byte = 0x20): this {
    while (this.#length % multiple !== 0) this.uint8(byte)
    return this
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }
}
