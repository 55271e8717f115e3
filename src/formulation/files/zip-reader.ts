/**
 * Reads zip archives that may sit behind a header, as dimod's CQM files do, and may be hostile: every length is
 * checked, inflating stops at the promised size, and all entries together are bounded. No encryption, no multi-disk.
 */
import { Inflate } from 'fflate'
import { QaasError } from '../../errors.ts'
import { crc32 } from '../../numeric/crc32.ts'
import { ByteReader } from './byte-reader.ts'
import { invalidFile } from './invalid-file.ts'

const FORMAT = 'zip archive'
/** Deflate reaches 1,032 : 1; honest models of padded zeros reach about 200 : 1. */
const MAX_RATIO = 256
const MIN_TOTAL_BYTES = 32 * 1024 * 1024
/** Compressed bytes inflated at a time; each can become about a thousand. */
const SLICE_BYTES = 8 * 1024

export interface ZipArchive {
  /** Names in the order of the archive's directory. */
  readonly names: readonly string[]
  has(name: string): boolean
  /** The content of an entry, checked against its checksum. @throws QaasError `invalid-file` */
  read(name: string): Uint8Array
}

interface Entry {
  readonly method: number
  readonly checksum: number
  readonly compressedSize: number
  readonly size: number
  readonly offset: number
}

/** @throws QaasError `invalid-file` on damage, `too-large` when the content would be beyond bounds */
export function openZip(file: Uint8Array): ZipArchive {
  const directory = findDirectory(file)
  const entries = readDirectory(file, directory)
  const total = [...entries.values()].reduce((sum, entry) => sum + entry.size, 0)
  const limit = Math.max(MIN_TOTAL_BYTES, MAX_RATIO * file.length)
  if (total > limit)
    throw new QaasError('too-large', `the archive says it holds ${total} bytes in a file of ${file.length}`, {
      advice: 'Maybe it is a decompression bomb; unpack it with other tools if you trust it.',
      data: { total, limit },
    })
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    read(name) {
      const entry = entries.get(name)
      if (entry === undefined) throw invalidFile(FORMAT, `the entry ${JSON.stringify(name)} is missing`)
      return readEntry(file, name, entry)
    },
  }
}

interface Directory {
  readonly start: number
  readonly count: number
  /** Added to every offset in the archive: not 0 when something was put in front of it. */
  readonly shift: number
}

/** End record at the very end or in front of a comment of up to 65,535 bytes; its 64-bit form when it says so. */
function findDirectory(file: Uint8Array): Directory {
  const reader = new ByteReader(file, FORMAT)
  for (let at = file.length - 22; at >= Math.max(0, file.length - 22 - 65_535); at--) {
    reader.seek(at)
    if (!reader.accept('PK\x05\x06')) continue
    reader.seek(at + 10)
    let count = reader.number('uint16', 'the entry count')
    let size = reader.number('uint32', 'the directory size')
    let offset = reader.number('uint32', 'the directory offset')
    let end = at
    if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff) {
      reader.seek(Math.max(0, at - 20))
      if (!reader.accept('PK\x06\x07')) throw invalidFile(FORMAT, 'its 64-bit end record is missing')
      end = at - 20 - 56
      if (end < 0) throw invalidFile(FORMAT, 'its 64-bit end record is missing')
      reader.seek(end)
      if (!reader.accept('PK\x06\x06')) throw invalidFile(FORMAT, 'its 64-bit end record is missing')
      reader.seek(end + 32)
      count = reader.number('uint64', 'the entry count')
      size = reader.number('uint64', 'the directory size')
      offset = reader.number('uint64', 'the directory offset')
    }
    const start = end - size
    const shift = start - offset
    if (start < 0 || shift < 0 || count > size / 46)
      throw invalidFile(FORMAT, `its directory of ${count} entries and ${size} bytes does not fit`)
    return { start, count, shift }
  }
  throw invalidFile(FORMAT, 'it has no end record')
}

function readDirectory(file: Uint8Array, { start, count, shift }: Directory): Map<string, Entry> {
  const reader = new ByteReader(file, FORMAT)
  const entries = new Map<string, Entry>()
  reader.seek(start)
  for (let k = 0; k < count; k++) {
    if (!reader.accept('PK\x01\x02')) throw invalidFile(FORMAT, `entry ${k} of its directory is damaged`)
    const fields = reader.position
    reader.seek(fields + 4)
    const flags = reader.number('uint16', 'flags')
    const method = reader.number('uint16', 'the method')
    reader.seek(fields + 12)
    const checksum = reader.number('uint32', 'a checksum')
    const sizes = {
      compressedSize: reader.number('uint32', 'a size'),
      size: 0,
      offset: 0,
    }
    sizes.size = reader.number('uint32', 'a size')
    const nameLength = reader.number('uint16', 'a name length')
    const extraLength = reader.number('uint16', 'an extra length')
    const commentLength = reader.number('uint16', 'a comment length')
    reader.seek(fields + 38)
    sizes.offset = reader.number('uint32', 'an offset')
    const name = String.fromCharCode(...reader.bytes(nameLength, 'a name'))
    readLongSizes(new ByteReader(reader.bytes(extraLength, 'extra fields'), FORMAT), sizes)
    reader.bytes(commentLength, 'a comment')
    if (flags & 1) throw invalidFile(FORMAT, `the entry ${JSON.stringify(name)} is encrypted`)
    if (entries.has(name)) throw invalidFile(FORMAT, `the entry ${JSON.stringify(name)} is there twice`)
    entries.set(name, { method, checksum, ...sizes, offset: sizes.offset + shift })
  }
  return entries
}

/** Extra field 1 holds, in this order, those of the sizes whose 32-bit field is all ones. */
function readLongSizes(
  extra: ByteReader,
  sizes: { size: number; compressedSize: number; offset: number },
): void {
  while (extra.remaining >= 4) {
    const id = extra.number('uint16', 'an extra field')
    const field = new ByteReader(
      extra.bytes(extra.number('uint16', 'an extra length'), 'an extra field'),
      FORMAT,
    )
    if (id !== 1) continue
    for (const key of ['size', 'compressedSize', 'offset'] as const)
      if (sizes[key] === 0xffffffff) sizes[key] = field.number('uint64', 'a 64-bit size')
  }
}

function readEntry(file: Uint8Array, name: string, entry: Entry): Uint8Array {
  const reader = new ByteReader(file, FORMAT)
  const damaged = (problem: string) => invalidFile(FORMAT, `the entry ${JSON.stringify(name)} ${problem}`)
  reader.seek(entry.offset)
  if (!reader.accept('PK\x03\x04')) throw damaged('is not where the directory says')
  reader.seek(entry.offset + 26)
  const nameLength = reader.number('uint16', 'a name length')
  const extraLength = reader.number('uint16', 'an extra length')
  reader.bytes(nameLength + extraLength, 'a name')
  const packed = reader.bytes(entry.compressedSize, `the entry ${JSON.stringify(name)}`)
  const content = unpack(packed, entry, damaged)
  if (crc32(content) !== entry.checksum) throw damaged('does not have its checksum')
  return content
}

function unpack(packed: Uint8Array, entry: Entry, damaged: (problem: string) => QaasError): Uint8Array {
  if (entry.method === 0) {
    if (packed.length !== entry.size) throw damaged(`is ${packed.length} bytes, not ${entry.size}`)
    return packed
  }
  if (entry.method !== 8) throw damaged(`is packed by method ${entry.method}, only deflate is known`)
  if (entry.size > packed.length * 1040) throw damaged(`cannot become ${entry.size} bytes`)
  const content = new Uint8Array(entry.size)
  let length = 0
  const inflate = new Inflate((chunk) => {
    if (length + chunk.length > entry.size) throw damaged(`is longer than its ${entry.size} bytes`)
    content.set(chunk, length)
    length += chunk.length
  })
  try {
    for (let at = 0; at < packed.length; at += SLICE_BYTES)
      inflate.push(packed.subarray(at, at + SLICE_BYTES), at + SLICE_BYTES >= packed.length)
  } catch (error) {
    throw QaasError.isInstance(error) ? error : damaged('cannot be inflated')
  }
  if (length !== entry.size) throw damaged(`is ${length} bytes, not ${entry.size}`)
  return content
}
