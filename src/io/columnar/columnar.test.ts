/** `.qaas` files: nothing is lost on the way, and no damaged or hostile file gets further than one error. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryDocument } from '../../../test/arbitrary-document.ts'
import { QaasError } from '../../errors.ts'
import { factory } from '../../generators/factory.ts'
import { lcrp } from '../../generators/lcrp.ts'
import { createInstance } from '../../model/builder.ts'
import type { Instance } from '../../model/instance.ts'
import { instanceHash } from '../../model/instance-hash.ts'
import { crc32 } from '../../numeric/crc32.ts'
import { CRC_START, HEADER_BYTES, isColumnar } from './format.ts'
import { packColumn, unpackFloats, unpackIntegers } from './pack.ts'
import { readColumnar } from './read-columnar.ts'
import { columnarPieces } from './write-columnar.ts'

const write = (instance: Instance): Buffer => Buffer.concat(columnarPieces(instance))

/** Puts the right checksum on changed bytes: only then are the checks behind it reached. */
function resealed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32(bytes.subarray(CRC_START)), 12)
  return bytes
}

/** The file with its head changed and sealed again; columns keep their distance from the head's end. */
function withHead(bytes: Buffer, change: (head: Record<string, never>) => unknown): Buffer {
  const length = bytes.readUInt32LE(CRC_START)
  const head = JSON.parse(bytes.toString('utf8', HEADER_BYTES, HEADER_BYTES + length))
  const text = Buffer.from(JSON.stringify(change(head) ?? head))
  const payload = bytes.subarray(Math.ceil((HEADER_BYTES + length) / 8) * 8)
  const gap = Buffer.alloc(Math.ceil((HEADER_BYTES + text.length) / 8) * 8 - HEADER_BYTES - text.length)
  const whole = Buffer.concat([bytes.subarray(0, HEADER_BYTES), text, gap, payload])
  whole.writeUInt32LE(text.length, CRC_START)
  return resealed(whole)
}

test('the factory and a routing problem come back as they were', () => {
  for (const instance of [factory(), lcrp({ tasks: 2000, agents: 30, chains: 0.2 })]) {
    const bytes = write(instance)
    expect(isColumnar(bytes)).toBe(true)
    const back = readColumnar('x.qaas', bytes)
    expect(instanceHash(back)).toBe(instanceHash(instance))
    expect([...back.tasks.workflows]).toEqual([...instance.tasks.workflows])
    expect(back.capable).toEqual(instance.capable)
    expect(back.dependencies).toEqual(instance.dependencies)
  }
})

test('any instance comes back as it was', () => {
  fc.assert(
    fc.property(arbitraryDocument, (document) => {
      const instance = createInstance(document)
      const back = readColumnar('x.qaas', write(instance))
      expect(instanceHash(back)).toBe(instanceHash(instance))
      expect([back.name, [...back.tasks.inputs], [...back.tasks.accepts]]).toEqual([
        instance.name,
        [...instance.tasks.inputs],
        [...instance.tasks.accepts],
      ])
    }),
  )
})

test('packing keeps every number, NaN and infinity included, in at most the bytes it needs', () => {
  const numbers = fc.array(
    fc.oneof(
      fc.integer(),
      fc.double(),
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom(NaN, Infinity, 0.5),
    ),
  )
  fc.assert(
    fc.property(numbers, (values) => {
      const column = Float64Array.from(values, (value) => value + 0)
      const { type, bytes } = packColumn(column)
      expect(unpackFloats(bytes, 0, type, column.length)).toEqual(column)
      const whole = values.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31)
      expect(unpackIntegers(bytes, 0, type, column.length) !== undefined).toBe(whole)
    }),
  )
  expect(packColumn(Float64Array.of(1, 255)).type).toBe('u8')
  expect(packColumn(Int32Array.of(1, 256)).type).toBe('u16')
  expect(packColumn(Float64Array.of(4000, Infinity)).type).toBe('f32')
  expect(packColumn(new Float64Array(9).fill(0.1))).toMatchObject({ type: 'fill' })
})

test('every single changed byte is noticed, and every cut', () => {
  const bytes = write(factory({ tasks: 20, agents: 12 }))
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes)
    changed[at]! ^= 0x41
    if (at >= 8) expect(() => readColumnar('x', changed)).toThrow(/cannot be read as a \.qaas file/)
    expect(() => readColumnar('x', bytes.subarray(0, at))).toThrow(/cannot be read as a \.qaas file/)
  }
})

test('a changed file with a right checksum is an instance or one error, never a crash', () => {
  const bytes = write(lcrp({ tasks: 30, agents: 8, chains: 0.4 }))
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, noise) => {
      const changed = Buffer.from(bytes)
      changed.set(noise.subarray(0, changed.length - at), at)
      if (at < CRC_START) return
      try {
        expect(readColumnar('x', resealed(changed)).tasks.count).toBeGreaterThan(0)
      } catch (error) {
        if (!QaasError.isInstance(error)) throw error
        expect(error.message).toMatch(/^x: cannot be read as a \.qaas file: .*\nMaybe/)
      }
    }),
    { numRuns: 1500 },
  )
})

type Head = Record<string, never>

/** Changes where the head says a column is. */
const moved =
  (name: string, change: Readonly<Record<string, unknown>>) =>
  (head: Head): unknown => ({
    ...head,
    columns: {
      ...(head.columns as object),
      [name]: { ...(head.columns?.[name] as object | undefined), ...change },
    },
  })

test.each<[string, (head: Head) => unknown, RegExp]>([
  ['a head that is no object', () => 7, /incomplete/],
  ['no columns', (head) => ({ ...head, columns: undefined }), /incomplete/],
  ['a missing column', (head) => ({ ...head, columns: {} }), /column "ids.bytes" is missing/],
  ['an unknown type', moved('domain', { type: 'f16' }), /incomplete/],
  ['a count beyond memory', moved('ids.bytes', { count: 2 ** 50 }), /longer than the file/],
  ['a fill beyond memory', moved('parentOfEdge', { type: 'fill', count: 2 ** 40 }), /longer than the file/],
  ['an offset behind the end', moved('minQuality', { offset: 2 ** 40 }), /longer than the file/],
  ['an offset between numbers', moved('minQuality', { offset: 3 }), /incomplete/],
  ['a negative count', moved('minQuality', { count: -1 }), /incomplete/],
  ['a wrong number of rows', moved('minQuality', { count: 19 }), /must have 20/],
  ['an unknown field', (head) => ({ ...head, instance: { version: 1, agent: [] } }), /unknown field "agent"/],
  ['no agents', (head) => ({ ...head, instance: { version: 1 } }), /fleet has no agents/],
  [
    'a fleet elsewhere',
    (head) => ({ ...head, instance: { version: 1, agents: '/etc/passwd' } }),
    /fleet has no agents/,
  ],
  [
    'ten billion replicas',
    (head) => ({
      ...head,
      instance: {
        version: 1,
        agents: Array.from({ length: 1000 }, (_, k) => ({ id: `a${k}`, quality: 1, replicas: 1e7 })),
      },
    }),
    /more than 10000000 agents/,
  ],
  ['requirements without their number', (head) => ({ ...head, requirements: [] }), /column "requirement"/],
])('%s is refused', (_, change, message) => {
  const bytes = write(factory({ tasks: 20, agents: 12 }))
  expect(() => readColumnar('x', withHead(bytes, change))).toThrow(message)
})

test('another version is refused as such', () => {
  const bytes = write(factory({ tasks: 20, agents: 12 }))
  bytes.writeUInt32LE(2, 8)
  expect(() => readColumnar('x', bytes)).toThrow(/version 2, this program reads 1\nMaybe update/)
})
