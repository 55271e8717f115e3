/** CRC-32 (the polynomial of zip and PNG), four bytes a step (Sarwate's table, sliced: Kounavis and Berry, 2008). */

const TABLES = makeTables()

function makeTables(): Uint32Array {
  const tables = new Uint32Array(4 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    tables[byte] = value
  }
  for (let byte = 0; byte < 256; byte++) {
    for (let t = 1; t < 4; t++) {
      const before = tables[(t - 1) * 256 + byte]!
      tables[t * 256 + byte] = (before >>> 8) ^ tables[before & 255]!
    }
  }
  return tables
}

/** The checksum of `bytes`; `before` is that of the bytes in front of them. */
export function crc32(bytes: Uint8Array, before: number = 0): number {
  let crc = ~before
  let at = 0
  for (const end = bytes.length - 3; at < end; at += 4) {
    const word = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
    crc =
      TABLES[768 + (word & 255)]! ^
      TABLES[512 + ((word >>> 8) & 255)]! ^
      TABLES[256 + ((word >>> 16) & 255)]! ^
      TABLES[word >>> 24]!
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ TABLES[(crc ^ bytes[at]!) & 255]!
  return ~crc >>> 0
}
