/** Expressions inside dimod's CQM files: DIMODEXPR of version 2, whole BQM and QM files of versions 1.x. */
import type { Label } from '../bqm.ts'
import type { Coupling } from '../bqm-builder.ts'
import { VARIABLE_TYPES, type VariableType } from '../cqm.ts'
import { forEachCoupling } from '../energy.ts'
import type { Expression, Terms } from '../expression.ts'
import { ByteReader, ByteWriter, type NumberType, sizeOf } from './byte-reader.ts'
import { readDimodBqm } from './dimod-bqm.ts'
import {
  headerBytes,
  labelsFromJson,
  numberType,
  parseJson,
  readHeader,
  readQuadSection,
  readSection,
  sectionBytes,
} from './dimod-parts.ts'
import { checkedCount, invalidFile } from './invalid-file.ts'

const FORMAT = 'CQM file'

/** One variable as a VTYP section has it. */
export interface VariableInfo {
  readonly type: VariableType
  readonly lower: number
  readonly upper: number
}

/** An expression of version 2: its terms name variables of the model. */
export function readExpression(bytes: Uint8Array, numModelVariables: number): Terms {
  const reader = new ByteReader(bytes, FORMAT)
  const { data } = readHeader(reader, 'DIMODEXPR', FORMAT)
  const { numVariables, numInteractions, bias, index } = shapeOf(data)
  const indices = numbers(readSection(reader, 'INDX', FORMAT), numVariables, index, 'INDX')
  for (const v of indices)
    if (!(v >= 0 && v < numModelVariables)) throw invalidFile(FORMAT, `an expression has the variable ${v}`)
  const offset = numbers(readSection(reader, 'OFFS', FORMAT), 1, bias, 'OFFS')[0]!
  const linear = numbers(readSection(reader, 'LINB', FORMAT), numVariables, bias, 'LINB')
  const products = new ByteReader(readQuadSection(reader, FORMAT), FORMAT)
  products.need(numInteractions * (2 * sizeOf(index) + sizeOf(bias)), 'QUAD')
  const quadratic: Coupling[] = []
  for (let k = 0; k < numInteractions; k++) {
    const [u, v] = [products.number(index, 'QUAD'), products.number(index, 'QUAD')]
    if (!(u >= 0 && u < numVariables && v >= 0 && v < numVariables))
      throw invalidFile(FORMAT, `a product has the variables ${u} and ${v} of ${numVariables}`)
    quadratic.push([indices[u]!, indices[v]!, products.number(bias, 'QUAD')])
  }
  return { linear: Array.from(indices, (v, k) => [v, linear[k]!] as const), quadratic, offset }
}

/** A model of version 1.x with its own variables. */
export interface LabelledModel {
  readonly labels: readonly Label[]
  readonly variables: readonly VariableInfo[]
  /** Over positions in `labels`. */
  readonly terms: Required<Terms>
}

export function readLabelledModel(bytes: Uint8Array): LabelledModel {
  const reader = new ByteReader(bytes, FORMAT)
  return reader.accept('DIMODBQM') ? labelledBqm(bytes) : labelledQm(new ByteReader(bytes, FORMAT))
}

function labelledBqm(bytes: Uint8Array): LabelledModel {
  const bqm = readDimodBqm(bytes)
  const spin = bqm.vartype === 'SPIN'
  const quadratic: Coupling[] = []
  forEachCoupling(bqm, (u, v, bias) => quadratic.push([u, v, bias]))
  return {
    labels: bqm.labels ?? Array.from(bqm.linear, (_, v) => v),
    variables: Array.from(bqm.linear, () => ({ type: bqm.vartype, lower: spin ? -1 : 0, upper: 1 })),
    terms: { linear: Array.from(bqm.linear, (bias, v) => [v, bias] as const), quadratic, offset: bqm.offset },
  }
}

function labelledQm(reader: ByteReader): LabelledModel {
  const { data } = readHeader(reader, 'DIMODQM', FORMAT)
  const { numVariables, bias, index } = shapeOf(data)
  const variables = readVariables(readSection(reader, 'VTYP', FORMAT), numVariables)
  const offset = numbers(readSection(reader, 'OFFS', FORMAT), 1, bias, 'OFFS')[0]!
  const linear = numbers(readSection(reader, 'LINB', FORMAT), numVariables, bias, 'LINB')
  const quadratic: Coupling[] = []
  for (let v = 0; v < numVariables; v++) {
    const row = new ByteReader(readSection(reader, 'NEIG', FORMAT), FORMAT)
    const degree = checkedCount(row.number('int64', 'NEIG'), 'a degree', { format: FORMAT, limit: v + 1 })
    for (let k = 0; k < degree; k++) {
      const u = row.number(index, 'NEIG')
      if (!(u >= 0 && u <= v)) throw invalidFile(FORMAT, `variable ${v} has the lower neighbour ${u}`)
      quadratic.push([u, v, row.number(bias, 'NEIG')])
    }
  }
  const labels =
    data.variables === true
      ? labelsFromJson(parseJson(readSection(reader, 'VARS', FORMAT), FORMAT), FORMAT)
      : Array.from(linear, (_, v) => v)
  if (labels.length !== numVariables)
    throw invalidFile(FORMAT, `${labels.length} labels for ${numVariables} variables`)
  return {
    labels,
    variables,
    terms: { linear: Array.from(linear, (value, v) => [v, value] as const), quadratic, offset },
  }
}

/** The content of a VTYP section: type, lower and upper bound of each variable, 17 bytes each. */
export function readVariables(data: Uint8Array, count: number): VariableInfo[] {
  const reader = new ByteReader(data, FORMAT)
  reader.need(17 * count, 'VTYP')
  return Array.from({ length: count }, (_, v) => {
    const code = reader.number('uint8', 'VTYP')
    const type = VARIABLE_TYPES[code]
    if (type === undefined) throw invalidFile(FORMAT, `variable ${v} has the type ${code}`)
    return { type, lower: reader.number('float64', 'VTYP'), upper: reader.number('float64', 'VTYP') }
  })
}

function shapeOf(data: Readonly<Record<string, unknown>>): {
  numVariables: number
  numInteractions: number
  bias: NumberType
  index: NumberType
} {
  const shape = Array.isArray(data.shape) ? data.shape : []
  return {
    numVariables: checkedCount(shape[0], 'the number of variables', { format: FORMAT, limit: 2 ** 31 - 1 }),
    numInteractions: checkedCount(shape[1], 'the number of interactions', { format: FORMAT }),
    bias: numberType(data.dtype, 'dtype', FORMAT),
    index: numberType(data.itype, 'itype', FORMAT),
  }
}

function numbers(data: Uint8Array, count: number, type: NumberType, what: string): Float64Array {
  const reader = new ByteReader(data, FORMAT)
  reader.need(count * sizeOf(type), what)
  return Float64Array.from({ length: count }, () => reader.number(type, what))
}

/** The bytes of an expression; `type` is ObjectiveView or ConstraintView, as dimod names them. */
export function expressionBytes(expression: Expression, type: string): Uint8Array<ArrayBuffer> {
  const { variables, linear, tails, heads, quadratic, offset } = expression
  const positionOf = new Map(Array.from(variables, (v, k) => [v, k]))
  // dimod appends rows of the lower triangle: by rising higher end, then lower end.
  const order = Array.from(quadratic, (_, k) => k).sort(
    (a, b) => heads[a]! - heads[b]! || tails[a]! - tails[b]!,
  )
  const writer = new ByteWriter().bytes(
    headerBytes('DIMODEXPR', [2, 0], {
      dtype: 'float64',
      itype: 'int32',
      shape: [variables.length, quadratic.length],
      type,
    }),
  )
  const section = (magic: string, fill: (data: ByteWriter) => void, lengthBytes: 4 | 8 = 4): void => {
    const data = new ByteWriter()
    fill(data)
    writer.bytes(sectionBytes(magic, data.toBytes(), lengthBytes))
  }
  section('INDX', (data) => {
    for (const v of variables) data.int32(v)
  })
  section('OFFS', (data) => data.float64(offset))
  section('LINB', (data) => {
    for (const bias of linear) data.float64(bias)
  })
  const fillProducts = (data: ByteWriter): void => {
    for (const k of order)
      data.int32(positionOf.get(heads[k]!)!).int32(positionOf.get(tails[k]!)!).float64(quadratic[k]!)
  }
  section('QUAD', fillProducts, 8)
  return writer.toBytes()
}
