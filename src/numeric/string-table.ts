/**
 * A million distinct strings in three typed arrays: UTF-8 bytes, offsets, and an open-addressing hash index.
 * It travels between threads without copying when its arrays are shared; it is not a general map.
 */

/** The plain data of a table; rows are `bytes[offsets[i] .. offsets[i + 1])`. */
export interface StringTableData {
  readonly bytes: Uint8Array
  readonly offsets: Int32Array
}

export class StringTable {
  #bytes: Uint8Array = new Uint8Array(1 << 16)
  #offsets: Int32Array = new Int32Array(1 << 12)
  /** Row + 1 at its hash slot, 0 when free; the length is a power of two at least twice the rows. */
  #slots: Int32Array = new Int32Array(1 << 13)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Adds `text` and returns its row, or returns `-1 - row` of the equal string already there. */
  add(text: string): number {
    this.#reserve(text.length * 3)
    const start = this.#offsets[this.#length]!
    const end = writeUtf8(text, this.#bytes, start)
    const slot = this.#find(this.#bytes, start, end)
    const found = this.#slots[slot]!
    if (found > 0) return -found
    this.#offsets[this.#length + 1] = end
    this.#slots[slot] = ++this.#length
    if (this.#length * 2 > this.#slots.length) this.#rehash(this.#slots.length * 2)
    return this.#length - 1
  }

  /** The row of `text`, or -1. */
  indexOf(text: string): number {
    const scratch = new Uint8Array(text.length * 3)
    const end = writeUtf8(text, scratch, 0)
    return this.#slots[this.#find(scratch, 0, end)]! - 1
  }

  get(row: number): string {
    return readUtf8(this.#bytes, this.#offsets[row]!, this.#offsets[row + 1]!)
  }

  toData(): StringTableData {
    const end = this.#offsets[this.#length]!
    return { bytes: this.#bytes.slice(0, end), offsets: this.#offsets.slice(0, this.#length + 1) }
  }

  /** A table over existing data; `data` must hold distinct strings. */
  static from(data: StringTableData): StringTable {
    const table = new StringTable()
    table.#bytes = data.bytes
    table.#offsets = data.offsets
    table.#length = data.offsets.length - 1
    let size = 1 << 13
    while (size < table.#length * 2) size *= 2
    table.#rehash(size)
    return table
  }

  /** The first row that equals an earlier one, or -1; for tables over data of unknown origin. */
  firstRepeated(): number {
    const mask = this.#slots.length - 1
    for (let row = 0; row < this.#length; row++) {
      const [start, end] = [this.#offsets[row]!, this.#offsets[row + 1]!]
      let slot = hashBytes(this.#bytes, start, end) & mask
      while (this.#slots[slot] !== row + 1) {
        if (this.#equals(this.#slots[slot]! - 1, this.#bytes, start, end)) return row
        slot = (slot + 1) & mask
      }
    }
    return -1
  }

  #reserve(bytes: number): void {
    const needed = this.#offsets[this.#length]! + bytes
    if (needed > this.#bytes.length)
      this.#bytes = resized(this.#bytes, Math.max(needed, this.#bytes.length * 2))
    if (this.#length + 2 > this.#offsets.length)
      this.#offsets = resized(this.#offsets, this.#offsets.length * 2)
  }

  /** The slot of the equal row, or the free slot where it would go (linear probing). */
  #find(source: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1
    let slot = hashBytes(source, start, end) & mask
    for (;;) {
      const row = this.#slots[slot]! - 1
      if (row < 0 || this.#equals(row, source, start, end)) return slot
      slot = (slot + 1) & mask
    }
  }

  #equals(row: number, source: Uint8Array, start: number, end: number): boolean {
    const from = this.#offsets[row]!
    if (this.#offsets[row + 1]! - from !== end - start) return false
    for (let i = start; i < end; i++) if (this.#bytes[from + i - start] !== source[i]) return false
    return true
  }

  #rehash(size: number): void {
    this.#slots = new Int32Array(size)
    for (let row = 0; row < this.#length; row++) {
      let slot = hashBytes(this.#bytes, this.#offsets[row]!, this.#offsets[row + 1]!) & (size - 1)
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1)
      this.#slots[slot] = row + 1
    }
  }
}

function resized<T extends Uint8Array | Int32Array>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length)
  larger.set(array as never)
  return larger
}

/** FNV-1a with a final avalanche, 32 bits. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x21f0aaad)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** Writes `text` as UTF-8 (lone surrogates as three bytes) and returns the end position. */
function writeUtf8(text: string, out: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      out[at++] = code
      continue
    }
    const next = text.charCodeAt(i + 1)
    if (code >= 0xd800 && code < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00)
      i++
    }
    if (code < 0x800) {
      out[at++] = 0xc0 | (code >>> 6)
    } else {
      if (code < 0x10000) out[at++] = 0xe0 | (code >>> 12)
      else {
        out[at++] = 0xf0 | (code >>> 18)
        out[at++] = 0x80 | ((code >>> 12) & 63)
      }
      out[at++] = 0x80 | ((code >>> 6) & 63)
    }
    out[at++] = 0x80 | (code & 63)
  }
  return at
}

function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; ) {
    const lead = bytes[i++]!
    if (lead < 0x80) text += String.fromCharCode(lead)
    else if (lead < 0xe0) text += String.fromCharCode(((lead & 31) << 6) | (bytes[i++]! & 63))
    else {
      const three = lead < 0xf0
      let code = lead & (three ? 15 : 7)
      for (let k = three ? 2 : 3; k > 0; k--) code = (code << 6) | (bytes[i++]! & 63)
      text += three ? String.fromCharCode(code) : String.fromCodePoint(code)
    }
  }
  return text
}
