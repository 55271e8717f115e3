/** CRC-32 against its published check value, zlib's, and itself in pieces. */
import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32 } from './crc32.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('the check value is that of the standard', () => {
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926)
  expect(crc32(bytes(''))).toBe(0)
})

test('it equals the checksum that zlib writes at the end of gzip', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      const packed = gzipSync(data)
      expect(packed.length).toBeGreaterThan(deflateRawSync(data).length)
      expect(crc32(data)).toBe(packed.readUInt32LE(packed.length - 8))
    }),
  )
})

test('pieces give the checksum of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 99 }), fc.nat(99), (data, cut) => {
      expect(crc32(data.subarray(cut), crc32(data.subarray(0, cut)))).toBe(crc32(data))
    }),
  )
})
