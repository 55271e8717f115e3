/** The checksum of zip archives (CRC-32, reflected polynomial 0xedb88320). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let k = 0; k < bytes.length; k++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[k]!) & 255]!
  return (crc ^ 0xffffffff) >>> 0
}
