import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bqmArbitrary } from '../../../test/models.ts'
import { normalBqm, normalCqm } from '../../../test/normal-form.ts'
import type { Bqm } from '../bqm.ts'
import { createBqm } from '../bqm-builder.ts'
import { type CqmBuilder, createCqmBuilder } from '../cqm.ts'
import { toBinary } from '../vartype.ts'
import {
  bqmAsCqm,
  MODEL_FORMATS,
  type Model,
  type ModelFormatName,
  modelFormatOf,
  readModel,
  writeModel,
} from './formats.ts'
import { readLp } from './lp-read.ts'
import { plainDecimal } from './plain-decimal.ts'

function reread(format: ModelFormatName, model: Model): Model {
  const written = writeModel(format, model)
  const bytes = typeof written === 'string' ? new Uint8Array() : written
  return readModel(format, bytes, { text: () => String(written) })
}

/** The model a format can hold that is nearest to `bqm`. */
const REDUCED: Partial<Record<ModelFormatName, (bqm: Bqm) => Bqm>> = {
  coo: (bqm) => ({ ...bqm, offset: 0 }),
  qbsolv: (bqm) => ({ ...toBinary(bqm), offset: 0 }),
  bqp: (bqm) => ({ ...toBinary(bqm), offset: 0 }),
  'g-set': ({ numVariables, ...bqm }) => {
    const spins = { ...bqm, numVariables, vartype: 'SPIN', linear: new Float64Array(numVariables) } as const
    return { ...spins, offset: -spins.biases.reduce((sum, bias) => sum + bias / 2, 0) }
  },
}

for (const name of [
  'bqm',
  'bqm-1',
  'dimod-json',
  'coo',
  'qbsolv',
  'bqp',
  'g-set',
  'cqm',
  'cqm-packed',
] as const)
  test(`${name}: what is written is read back`, () => {
    fc.assert(
      fc.property(bqmArbitrary(6), ({ bqm: drawn }) => {
        const bqm = REDUCED[name]?.(drawn) ?? drawn
        const back = reread(name, { kind: 'bqm', bqm })
        if (back.kind === 'bqm') expect(normalBqm(back.bqm)).toEqual(normalBqm(bqm))
        else expect(normalCqm(back.cqm)).toEqual(normalCqm(bqmAsCqm(bqm)))
      }),
    )
  })

test('a BQM goes through a CQM file and back into a BQM', () => {
  const bqm = createBqm({
    vartype: 'SPIN',
    linear: [1, 0],
    quadratic: [[0, 1, 2]],
    offset: 3,
    labels: ['a', 'b'],
  })
  const cqm = reread('cqm', { kind: 'bqm', bqm })
  const back = reread('bqm', cqm)
  expect(back.kind === 'bqm' && normalBqm(back.bqm)).toEqual(normalBqm(bqm))
})

test('extensions name formats, also behind .gz', () => {
  expect(modelFormatOf('a/b.cqm')).toBe('cqm')
  expect(modelFormatOf('a.BQM')).toBe('bqm')
  expect(modelFormatOf('a.bqm.json')).toBe('dimod-json')
  expect(modelFormatOf('G1.rud.gz')).toBe('g-set')
  expect(modelFormatOf('fleet.yaml')).toBeUndefined()
  const extensions = Object.values(MODEL_FORMATS).flatMap((format) => format.extensions)
  expect(new Set(extensions).size).toBe(extensions.length)
})

/** A model with everything changed that a test asks for. */
function cqmWith(change: (builder: CqmBuilder) => void, label: string | number = 'x'): Model {
  const builder = createCqmBuilder()
  builder.addVariable({ type: 'BINARY', label })
  change(builder)
  return { kind: 'cqm', cqm: builder.build() }
}

const row = { terms: { linear: [[0, 1]] }, sense: '<=', rhs: 1 } as const
const soft = { weight: 1, penalty: 'linear' } as const
const plain = createBqm({ vartype: 'BINARY', linear: [1, 2], quadratic: [[0, 1, 1]] })

const REFUSALS: readonly (readonly [ModelFormatName, string, Model])[] = [
  ['coo', 'has the offset', { kind: 'bqm', bqm: { ...plain, offset: 1 } }],
  ['coo', 'is no whole number', { kind: 'bqm', bqm: { ...plain, labels: ['a', 'b'] } }],
  ['qbsolv', 'are spins', { kind: 'bqm', bqm: { ...plain, vartype: 'SPIN' } }],
  ['qbsolv', 'has the offset', { kind: 'bqm', bqm: { ...plain, offset: 1 } }],
  ['bqp', 'have labels', { kind: 'bqm', bqm: { ...plain, labels: ['a', 'b'] } }],
  ['g-set', 'are no spins', { kind: 'bqm', bqm: plain }],
  ['g-set', 'linear biases', { kind: 'bqm', bqm: { ...plain, vartype: 'SPIN' } }],
  ['bqm', '1 constraint', cqmWith((builder) => builder.addConstraint(row))],
  ['bqm', 'integer or real', cqmWith((builder) => builder.addVariable({ type: 'REAL', label: 'r' }))],
  ['bqm', 'both binaries and spins', cqmWith((builder) => builder.addVariable({ type: 'SPIN', label: 's' }))],
  ['cqm', 'has a "/"', cqmWith((builder) => builder.addConstraint({ ...row, label: 'a/b' }))],
  ['lp', 'is a spin', cqmWith((builder) => builder.addVariable({ type: 'SPIN', label: 's' }))],
  ['lp', 'is soft', cqmWith((builder) => builder.addConstraint({ ...row, soft }))],
  ['lp', 'is no text', cqmWith(() => {}, 7)],
  ['lp', 'cannot have', cqmWith(() => {}, 'a-b')],
  ['lp', 'cannot have', cqmWith(() => {}, 'a;b')],
  ['lp', 'like a number', cqmWith(() => {}, 'e4')],
  ['lp', 'keyword', cqmWith(() => {}, 'Bin')],
  ['lp', 'keyword', cqmWith((builder) => builder.addConstraint({ ...row, label: 'st' }))],
  ['mps', 'is a spin', cqmWith((builder) => builder.addVariable({ type: 'SPIN', label: 's' }))],
  ['mps', 'is soft', cqmWith((builder) => builder.addConstraint({ ...row, soft }))],
  ['mps', 'no word', cqmWith(() => {}, 'a b')],
  ['mps', 'objective', cqmWith((builder) => builder.addConstraint({ ...row, label: 'obj' }))],
]

for (const [format, reason, model] of REFUSALS)
  test(`${format} refuses a model it cannot hold: ${reason}`, () => {
    expect(() => writeModel(format, model)).toThrow(expect.objectContaining({ code: 'unsupported' }))
    expect(() => writeModel(format, model)).toThrow(reason)
  })

test('MPS is written only', () => {
  expect(() => readModel('mps', new Uint8Array(), { text: () => '' })).toThrow(
    expect.objectContaining({ code: 'unsupported' }),
  )
})

test('LP files in the readers’ dialect mean what they mean there', () => {
  const { objective, variables, constraints } = normalCqm(
    readLp(`\\ a comment
MAXIMIZE
 profit: 2 x + - 3 y + 4 - 1e1 z + [ 2 x ^ 2 - 4 x * y ] / 2 /* half
 of it */
such that
 first: x + y + 1 <= 5; -x => -2
bounds
 -inf <= y <= 4.5
 z free
 x >= 1
 w = 3
generals
 x
end`),
  )
  expect(objective).toEqual({
    linear: { '"x"': -2, '"y"': 3, '"z"': 10 },
    quadratic: { '"x" "x"': -1, '"x" "y"': 2 },
    offset: -4,
  })
  expect(variables).toEqual({
    '"x"': ['INTEGER', 1, 9007199254740000],
    '"y"': ['REAL', -1e30, 4.5],
    '"z"': ['REAL', -1e30, 1e30],
    '"w"': ['REAL', 3, 3],
  })
  expect(constraints['"first"']).toMatchObject({ sense: '<=', rhs: 4 })
  expect(constraints['"c0"']).toMatchObject({ linear: { '"x"': -1 }, sense: '>=', rhs: -2 })
})

for (const [what, text] of [
  ['a bracket without / 2 in the objective', 'Minimize [ x ^ 2 ]\nEnd'],
  ['a cube', 'Minimize [ x ^ 3 ] / 2\nEnd'],
  ['a minus in front of a bracket', 'Minimize x - [ x ^ 2 ] / 2\nEnd'],
  ['a variable on the right-hand side', 'Subject To\n x <= y\nEnd'],
  ['a range', 'Subject To\n 1 <= x <= 2\nEnd'],
  ['a section that comes twice', 'Binary\n x\nGeneral\n y\nBinary\n z\nEnd'],
  ['words before any section', 'x + y'],
] as const)
  test(`LP files with ${what} are refused with the line`, () => {
    expect(() => readLp(text)).toThrow(expect.objectContaining({ code: 'invalid-file' }))
  })

test('LP files with semi-continuous variables or ordered sets are refused as such', () => {
  for (const section of ['Semi-Continuous', 'SOS1'])
    expect(() => readLp(`Minimize\n x\n${section}\n x\nEnd`)).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
})

test('numbers without exponents read back as themselves', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = plainDecimal(value)
      expect(text).toMatch(/^-?\d+(\.\d+)?$/)
      expect(Number(text)).toBe(value === 0 ? Number(text) : value)
    }),
  )
})
