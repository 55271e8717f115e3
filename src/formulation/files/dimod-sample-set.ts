/** dimod's JSON of sample sets (schema 3.2.0), samples packed one bit each or as plain numbers: read and write. */
import type { SampleSet } from '../../solve/sampler.ts'
import type { Label } from '../bqm.ts'
import { type JsonObject, jsonLabels, jsonObject, numbersOf, range } from './dimod-json.ts'
import { checkedCount, invalidFile } from './invalid-file.ts'

const FORMAT = 'dimod sample set'

/** A sample set with the labels of its variables; absent when they are 0 .. numVariables - 1. */
export interface LabelledSampleSet {
  readonly sampleSet: SampleSet
  readonly labels?: readonly Label[]
}

/** @throws QaasError `invalid-file` */
export function readDimodSampleSet(text: string): LabelledSampleSet {
  const document = jsonObject(text)
  const vartype = document.variable_type
  if (vartype !== 'BINARY' && vartype !== 'SPIN')
    throw invalidFile(FORMAT, `its variable_type is ${JSON.stringify(vartype)}`)
  const rows = checkedCount(document.num_rows, 'num_rows', { format: FORMAT })
  const numVariables = checkedCount(document.num_variables, 'num_variables', { format: FORMAT })
  const vectors = objectOf(document.vectors, 'vectors')
  const energies = Float64Array.from(arrayOf(vectors.energy, 'energy', rows))
  const occurrences =
    vectors.num_occurrences === undefined
      ? new Int32Array(energies.length).fill(1)
      : Int32Array.from(arrayOf(vectors.num_occurrences, 'num_occurrences', rows))
  const packed = document.sample_packed === true
  const width = packed ? Math.ceil(numVariables / 32) : numVariables
  const data = arrayOf(document.sample_data, 'sample_data', rows * width)
  const low = vartype === 'SPIN' ? -1 : 0
  const states = new Int8Array(rows * numVariables)
  for (let row = 0; row < rows; row++)
    for (let v = 0; v < numVariables; v++) {
      const value = packed ? (data[row * width + (v >>> 5)]! >>> (v & 31)) & 1 : data[row * width + v]!
      if (!packed && value !== 1 && value !== low)
        throw invalidFile(FORMAT, `a sample has the value ${value}`)
      states[row * numVariables + v] = value === 1 ? 1 : low
    }
  const labels = jsonLabels(document.variable_labels, numVariables)
  const info = objectOf(document.info ?? {}, 'info')
  const sampleSet = { vartype, numVariables, states, energies, numOccurrences: occurrences, info } as const
  return labels === undefined ? { sampleSet } : { sampleSet, labels }
}

export function writeDimodSampleSet({ sampleSet, labels }: LabelledSampleSet): string {
  const { vartype, numVariables, states, energies, numOccurrences, info } = sampleSet
  const rows = energies.length
  const words = Math.ceil(numVariables / 32)
  const packed = new Uint32Array(rows * words)
  for (let row = 0; row < rows; row++)
    for (let v = 0; v < numVariables; v++)
      if (states[row * numVariables + v]! > 0) packed[row * words + (v >>> 5)]! |= 1 << (v & 31)
  const array = (data: readonly unknown[], data_type: string, shape: readonly number[]) => ({
    type: 'array',
    data,
    data_type,
    shape,
    use_bytes: false,
  })
  const rowsOf = Array.from({ length: rows }, (_, row) => [
    ...packed.subarray(row * words, (row + 1) * words),
  ])
  return `${JSON.stringify({
    type: 'SampleSet',
    version: { sampleset_schema: '3.2.0' },
    num_variables: numVariables,
    num_rows: rows,
    sample_data: array(rowsOf, 'uint32', [rows, words]),
    sample_type: 'int8',
    sample_packed: true,
    vectors: {
      energy: array([...energies], 'float64', [rows]),
      num_occurrences: array([...numOccurrences], 'int32', [rows]),
    },
    variable_labels: labels ?? range(numVariables),
    variable_type: vartype,
    info,
  })}\n`
}

function objectOf(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw invalidFile(FORMAT, `its ${what} is no object`)
}

/** The numbers of a serialised array, rows one after the other. */
function arrayOf(value: unknown, what: string, length: number): readonly number[] {
  const { data, use_bytes: bytes } = objectOf(value, what)
  if (bytes === true) throw invalidFile(FORMAT, `its ${what} is raw bytes, which JSON cannot hold`)
  const numbers = numbersOf(Array.isArray(data) ? data.flat(2) : data, what)
  if (numbers.length !== length)
    throw invalidFile(FORMAT, `its ${what} has ${numbers.length} numbers, not ${length}`)
  return numbers
}
