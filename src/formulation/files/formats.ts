/** The model formats as a table: which extension means which, what they hold, how they are read and written. */
import { QaasError } from '../../errors.ts'
import type { Bqm, Vartype } from '../bqm.ts'
import { createBqm } from '../bqm-builder.ts'
import { type Cqm, createCqmBuilder, variableType } from '../cqm.ts'
import { forEachCoupling } from '../energy.ts'
import { readCoo, writeCoo } from './coo.ts'
import { readDimodBqm, writeDimodBqm } from './dimod-bqm.ts'
import { readDimodCqm, writeDimodCqm } from './dimod-cqm.ts'
import { readDimodJson, writeDimodJson } from './dimod-json.ts'
import { readGSet, writeGSet } from './g-set.ts'
import { readLp } from './lp-read.ts'
import { writeLp } from './lp-write.ts'
import { writeMps } from './mps-write.ts'
import { readOrLibrary, writeOrLibrary } from './or-library.ts'
import { readQbsolv, writeQbsolv } from './qbsolv.ts'

export type Model = { readonly kind: 'bqm'; readonly bqm: Bqm } | { readonly kind: 'cqm'; readonly cqm: Cqm }

export interface ReadOptions {
  /** For COO files that do not say it. */
  readonly vartype?: Vartype
  /** Which problem of an OR-Library file, from 1. Default 1. */
  readonly problem?: number
}

interface Format<Kind extends 'bqm' | 'cqm', Content> {
  readonly kind: Kind
  readonly extensions: readonly string[]
  readonly summary: string
  readonly content: Content extends string ? 'text' : 'bytes'
  readonly read?: (content: Content, options: ReadOptions) => Kind extends 'bqm' ? Bqm : Cqm
  readonly write?: (model: Kind extends 'bqm' ? Bqm : Cqm) => Content
}

export type ModelFormat =
  | Format<'bqm', string>
  | Format<'bqm', Uint8Array>
  | Format<'cqm', string>
  | Format<'cqm', Uint8Array>

export type ModelFormatName =
  | 'bqm'
  | 'bqm-1'
  | 'dimod-json'
  | 'coo'
  | 'qbsolv'
  | 'bqp'
  | 'g-set'
  | 'cqm'
  | 'cqm-packed'
  | 'lp'
  | 'mps'

export const MODEL_FORMATS: Readonly<Record<ModelFormatName, ModelFormat>> = {
  bqm: {
    kind: 'bqm',
    extensions: ['bqm'],
    summary: 'dimod BQM 1.0 and 2.0, written as 2.0',
    content: 'bytes',
    read: readDimodBqm,
    write: (bqm: Bqm) => writeDimodBqm(bqm),
  },
  'bqm-1': {
    kind: 'bqm',
    extensions: [],
    summary: 'dimod BQM 1.0, for old readers',
    content: 'bytes',
    read: readDimodBqm,
    write: (bqm: Bqm) => writeDimodBqm(bqm, 1),
  },
  'dimod-json': {
    kind: 'bqm',
    extensions: ['bqm.json'],
    summary: 'dimod JSON of a BQM',
    content: 'text',
    read: readDimodJson,
    write: writeDimodJson,
  },
  coo: {
    kind: 'bqm',
    extensions: ['coo'],
    summary: 'COO triples "u v bias"',
    content: 'text',
    read: (text: string, { vartype }: ReadOptions) => readCoo(text, vartype),
    write: writeCoo,
  },
  qbsolv: {
    kind: 'bqm',
    extensions: ['qubo'],
    summary: 'qbsolv QUBO, minimised',
    content: 'text',
    read: readQbsolvOrCoo,
    write: writeQbsolv,
  },
  bqp: {
    kind: 'bqm',
    extensions: ['bqp'],
    summary: 'OR-Library binary quadratic problems, maximised',
    content: 'text',
    read: (text: string, { problem }: ReadOptions) => readOrLibrary(text, problem),
    write: writeOrLibrary,
  },
  'g-set': {
    kind: 'bqm',
    extensions: ['rud', 'gset', 'mc'],
    summary: 'Max-Cut graph, as an Ising model of minus the cut',
    content: 'text',
    read: (text: string) => readGSet(text),
    write: writeGSet,
  },
  cqm: {
    kind: 'cqm',
    extensions: ['cqm'],
    summary: 'dimod CQM 1.0 to 2.0, written as 2.0',
    content: 'bytes',
    read: readDimodCqm,
    write: (cqm: Cqm) => writeDimodCqm(cqm),
  },
  'cqm-packed': {
    kind: 'cqm',
    extensions: [],
    summary: 'dimod CQM 2.0 with deflated entries',
    content: 'bytes',
    read: readDimodCqm,
    write: (cqm: Cqm) => writeDimodCqm(cqm, { compress: true }),
  },
  lp: {
    kind: 'cqm',
    extensions: ['lp'],
    summary: 'LP in the dialect of HiGHS and dimod',
    content: 'text',
    read: readLp,
    write: writeLp,
  },
  mps: {
    kind: 'cqm',
    extensions: ['mps'],
    summary: 'free MPS, written only',
    content: 'text',
    write: writeMps,
  },
}

/** A `.qubo` that starts with neither comment nor problem line is what dimod's COO reader takes. */
function readQbsolvOrCoo(text: string): Bqm {
  return /^\s*[cp]\b/.test(text) ? readQbsolv(text) : readCoo(text)
}

/** The format a path's extension means, also behind `.gz`; undefined for extensions that are none of these. */
export function modelFormatOf(path: string): ModelFormatName | undefined {
  const name = path.toLowerCase().replace(/\.gz$/, '')
  const names = Object.keys(MODEL_FORMATS) as ModelFormatName[]
  return names.find((format) =>
    MODEL_FORMATS[format].extensions.some((extension) => name.endsWith(`.${extension}`)),
  )
}

/** The model of `bytes`. @throws QaasError `unsupported` for formats that are only written, `invalid-file` and more */
export function readModel(
  name: ModelFormatName,
  bytes: Uint8Array,
  options: ReadOptions & { readonly text: () => string },
): Model {
  const format = MODEL_FORMATS[name]
  if (format.read === undefined)
    throw new QaasError('unsupported', `the format ${name} can be written, not read`, {
      advice: 'Maybe convert the file to LP with the program that made it.',
    })
  if (format.kind === 'bqm')
    return {
      kind: 'bqm',
      bqm: format.content === 'text' ? format.read(options.text(), options) : format.read(bytes, options),
    }
  return {
    kind: 'cqm',
    cqm: format.content === 'text' ? format.read(options.text(), options) : format.read(bytes, options),
  }
}

/**
 * The file content of a model. A BQM goes into CQM formats as its objective; a CQM goes into BQM formats only when it
 * is one: no constraints, all binary or all spin. @throws QaasError `unsupported` with the reason
 */
export function writeModel(name: ModelFormatName, model: Model): string | Uint8Array {
  const format = MODEL_FORMATS[name]
  if (format.write === undefined)
    throw new QaasError('unsupported', `the format ${name} can be read, not written`)
  if (format.kind === 'bqm') return format.write(model.kind === 'bqm' ? model.bqm : cqmAsBqm(model.cqm, name))
  return format.write(model.kind === 'cqm' ? model.cqm : bqmAsCqm(model.bqm))
}

/** The CQM whose objective is the BQM, without constraints. */
export function bqmAsCqm(bqm: Bqm): Cqm {
  const builder = createCqmBuilder()
  for (let v = 0; v < bqm.numVariables; v++)
    builder.addVariable(
      bqm.labels === undefined ? { type: bqm.vartype } : { type: bqm.vartype, label: bqm.labels[v]! },
    )
  const quadratic: [number, number, number][] = []
  forEachCoupling(bqm, (u, v, bias) => quadratic.push([u, v, bias]))
  builder.setObjective({
    linear: Array.from(bqm.linear, (bias, v) => [v, bias] as const),
    quadratic,
    offset: bqm.offset,
  })
  return builder.build()
}

function cqmAsBqm(cqm: Cqm, name: string): Bqm {
  const refuse = (reason: string) =>
    new QaasError('unsupported', `a ${name} file cannot hold this model: ${reason}`, {
      advice: 'Maybe turn constraints into penalties with --penalty, or write a .cqm file.',
    })
  const types = new Set(Array.from(cqm.variables.types, (_, v) => variableType(cqm, v)))
  if (cqm.constraints.length > 0)
    throw refuse(`it has ${cqm.constraints.length} constraint${cqm.constraints.length === 1 ? '' : 's'}`)
  if (types.has('INTEGER') || types.has('REAL')) throw refuse('it has integer or real variables')
  if (types.size > 1) throw refuse('it has both binaries and spins')
  const { count, labels } = cqm.variables
  const { variables, linear, tails, heads, quadratic, offset } = cqm.objective
  const biases = new Float64Array(count)
  variables.forEach((v, k) => {
    biases[v] = linear[k]!
  })
  return createBqm({
    vartype: types.has('SPIN') ? 'SPIN' : 'BINARY',
    linear: biases,
    quadratic: Array.from(quadratic, (bias, k) => [tails[k]!, heads[k]!, bias] as const),
    offset,
    ...(labels === undefined ? {} : { labels }),
  })
}
