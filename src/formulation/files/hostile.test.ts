import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { deflateSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { QaasError } from '../../errors.ts'
import { crc32 } from '../../numeric/crc32.ts'
import { createBqm } from '../bqm-builder.ts'
import { type Cqm, createCqmBuilder } from '../cqm.ts'
import { ByteWriter } from './byte-reader.ts'
import { readCoo, writeCoo } from './coo.ts'
import { readDimodBqm, writeDimodBqm } from './dimod-bqm.ts'
import { readDimodCqm, writeDimodCqm } from './dimod-cqm.ts'
import { readDimodJson, writeDimodJson } from './dimod-json.ts'
import { headerBytes } from './dimod-parts.ts'
import { readDimodSampleSet, writeDimodSampleSet } from './dimod-sample-set.ts'
import { MODEL_FORMATS, type ModelFormatName, modelFormatOf, readModel } from './formats.ts'
import { readGSet, writeGSet } from './g-set.ts'
import { readLp } from './lp-read.ts'
import { writeLp } from './lp-write.ts'
import { readOrLibrary, writeOrLibrary } from './or-library.ts'
import { readQbsolv, writeQbsolv } from './qbsolv.ts'
import { writeZip } from './zip-writer.ts'

const INTEROP = fileURLToPath(new URL('../../../../shared/instances/interop/', import.meta.url))

const bqm = createBqm({
  vartype: 'BINARY',
  linear: [1, -2, 0.5],
  quadratic: [
    [0, 1, 3],
    [1, 2, -1.5],
  ],
})
const named = { ...bqm, labels: ['a', ['b', 1], 'c'] }
const cut = createBqm({ vartype: 'SPIN', linear: [0, 0, 0], quadratic: [[0, 2, 0.5]], offset: -0.5 })

function smallCqm(): Cqm {
  const builder = createCqmBuilder()
  const x = builder.addVariable({ type: 'BINARY', label: 'x' })
  const i = builder.addVariable({ type: 'INTEGER', label: 'i', upper: 9 })
  builder.setObjective({ linear: [[x, 1]], quadratic: [[x, i, 2]], offset: 1 })
  builder.addConstraint({
    terms: { linear: [[i, 1]], quadratic: [[i, i, 1]] },
    sense: '<=',
    rhs: 7,
    label: 'row',
  })
  return builder.build()
}

const sampleSet = {
  vartype: 'BINARY',
  numVariables: 3,
  states: Int8Array.of(0, 1, 1),
  energies: Float64Array.of(-3),
  numOccurrences: Int32Array.of(1),
  info: {},
} as const

/** Every reader with good input of its own. */
const BINARY: Readonly<Record<string, { good: Uint8Array; read: (bytes: Uint8Array) => unknown }>> = {
  'BQM 1.0': { good: writeDimodBqm(named, 1), read: readDimodBqm },
  'BQM 2.0': { good: writeDimodBqm(named, 2), read: readDimodBqm },
  'CQM stored': { good: writeDimodCqm(smallCqm()), read: readDimodCqm },
  'CQM packed': { good: writeDimodCqm(smallCqm(), { compress: true }), read: readDimodCqm },
}

const TEXT: Readonly<Record<string, { good: string; read: (text: string) => unknown }>> = {
  COO: { good: writeCoo(bqm), read: readCoo },
  qbsolv: { good: writeQbsolv(bqm), read: readQbsolv },
  bqp: { good: writeOrLibrary(bqm), read: readOrLibrary },
  'Max-Cut': { good: writeGSet(cut), read: readGSet },
  'BQM JSON': { good: writeDimodJson(named), read: readDimodJson },
  'sample set JSON': { good: writeDimodSampleSet({ sampleSet }), read: readDimodSampleSet },
  LP: { good: writeLp(smallCqm()), read: readLp },
}

/** A model or a typed error; anything else, such as a RangeError, is a defect. */
function survives(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (!QaasError.isInstance(error) || error.code === 'internal') throw error
  }
}

describe('damaged files', () => {
  for (const [name, { good, read }] of Object.entries(BINARY)) {
    test(`${name}: every truncation ends in a typed error`, () => {
      expect(() => read(good)).not.toThrow()
      for (let length = 0; length < good.length; length++) survives(() => read(good.subarray(0, length)))
      for (let length = 0; length < good.length - 64; length++)
        expect(() => read(good.subarray(0, length))).toThrow(QaasError)
    })

    test(`${name}: no change of any byte ends in anything but a model or a typed error`, () => {
      for (let at = 0; at < good.length; at++)
        for (const value of at % 2 === 0 ? [good[at]! ^ 1] : [at % 3 === 0 ? 0 : 0xff]) {
          const bytes = good.slice()
          bytes[at] = value
          survives(() => read(bytes))
        }
      const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 })
      fc.assert(
        fc.property(edits, (changes) => {
          const bytes = good.slice()
          for (const [at, value] of changes) bytes[at] = value
          survives(() => read(bytes))
        }),
        { numRuns: 200 },
      )
    })
  }

  for (const [name, { good, read }] of Object.entries(TEXT))
    test(`${name}: truncations and edits end in a model or a typed error`, () => {
      expect(() => read(good)).not.toThrow()
      for (let length = 0; length < good.length; length++) survives(() => read(good.slice(0, length)))
      const piece = fc.constantFrom(
        '',
        '0',
        '-1',
        '1e999',
        'nan',
        '9999999999',
        '[',
        ']',
        '/',
        '"',
        '{',
        '\n',
        '\\',
        'é',
      )
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(good.length), piece), { minLength: 1, maxLength: 6 }),
          (edits) => {
            let text = good
            for (const [at, insert] of edits) text = text.slice(0, at) + insert + text.slice(at + 1)
            survives(() => read(text))
          },
        ),
        { numRuns: 500 },
      )
      fc.assert(fc.property(fc.string(), (text) => survives(() => read(text))))
    })

  test.skipIf(!existsSync(INTEROP))('edits of files that dimod wrote, in every version', () => {
    const files = existsSync(INTEROP) ? readdirSync(INTEROP) : []
    for (const name of files) {
      const good = new Uint8Array(readFileSync(INTEROP + name))
      const format = modelFormatOf(name)!
      const reads = (bytes: Uint8Array) => () =>
        readModel(format, bytes, { text: () => Buffer.from(bytes).toString('utf8') })
      expect(reads(good)).not.toThrow()
      const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 })
      fc.assert(
        fc.property(edits, fc.nat(good.length), (changes, length) => {
          const bytes = good.slice(0, changes.length === 0 ? length : good.length)
          for (const [at, value] of changes) bytes[at] = value
          survives(reads(bytes))
        }),
        { numRuns: 60 },
      )
    }
  })

  test('every format that can be read is among those above', () => {
    const read = Object.values(MODEL_FORMATS).flatMap((format) =>
      format.read === undefined ? [] : [format.read as unknown],
    )
    const fuzzed = new Set<unknown>(
      [...Object.values(BINARY), ...Object.values(TEXT)].map(({ read }) => read),
    )
    // Those that take options stand in the table as functions of their own around a reader above.
    const wrapped = ['coo', 'qbsolv', 'bqp', 'g-set'].map(
      (name) => MODEL_FORMATS[name as ModelFormatName].read as unknown,
    )
    for (const reader of read) expect(fuzzed.has(reader) || wrapped.includes(reader)).toBe(true)
  })

  test('bytes of no format end in a typed error everywhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const { read } of Object.values(BINARY)) expect(() => read(bytes)).toThrow(QaasError)
      }),
    )
  })
})

const invalid = expect.objectContaining({ code: 'invalid-file' })

describe('hostile files', () => {
  test('a header that promises a billion variables is not believed', () => {
    const header = (shape: number[]) =>
      headerBytes('DIMODBQM', [2, 0], {
        dtype: 'float64',
        itype: 'int32',
        ntype: 'int32',
        shape,
        type: 'BinaryQuadraticModel',
        variables: false,
        vartype: 'BINARY',
      })
    for (const shape of [[1e9, 0], [3, 1e15], [-1, 0], [0.5, 1], [], [2 ** 31 - 1, 2 ** 53 - 1]])
      expect(() => readDimodBqm(new ByteWriter().bytes(header(shape)).float64(0).toBytes())).toThrow(invalid)
    expect(() => readQbsolv('p qubo 0 1000000000 0 0\n')).toThrow(invalid)
    expect(() => readGSet('1000000000 0\n')).toThrow(invalid)
    expect(() => readOrLibrary('1\n1000000000 0\n')).toThrow(invalid)
    expect(() => readCoo('# vartype=SPIN\n999999999 1000000000 1\n')).not.toThrow()
  })

  test('a CQM whose header, expression or variables promise too much is refused', () => {
    const small = smallCqm()
    const good = writeDimodCqm(small)
    const text = String.fromCharCode(...good)
    const replaced = (from: string, to: string): Uint8Array => {
      expect(text).toContain(from)
      expect(to.length).toBe(from.length)
      return Uint8Array.from(text.replace(from, to), (character) => character.charCodeAt(0))
    }
    expect(() => readDimodCqm(replaced('"num_variables": 2', '"num_variables": 9'))).toThrow(invalid)
    expect(() => readDimodCqm(replaced('"num_biases": 5', '"num_biases": 4'))).toThrow(invalid)
    expect(() => readDimodCqm(replaced('DIMODCQM\x02', 'DIMODCQM\x03'))).toThrow(invalid)
  })

  test('biases that are not finite are refused, not carried on', () => {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      const bytes = writeDimodBqm(bqm)
      const view = new DataView(bytes.buffer)
      for (let at = 128; at + 8 <= bytes.length; at += 4) {
        const kept = view.getFloat64(at, true)
        if (kept !== 1 && kept !== -2 && kept !== 3) continue
        view.setFloat64(at, value, true)
        expect(() => readDimodBqm(bytes)).toThrow(QaasError)
        view.setFloat64(at, kept, true)
      }
    }
    expect(() => readCoo('# vartype=SPIN\n0 1 nan\n')).toThrow(invalid)
    expect(() => readDimodJson(writeDimodJson(bqm).replace('0.5', 'NaN'))).toThrow(invalid)
    expect(() => readDimodJson(writeDimodJson(bqm).replace('0.5', '1e999'))).toThrow(QaasError)
    expect(() => readLp('Minimize\n 1e999 x\nEnd')).toThrow(QaasError)
  })

  /** A stored header with one entry named `objective` whose promised size is a lie. */
  function bomb(packed: Uint8Array, promised: number): Uint8Array {
    const header = writeDimodCqm(smallCqm()).slice(0, 256)
    const archive = writeZip(header, [{ name: 'varinfo', content: packed }])
    const view = new DataView(archive.buffer)
    for (let at = 256; at + 4 <= archive.length; at++) {
      const magic = view.getUint32(at, true)
      const fields = magic === 0x04034b50 ? at + 8 : magic === 0x02014b50 ? at + 10 : -1
      if (fields < 0) continue
      view.setUint16(fields, 8, true)
      view.setUint32(fields + 14, promised, true)
    }
    return archive
  }

  test('a decompression bomb is stopped at its promised size, or refused for promising too much', () => {
    const zeros = deflateSync(new Uint8Array(40 * 1024 * 1024), { level: 1 })
    expect(() => readDimodCqm(bomb(zeros, 1000))).toThrow(invalid)
    expect(() => readDimodCqm(bomb(zeros, 40 * 1024 * 1024))).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    )
    expect(() => readDimodCqm(bomb(zeros, 30 * 1024 * 1024))).toThrow(invalid)
    expect(() => readDimodCqm(bomb(zeros.subarray(0, 10), 30 * 1024 * 1024))).toThrow(invalid)
  })

  test('an entry that is not what its checksum says is refused', () => {
    expect(crc32(Uint8Array.from('123456789', (character) => character.charCodeAt(0)))).toBe(0xcbf43926)
    const good = writeDimodCqm(smallCqm())
    const at = String.fromCharCode(...good).indexOf('VTYP')
    const bytes = good.slice()
    bytes[at + 20]! ^= 1
    expect(() => readDimodCqm(bytes)).toThrow(/checksum/)
  })

  test('texts built to make a reader slow end in a typed error soon', () => {
    const million = 1_000_000
    for (const text of [
      '/*'.repeat(million / 2),
      `subject${' '.repeat(million)}`,
      '+'.repeat(million),
      '1e'.repeat(million / 2),
    ])
      expect(() => readLp(text)).toThrow(QaasError)
    expect(() => readLp(`Minimize\n${'/* '.repeat(million / 3)}`)).toThrow(/has no end/)
    expect(() => readCoo(`#${' vartype'.repeat(million / 8)}`)).toThrow(QaasError)
    expect(() => readDimodJson('['.repeat(million))).toThrow(QaasError)
    expect(() => readLp(`Minimize\n ${'x'.repeat(million)}`)).toThrow(/a name of 1000000 characters/)
    expect(() => readQbsolv(' '.repeat(million))).toThrow(QaasError)
    expect(() => readDimodCqm(new Uint8Array(million))).toThrow(QaasError)
  })

  test('more lines than a header promises, and lines of millions of fields, are refused at once', () => {
    const many = '1 2 1\n'.repeat(200_000)
    expect(() => readGSet(`2 10\n${many}`)).toThrow(/promises 10 edges and has more/)
    expect(() => readQbsolv(`p qubo 0 5 1 1\n${many}`)).toThrow(/has at least 0 and 2/)
    for (const read of [readCoo, readGSet, readQbsolv, readOrLibrary])
      expect(() => read('1 '.repeat(1_000_000))).toThrow(/line 1 has 2000000 characters/)
  })

  test('labels nested to overflow the stack are refused', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const text = writeDimodJson(bqm).replace('"variable_labels":[0,1,2]', `"variable_labels":[${deep},1,2]`)
    expect(() => readDimodJson(text)).toThrow(QaasError)
  })
})
