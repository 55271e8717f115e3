import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { normalBqm, normalCqm } from '../../../test/normal-form.ts'
import { hasPythonModule, runPython } from '../../../test/python.ts'
import { createBqm } from '../bqm-builder.ts'
import { cqmToBqm } from '../bridges/cqm-to-bqm.ts'
import { instanceToCqm } from '../bridges/instance-to-cqm.ts'
import { type Cqm, createCqmBuilder } from '../cqm.ts'
import { expand } from '../implicit-energy.ts'
import { toSpin } from '../vartype.ts'
import { writeCoo } from './coo.ts'
import { writeDimodBqm } from './dimod-bqm.ts'
import { readDimodCqm, writeDimodCqm } from './dimod-cqm.ts'
import { writeDimodJson } from './dimod-json.ts'
import { readDimodSampleSet, writeDimodSampleSet } from './dimod-sample-set.ts'
import { readLp } from './lp-read.ts'
import { writeLp } from './lp-write.ts'

const SCRIPT = fileURLToPath(new URL('../../../test/dimod-dump.py', import.meta.url))
const INTEROP = fileURLToPath(new URL('../../../../shared/instances/interop/', import.meta.url))
const installed = hasPythonModule('dimod')

const folder = mkdtempSync(join(tmpdir(), 'qaas-dimod-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function saved(content: string | Uint8Array): string {
  const path = join(folder, `model-${files++}`)
  writeFileSync(path, content)
  return path
}

/** What dimod reads from files of these kinds; one process for all of them. */
function dimodReads(requests: readonly (readonly [kind: string, path: string])[]): unknown[] {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('')
  return runPython([SCRIPT], input)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

/** Every type, labels of every kind, products in rows, soft rows of both shapes. */
function everything(): Cqm {
  const builder = createCqmBuilder()
  const x = builder.addVariable({ type: 'BINARY', label: 'x' })
  const y = builder.addVariable({ type: 'BINARY', label: ['y', 1, ['é', '/']] })
  const i = builder.addVariable({ type: 'INTEGER', label: 7, lower: -3, upper: 9 })
  const r = builder.addVariable({ type: 'REAL', label: 'r"\\', lower: 0.5, upper: 2.25 })
  const s = builder.addVariable({ type: 'SPIN', label: 's' })
  const linear = [
    [x, 0.1],
    [r, -2],
  ] as const
  builder.setObjective({
    linear,
    quadratic: [
      [x, y, 1.5],
      [i, i, 0.25],
      [s, i, -1],
      [r, i, 3],
    ],
    offset: -0.75,
  })
  builder.addConstraint({ terms: { linear, quadratic: [[r, r, 1]] }, sense: '<=', rhs: 3, label: ['row', 1] })
  const soft = (penalty: 'linear' | 'quadratic') => ({ weight: 2.5, penalty })
  builder.addConstraint({ terms: { linear, offset: 2 }, sense: '>=', rhs: 0, soft: soft('linear') })
  builder.addConstraint({ terms: { linear: [[s, 1]] }, sense: '==', rhs: 1, soft: soft('quadratic') })
  const both = [x, y].map((v) => [v, 1] as const)
  builder.addConstraint({ terms: { linear: both }, sense: '==', rhs: 1, label: 'one "ü"', discrete: true })
  return builder.build()
}

describe.skipIf(!installed)('dimod itself (skipped where QAAS_PYTHON or python3 has no dimod)', () => {
  test('reads our CQM files, packed or not, as the models they were', () => {
    const models = [everything(), ...[1, 2, 3, 4].map((seed) => instanceToCqm(randomInstance(seed)).cqm)]
    const requests = models.flatMap((cqm) =>
      [false, true].map((compress) => ['cqm', saved(writeDimodCqm(cqm, { compress }))] as const),
    )
    dimodReads(requests).forEach((found, k) => {
      expect(found).toEqual(normalCqm(models[k >> 1]!))
    })
  })

  test('reads our BQM, JSON and COO files as the models they were', () => {
    const quadratic = [
      [0, 2, -1.25],
      [1, 2, 1e-7],
      [0, 3, 0.1],
    ] as const
    const bqm = createBqm({ vartype: 'BINARY', linear: [1, 0, 1 / 3, 0, 0], quadratic, offset: 2 })
    const named = { ...bqm, labels: ['a', ['b', 1], 2, 'd', 'é'] }
    const models = [bqm, toSpin(bqm), named]
    const requests = models.flatMap((model) => [
      ['bqm', saved(writeDimodBqm(model, 1))] as const,
      ['bqm', saved(writeDimodBqm(model, 2))] as const,
      ['json', saved(writeDimodJson(model))] as const,
    ])
    dimodReads(requests).forEach((found, k) => {
      expect(found).toEqual(normalBqm(models[Math.floor(k / 3)]!))
    })
    const plain = { ...bqm, offset: 0 }
    expect(dimodReads([['coo', saved(writeCoo(plain))]])).toEqual([normalBqm(plain)])
  })

  test('reads our LP files as the models they were', () => {
    const models = [1, 2, 3, 4].map((seed) => instanceToCqm(randomInstance(seed), { labels: 'indices' }).cqm)
    const builder = createCqmBuilder()
    const i = builder.addVariable({ type: 'INTEGER', label: 'i', lower: -4, upper: 4 })
    const r = builder.addVariable({ type: 'REAL', label: 'r' })
    builder.setObjective({
      linear: [[r, 1e-7]],
      quadratic: [
        [i, r, 3],
        [i, i, -0.5],
      ],
      offset: 3.5,
    })
    builder.addConstraint({
      terms: { linear: [[i, 1]], quadratic: [[i, r, 2]], offset: 1 },
      sense: '>=',
      rhs: 0,
    })
    models.push(builder.build())
    const found = dimodReads(models.map((cqm) => ['lp', saved(writeLp(cqm))] as const))
    found.forEach((model, k) => {
      const { constraints, ...expected } = normalCqm(models[k]!)
      // LP files do not mark rows as discrete.
      const unmarked = Object.entries(constraints).map(([name, row]) => [name, { ...row, discrete: false }])
      expect(model).toEqual({ ...expected, constraints: Object.fromEntries(unmarked) })
    })
  })

  test.skipIf(!existsSync(INTEROP))('reads the fixtures as we do', () => {
    const names = readdirSync(INTEROP).filter((name) => name.endsWith('.lp'))
    const found = dimodReads(names.map((name) => ['lp', join(INTEROP, name)] as const)) as {
      constraints: object
    }[]
    names.forEach((name, k) => {
      const { constraints, ...expected } = normalCqm(readLp(readFileSync(join(INTEROP, name), 'utf8')))
      expect({ ...found[k]!, constraints: {} }).toEqual({ ...expected, constraints: {} })
      // dimod gives rows without a name a random one.
      expect(Object.values(found[k]!.constraints)).toEqual(expect.arrayContaining(Object.values(constraints)))
      expect(Object.keys(found[k]!.constraints).length).toBe(Object.keys(constraints).length)
    })
  })

  test('reads our sample sets, and we read those it writes', () => {
    const numVariables = 35
    const states = Int8Array.from({ length: 2 * numVariables }, (_, k) => (k % 3 === 0 || k === 64 ? 1 : -1))
    const sampleSet = {
      vartype: 'SPIN',
      numVariables,
      states,
      energies: Float64Array.of(-1.5, 2),
      numOccurrences: Int32Array.of(3, 1),
      info: {},
    } as const
    const labels = Array.from({ length: numVariables }, (_, v) => `v${10 + v}`)
    const [found] = dimodReads([['sampleset', saved(writeDimodSampleSet({ sampleSet, labels }))]])
    const { again, ...read } = found as { again: string }
    expect(read).toEqual({
      labels,
      samples: [[...states.subarray(0, numVariables)], [...states.subarray(numVariables)]],
      energies: [-1.5, 2],
      occurrences: [3, 1],
      vartype: 'SPIN',
    })
    expect(readDimodSampleSet(again)).toEqual({ sampleSet, labels })
  })

  test('turns CQMs into the BQM that our exact bridge does', () => {
    const builder = createCqmBuilder()
    const s = builder.addVariable({ type: 'SPIN', label: 's' })
    const i = builder.addVariable({ type: 'INTEGER', label: 'i', upper: 6 })
    const x = builder.addVariable({ type: 'BINARY', label: 'x' })
    builder.setObjective({
      linear: [[i, -1]],
      quadratic: [
        [s, i, 2],
        [i, i, 0.5],
        [s, x, 1],
      ],
      offset: 1,
    })
    builder.addConstraint({
      terms: {
        linear: [
          [i, 2],
          [s, 1],
          [x, -1],
        ],
      },
      sense: '<=',
      rhs: 7,
    })
    builder.addConstraint({
      terms: {
        linear: [
          [i, 1],
          [x, 1.5],
        ],
        offset: 0.5,
      },
      sense: '>=',
      rhs: 2.25,
    })
    builder.addConstraint({
      terms: {
        linear: [
          [s, 1],
          [x, 1],
        ],
      },
      sense: '==',
      rhs: 0,
    })
    const models = [builder.build()]
    for (const seed of [1, 4, 6, 9]) models.push(instanceToCqm(randomInstance(seed)).cqm)
    const read = models.map((cqm) => readDimodCqm(writeDimodCqm(cqm)))
    const found = dimodReads(models.map((cqm) => ['cqm-to-bqm', saved(writeDimodCqm(cqm))] as const))
    found.forEach((theirs, k) => {
      const ours = expand(cqmToBqm(read[k]!).bqm)
      const normal = normalBqm(ours)
      const isSlack = (name: string) => name.startsWith('"slack_')
      const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)
      const expected = theirs as { sums: number[]; linear: Record<string, number> }
      expect({ ...expected, sums: [] }).toEqual({
        numVariables: ours.numVariables,
        numInteractions: ours.numInteractions,
        offset: normal.offset,
        linear: expect.anything(),
        sums: [],
      })
      const named = Object.entries(normal.linear).filter(([name]) => !isSlack(name))
      expect(Object.keys(expected.linear).sort()).toEqual(named.map(([name]) => name))
      for (const [name, bias] of named) expect(expected.linear[name]! / bias).toBeCloseTo(1, 9)
      // dimod-dump.py keeps twelve digits.
      expect(expected.sums[0]! / sum(ours.linear)).toBeCloseTo(1, 9)
      expect((2 * expected.sums[1]!) / sum(ours.biases)).toBeCloseTo(1, 9)
    })
  })
})
