/** dimod's JSON of BQMs (`to_serializable`, schema 3.0.0) and sample sets (schema 3.2.0): read and write. */
import type { Bqm, Label } from '../bqm.ts'
import { createBqmBuilder } from '../bqm-builder.ts'
import { forEachCoupling } from '../energy.ts'
import { labelsFromJson } from './dimod-parts.ts'
import { checkedCount, invalidFile } from './invalid-file.ts'

const FORMAT = 'dimod JSON file'

export type JsonObject = Readonly<Record<string, unknown>>

/** @throws QaasError `invalid-file` on broken JSON */
export function jsonObject(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalidFile(FORMAT, `it is no JSON (${error instanceof Error ? error.message : error})`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw invalidFile(FORMAT, 'it is no JSON object')
}

/** @throws QaasError `invalid-file`, `invalid-model` */
export function readDimodJson(text: string): Bqm {
  const document = jsonObject(text)
  if (document.use_bytes === true)
    throw invalidFile(FORMAT, 'its biases are raw bytes, which JSON cannot hold')
  const vartype = document.variable_type
  if (vartype !== 'BINARY' && vartype !== 'SPIN')
    throw invalidFile(FORMAT, `its variable_type is ${JSON.stringify(vartype)}`)
  const linear = numbersOf(document.linear_biases, 'linear_biases')
  const count = checkedCount(document.num_variables ?? linear.length, 'num_variables', { format: FORMAT })
  const biases = numbersOf(document.quadratic_biases, 'quadratic_biases')
  const heads = numbersOf(document.quadratic_head, 'quadratic_head')
  const tails = numbersOf(document.quadratic_tail, 'quadratic_tail')
  const edges = checkedCount(document.num_interactions ?? biases.length, 'num_interactions', {
    format: FORMAT,
  })
  if (linear.length !== count || [biases, heads, tails].some((column) => column.length !== edges))
    throw invalidFile(FORMAT, 'its lists do not have the promised lengths')
  const builder = createBqmBuilder(vartype, count)
  linear.forEach((bias, v) => {
    builder.addLinear(v, bias)
  })
  biases.forEach((bias, k) => {
    if (heads[k] === tails[k])
      throw invalidFile(FORMAT, `interaction ${k} joins variable ${heads[k]} to itself`)
    builder.addQuadratic(heads[k]!, tails[k]!, bias)
  })
  const offset = document.offset ?? 0
  if (typeof offset !== 'number') throw invalidFile(FORMAT, `its offset is ${JSON.stringify(offset)}`)
  builder.addOffset(offset)
  return builder.build(jsonLabels(document.variable_labels, count))
}

export function writeDimodJson(bqm: Bqm): string {
  const heads: number[] = []
  const tails: number[] = []
  const biases: number[] = []
  forEachCoupling(bqm, (u, v, bias) => {
    heads.push(u)
    tails.push(v)
    biases.push(bias)
  })
  return `${JSON.stringify({
    type: 'BinaryQuadraticModel',
    version: { bqm_schema: '3.0.0' },
    use_bytes: false,
    index_type: 'int32',
    bias_type: 'float64',
    num_variables: bqm.numVariables,
    num_interactions: bqm.numInteractions,
    variable_labels: bqm.labels ?? range(bqm.numVariables),
    variable_type: bqm.vartype,
    offset: bqm.offset,
    info: {},
    linear_biases: [...bqm.linear],
    quadratic_biases: biases,
    quadratic_head: heads,
    quadratic_tail: tails,
  })}\n`
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, v) => v)
}

/** A list of numbers. @throws QaasError `invalid-file` */
export function numbersOf(value: unknown, what: string): readonly number[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value
  throw invalidFile(FORMAT, `its ${what} are no list of numbers`)
}

/** Labels, or undefined when they are 0 .. count - 1. */
export function jsonLabels(value: unknown, count: number): Label[] | undefined {
  if (value === undefined) return undefined
  const labels = labelsFromJson(value, FORMAT)
  if (labels.length !== count) throw invalidFile(FORMAT, `${labels.length} labels for ${count} variables`)
  return labels.every((label, v) => label === v) ? undefined : labels
}
