/** Writes zip archives behind a header, offsets counted from the start of the file, as dimod's CQM files want them. */
import { deflateSync } from 'fflate'
import { crc32 } from '../../numeric/crc32.ts'
import { ByteWriter } from './byte-reader.ts'

export interface ZipEntry {
  /** ASCII. */
  readonly name: string
  readonly content: Uint8Array
}

/** 1980-01-01, the earliest date a zip can say; the same model gives the same bytes. */
const DOS_DATE = 0x21

/** `header`, then the archive. */
export function writeZip(
  header: Uint8Array,
  entries: readonly ZipEntry[],
  compress = false,
): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter().bytes(header)
  const directory = new ByteWriter()
  for (const { name, content } of entries) {
    const packed = compress ? deflateSync(content) : content
    const offset = out.length
    const common = (writer: ByteWriter): ByteWriter =>
      writer
        .uint16(20)
        .uint16(0)
        .uint16(compress ? 8 : 0)
        .uint16(0)
        .uint16(DOS_DATE)
        .uint32(crc32(content))
        .uint32(packed.length)
        .uint32(content.length)
        .uint16(name.length)
        .uint16(0)
    common(out.ascii('PK\x03\x04')).ascii(name).bytes(packed)
    common(directory.ascii('PK\x01\x02').uint16(20))
      .uint16(0)
      .uint16(0)
      .uint16(0)
      .uint32(0)
      .uint32(offset)
      .ascii(name)
  }
  const start = out.length
  out.bytes(directory.toBytes())
  const size = out.length - start
  const long = entries.length >= 0xffff
  if (long) writeLongEnd(out, { count: entries.length, size, start })
  const count = long ? 0xffff : entries.length
  return out
    .ascii('PK\x05\x06')
    .uint16(0)
    .uint16(0)
    .uint16(count)
    .uint16(count)
    .uint32(size)
    .uint32(start)
    .uint16(0)
    .toBytes()
}

/** The 64-bit end record and its locator, for 65,535 entries and more. */
function writeLongEnd(
  out: ByteWriter,
  { count, size, start }: { readonly count: number; readonly size: number; readonly start: number },
): void {
  const at = out.length
  out.ascii('PK\x06\x06').uint64(44).uint16(45).uint16(45).uint32(0).uint32(0)
  out.uint64(count).uint64(count).uint64(size).uint64(start)
  out.ascii('PK\x06\x07').uint32(0).uint64(at).uint32(1)
}
