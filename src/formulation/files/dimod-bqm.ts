/** dimod's BQM files, versions 1.0 (labels in the header) and 2.0 (labels in a section): read and write. */
import type { Bqm, Label, Vartype } from '../bqm.ts'
import { type BqmBuilder, createBqmBuilder } from '../bqm-builder.ts'
import { ByteReader, ByteWriter, type NumberType, sizeOf } from './byte-reader.ts'
import {
  headerBytes,
  labelsFromJson,
  numberType,
  parseJson,
  pythonJson,
  readHeader,
  readSection,
  sectionBytes,
} from './dimod-parts.ts'
import { cannotHold, checkedCount, invalidFile } from './invalid-file.ts'

const PREFIX = 'DIMODBQM'
const FORMAT = 'BQM file'

interface Layout {
  readonly numVariables: number
  readonly numInteractions: number
  readonly bias: NumberType
  readonly index: NumberType
  readonly start: NumberType
}

/** @throws QaasError `invalid-file` on anything that is not such a file, `invalid-model` on biases that are not finite */
export function readDimodBqm(bytes: Uint8Array): Bqm {
  const reader = new ByteReader(bytes, FORMAT)
  const { major, data } = readHeader(reader, PREFIX, FORMAT)
  if (major !== 1 && major !== 2) throw invalidFile(FORMAT, `its version is ${major}, 1 and 2 are known`)
  const { vartype } = data
  if (vartype !== 'BINARY' && vartype !== 'SPIN')
    throw invalidFile(FORMAT, `its vartype is ${JSON.stringify(vartype)}`)
  const layout = layoutOf(data, reader)
  const builder = createBqmBuilder(vartype, layout.numVariables)
  builder.addOffset(reader.number(layout.bias, 'the offset'))
  const stored = readBiases(reader, layout, builder)
  const labels = readLabels(reader, major, data.variables)
  const bqm = builder.build(labels?.every((label, v) => label === v) ? undefined : labels)
  // Both ends of a coupling are stored; where they differ something was changed.
  if (!sameValues(stored.neighbours, bqm.neighbours) || !sameValues(stored.biases, bqm.biases))
    throw invalidFile(FORMAT, 'the two ends of a coupling do not agree, or neighbours are not in order')
  return bqm
}

function layoutOf(data: Readonly<Record<string, unknown>>, reader: ByteReader): Layout {
  const shape = Array.isArray(data.shape) ? data.shape : []
  const layout: Layout = {
    numVariables: checkedCount(shape[0], 'the number of variables', { format: FORMAT, limit: 2 ** 31 - 1 }),
    numInteractions: checkedCount(shape[1], 'the number of interactions', { format: FORMAT }),
    bias: numberType(data.dtype, 'dtype', FORMAT),
    index: numberType(data.itype, 'itype', FORMAT),
    start: numberType(data.ntype, 'ntype', FORMAT),
  }
  const [bias, index, start] = [sizeOf(layout.bias), sizeOf(layout.index), sizeOf(layout.start)]
  const body = bias + layout.numVariables * (start + bias) + 2 * layout.numInteractions * (index + bias)
  reader.need(body, `a model of ${layout.numVariables} variables and ${layout.numInteractions} interactions`)
  return layout
}

/** Adds every coupling at its higher end, as dimod does, and returns both ends as stored. */
function readBiases(
  reader: ByteReader,
  layout: Layout,
  builder: BqmBuilder,
): { readonly neighbours: Int32Array; readonly biases: Float64Array } {
  const { numVariables, numInteractions } = layout
  const neighbours = new Int32Array(2 * numInteractions)
  const biases = new Float64Array(2 * numInteractions)
  const starts = new Float64Array(numVariables + 1).fill(2 * numInteractions)
  for (let v = 0; v < numVariables; v++) {
    starts[v] = reader.number(layout.start, 'a neighbourhood')
    builder.addLinear(v, reader.number(layout.bias, 'a linear bias'))
  }
  let halves = 0
  for (let v = 0; v < numVariables; v++) {
    const degree = starts[v + 1]! - starts[v]!
    if (degree < 0 || starts[v] !== halves)
      throw invalidFile(FORMAT, `the neighbourhood of variable ${v} is out of place`)
    for (let k = 0; k < degree; k++) {
      const u = reader.number(layout.index, 'a neighbour')
      const bias = reader.number(layout.bias, 'a quadratic bias')
      if (u < 0 || u >= numVariables || u === v)
        throw invalidFile(FORMAT, `variable ${v} has the neighbour ${u}`)
      neighbours[halves + k] = u
      biases[halves + k] = bias
      if (u < v) builder.addQuadratic(u, v, bias)
    }
    halves += degree
  }
  return { neighbours, biases }
}

function sameValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false
  return true
}

function readLabels(reader: ByteReader, major: number, variables: unknown): Label[] | undefined {
  if (major === 1)
    return Array.isArray(variables) && variables.length > 0 ? labelsFromJson(variables, FORMAT) : undefined
  if (variables !== true) return undefined
  return labelsFromJson(parseJson(readSection(reader, 'VARS', FORMAT), FORMAT), FORMAT)
}

/** `version` is 2 unless an old reader needs 1. @throws QaasError `unsupported` beyond 2^31 - 1 couplings' ends */
export function writeDimodBqm(bqm: Bqm, version: 1 | 2 = 2): Uint8Array<ArrayBuffer> {
  if (bqm.neighbours.length >= 2 ** 31)
    throw cannotHold('BQM', 'it has 2^30 couplings or more', 'Maybe write the CQM, which is far smaller.')
  const labels = bqm.labels ?? Array.from({ length: bqm.numVariables }, (_, v) => v)
  const header = {
    dtype: 'float64',
    itype: 'int32',
    ntype: 'int32',
    shape: [bqm.numVariables, bqm.numInteractions],
    type: 'BinaryQuadraticModel',
    variables: version === 1 ? labels : bqm.labels !== undefined,
    vartype: bqm.vartype satisfies Vartype,
  }
  const writer = new ByteWriter().bytes(headerBytes(PREFIX, [version, 0], header)).float64(bqm.offset)
  for (let v = 0; v < bqm.numVariables; v++) writer.int32(bqm.rowStart[v]!).float64(bqm.linear[v]!)
  for (let k = 0; k < bqm.neighbours.length; k++) writer.int32(bqm.neighbours[k]!).float64(bqm.biases[k]!)
  if (version === 2 && bqm.labels !== undefined)
    writer.bytes(sectionBytes('VARS', new ByteWriter().ascii(pythonJson(bqm.labels)).toBytes()))
  return writer.toBytes()
}
