import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { normalBqm, normalCqm } from '../../../test/normal-form.ts'
import { energyOf, forEachCoupling } from '../energy.ts'
import { readCoo, writeCoo } from './coo.ts'
import { readDimodBqm, writeDimodBqm } from './dimod-bqm.ts'
import { readDimodCqm, writeDimodCqm } from './dimod-cqm.ts'
import { readDimodJson, writeDimodJson } from './dimod-json.ts'
import { readGSet, writeGSet } from './g-set.ts'
import { readLp } from './lp-read.ts'
import { writeLp } from './lp-write.ts'
import { readOrLibrary, writeOrLibrary } from './or-library.ts'
import { openZip } from './zip-reader.ts'

const SHARED = fileURLToPath(new URL('../../../../shared/instances/', import.meta.url))
const present = existsSync(SHARED)
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(SHARED + name))
const textOf = (name: string): string => {
  const bytes = readFileSync(SHARED + name)
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}
const filesOf = (ending: string): string[] =>
  present ? readdirSync(`${SHARED}interop`).filter((name) => name.endsWith(ending)) : []

const spinRow = { linear: { '"a"': -1 }, quadratic: { '"a" "b"': 1 }, rhs: -1.5, soft: null, discrete: false }
const mixedRow = { linear: {}, quadratic: { '"a" "d"': 5 }, sense: '<=', rhs: 3, soft: null, discrete: false }
const spins = { '"a"': ['SPIN', -1, 1], '"b"': ['SPIN', -1, 1] }
const integer = ['INTEGER', 0, Number((2 ** 53 - 1).toPrecision(12))]
const binary = ['BINARY', 0, 1]
const empty = { linear: {}, quadratic: {}, offset: 0 }
const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, v) => [String(v), 1]).sort())

/** The `length` bytes behind the last `magic`, as text. */
function textBetween(bytes: Uint8Array, magic: string, length: number): string {
  const text = String.fromCharCode(...bytes)
  const at = text.lastIndexOf(magic)
  return at < 0 ? '' : text.slice(at + magic.length, at + magic.length + length)
}

/** What each family of fixtures holds, in every version it was written in. */
const MODELS: Readonly<Record<string, object>> = {
  discrete: {
    variables: { ...spins, '"c"': integer, '"d"': integer, '"e"': binary, '"f"': binary, '"g"': binary },
    objective: { ...empty, linear: { '"c"': 1 } },
    constraints: {
      '"bqm rhs"': { ...spinRow, sense: '<=' },
      '"bqm lhs"': { ...spinRow, sense: '>=' },
      '"mixed"': mixedRow,
      '"discrete"': {
        linear: { '"e"': 1, '"f"': 1, '"g"': 1 },
        quadratic: {},
        sense: '==',
        rhs: 1,
        soft: null,
        discrete: true,
      },
    },
  },
  empty: { variables: {}, objective: empty, constraints: {} },
  'no-objective': {
    variables: spins,
    objective: empty,
    constraints: { '"ub"': { ...spinRow, sense: '<=' }, '"lb"': { ...spinRow, sense: '>=' } },
  },
  soft: {
    variables: { ...spins, '"d"': integer },
    objective: empty,
    constraints: {
      '"soft1"': { ...spinRow, sense: '<=', soft: { weight: 2, penalty: 'quadratic' } },
      '"soft2"': { ...mixedRow, soft: { weight: 3, penalty: 'linear' } },
    },
  },
  'unused-variable': { variables: { '"x"': binary }, objective: empty, constraints: {} },
  compressed: compressed(),
  uncompressed: compressed(),
}

function compressed(): object {
  const row = { linear: fifty, quadratic: {}, sense: '==', rhs: 0, soft: null, discrete: false }
  return {
    variables: Object.fromEntries(Array.from({ length: 50 }, (_, v) => [String(v), binary])),
    objective: { ...empty, linear: fifty },
    constraints: { '"c1"': row },
  }
}

describe.skipIf(!present)('files written by others (skipped where ../shared is absent)', () => {
  for (const name of filesOf('.cqm'))
    test(`${name} is read to the right model and re-written to one that reads back equal`, () => {
      const cqm = readDimodCqm(bytesOf(`interop/${name}`))
      expect(normalCqm(cqm)).toEqual(MODELS[name.replace(/_v.*/, '')])
      expect(readDimodCqm(writeDimodCqm(cqm))).toEqual(cqm)
      expect(readDimodCqm(writeDimodCqm(cqm, { compress: true }))).toEqual(cqm)
    })

  for (const name of filesOf('_v2.0.cqm'))
    test(`${name} is re-written byte for byte, but for the width of QUAD's length in the older ones`, () => {
      const theirs = bytesOf(`interop/${name}`)
      const ours = writeDimodCqm(readDimodCqm(theirs))
      const [before, after] = [openZip(theirs), openZip(ours)]
      expect([...after.names].sort()).toEqual([...before.names].sort())
      expect(ours.subarray(0, 256)).toEqual(theirs.subarray(0, 256))
      for (const entry of before.names) {
        const [was, is] = [before.read(entry), after.read(entry)]
        const narrow = textBetween(was, 'QUAD', 4) === '8\0\0\0'
        if (narrow) expect(is.subarray(0, is.length - 64)).toEqual(was.subarray(0, was.length - 64))
        else expect(is).toEqual(was)
      }
    })

  test('5x5_v1.bqm is read to the right model and re-written in both versions and as JSON and COO', () => {
    const bqm = readDimodBqm(bytesOf('interop/5x5_v1.bqm'))
    expect([...bqm.linear]).toEqual([0, 6, 12, 18, 24])
    const couplings: number[][] = []
    forEachCoupling(bqm, (u, v, bias) => couplings.push([u, v, bias]))
    expect(couplings).toHaveLength(10)
    // The fixture is np.triu(arange(25).reshape(5, 5)) with both triangles added up.
    expect(couplings[4]).toEqual([1, 2, 7])
    for (const version of [1, 2] as const) expect(readDimodBqm(writeDimodBqm(bqm, version))).toEqual(bqm)
    expect(readDimodJson(writeDimodJson(bqm))).toEqual(bqm)
    expect(readCoo(writeCoo(bqm))).toEqual(bqm)
  })

  test('coo_qubo.qubo, the head of a qbsolv file, is read as COO, which skips what starts no number', () => {
    const bqm = readCoo(textOf('interop/coo_qubo.qubo'))
    expect(bqm.vartype).toBe('BINARY')
    expect([...bqm.linear]).toEqual([-1, -1, -1, -1])
    expect(readCoo(writeCoo(bqm))).toEqual(bqm)
  })

  for (const name of filesOf('.lp'))
    test(`${name} is read and re-written to one that reads back equal`, () => {
      const cqm = readLp(textOf(`interop/${name}`))
      expect(cqm.variables.count).toBeGreaterThan(0)
      expect(normalCqm(readLp(writeLp(cqm)))).toEqual(normalCqm(cqm))
      expect(readDimodCqm(writeDimodCqm(cqm))).toEqual(cqm)
    })

  test('test_integer.lp has the objective, rows and bounds it says', () => {
    const { objective, constraints, variables } = normalCqm(readLp(textOf('interop/test_integer.lp')))
    expect(objective).toEqual({
      linear: { '"i0"': 6, '"i1"': 1, '"x0"': -4, '"x1"': -9 },
      quadratic: { '"x0" "x1"': 0.5, '"x0" "x2"': 0.5 },
      offset: 0,
    })
    expect(variables['"i0"']).toEqual(['INTEGER', 3, 15])
    expect(variables['"i1"']).toEqual(['INTEGER', 0, 10])
    expect(constraints['"c3"']).toMatchObject({
      linear: { '"x1"': 3 },
      quadratic: { '"x0" "x2"': 6 },
      rhs: -9,
    })
    expect(constraints['"c5"']).toMatchObject({ linear: { '"i0"': -34, '"i1"': 26 }, sense: '==', rhs: 2 })
  })

  test('OR-Library problems have minus their best known value at the stored solutions', () => {
    const text = textOf('qubo/bqp50.txt')
    const rows = textOf('qubo/bqp_best_solutions.tsv').trim().split('\n')
    for (const row of rows.filter((line) => line.startsWith('bqp50#'))) {
      const [name, value, bits] = row.split('\t')
      const bqm = readOrLibrary(text, Number(name!.slice(6)))
      expect(energyOf(bqm, Int8Array.from(bits!.trim(), Number))).toBe(-Number(value))
      expect(normalBqm(readOrLibrary(writeOrLibrary(bqm)))).toEqual(normalBqm(bqm))
    }
  })

  test('G1 is minus a cut: no cut at equal spins, and it is re-written equal', () => {
    const bqm = readGSet(textOf('qubo/G1.rud.gz'))
    expect([bqm.numVariables, bqm.numInteractions]).toEqual([800, 19_176])
    expect(energyOf(bqm, new Int8Array(800).fill(1))).toBe(0)
    const half = Int8Array.from({ length: 800 }, (_, v) => (v % 2 === 0 ? 1 : -1))
    const edges = textOf('qubo/G1.rud.gz').trim().split('\n').slice(1)
    const cut = edges.filter(
      (line) => (line.split(' ').map(Number)[0]! + line.split(' ').map(Number)[1]!) % 2 === 1,
    )
    expect(energyOf(bqm, half)).toBe(-cut.length)
    expect(readGSet(writeGSet(bqm))).toEqual(bqm)
  })
})
