/**
 * COO text, `u v bias` per line, `u u bias` for linear biases. dimod writes six decimals; here every digit is written,
 * without the exponents its reader does not know. Lines that start with no digit are comments, as for dimod.
 */
import { type Growable, growable } from '../../numeric/growable.ts'
import type { Bqm, Label, Vartype } from '../bqm.ts'
import { createBqmBuilder } from '../bqm-builder.ts'
import { forEachCoupling } from '../energy.ts'
import { cannotHold, invalidFile } from './invalid-file.ts'
import { plainDecimal } from './plain-decimal.ts'
import { indexField, numberField, textLines } from './text-lines.ts'

const FORMAT = 'COO file'

/** `vartype` is needed where the text has no `# vartype=` line. @throws QaasError `invalid-file` */
export function readCoo(text: string, vartype?: Vartype): Bqm {
  const triples = { u: growable(Float64Array), v: growable(Float64Array), bias: growable(Float64Array) }
  let declared = vartype
  for (const { number: line, fields } of textLines(text, FORMAT)) {
    if (!/^\d/.test(fields[0]!)) {
      const stated = vartypeIn(fields.join(' '))
      if (stated !== undefined && vartype !== undefined && stated !== vartype)
        throw invalidFile(FORMAT, `line ${line} says vartype ${stated}, not ${vartype}`, { line })
      declared ??= stated
      continue
    }
    if (fields.length !== 3)
      throw invalidFile(FORMAT, `line ${line} has ${fields.length} fields, not 3`, { line })
    const at = { line, format: FORMAT }
    triples.u.push(indexField(fields[0], at))
    triples.v.push(indexField(fields[1], at))
    triples.bias.push(numberField(fields[2], line, FORMAT))
  }
  if (declared === undefined)
    throw invalidFile(
      FORMAT,
      'it does not say its vartype; add a line "# vartype=BINARY" or "# vartype=SPIN"',
    )
  return fromTriples(triples, declared)
}

/** A `# vartype=` comment, or the `p qubo` line of a qbsolv file. */
function vartypeIn(comment: string): Vartype | undefined {
  if (/^p qubo\b/.test(comment)) return 'BINARY'
  const name = /^#.*?vartype[:=]\s*([-_.a-zA-Z0-9]+)/.exec(comment)?.[1]
  if (name === undefined || name === 'BINARY' || name === 'SPIN') return name
  throw invalidFile(FORMAT, `its vartype is ${name}, BINARY and SPIN are known`)
}

interface Triples {
  readonly u: Growable<Float64Array<ArrayBuffer>>
  readonly v: Growable<Float64Array<ArrayBuffer>>
  readonly bias: Growable<Float64Array<ArrayBuffer>>
}

function fromTriples({ u: tails, v: heads, bias: biases }: Triples, vartype: Vartype): Bqm {
  const named = new Set<number>()
  for (let k = 0; k < biases.length; k++) named.add(tails.get(k)).add(heads.get(k))
  const names = [...named].sort((a, b) => a - b)
  const indexOf = new Map(names.map((name, v) => [name, v]))
  const builder = createBqmBuilder(vartype, names.length)
  for (let k = 0; k < biases.length; k++) {
    const [u, v] = [indexOf.get(tails.get(k))!, indexOf.get(heads.get(k))!]
    if (u === v) builder.addLinear(u, biases.get(k))
    else builder.addQuadratic(u, v, biases.get(k))
  }
  return builder.build(names.every((name, v) => name === v) ? undefined : names)
}

/** @throws QaasError `unsupported` on an offset or labels other than whole numbers from 0 */
export function writeCoo(bqm: Bqm): string {
  if (bqm.offset !== 0)
    throw cannotHold(
      'COO',
      `it has the offset ${bqm.offset}`,
      'Maybe drop it, minima stay where they are: qaas convert has --drop-offset.',
    )
  const name = (v: number): Label => bqm.labels?.[v] ?? v
  for (let v = 0; v < bqm.numVariables; v++)
    if (!Number.isSafeInteger(name(v)) || (name(v) as number) < 0)
      throw cannotHold(
        'COO',
        `the label ${JSON.stringify(name(v))} is no whole number`,
        'Maybe relabel the model: qaas convert has --relabel.',
      )
  const lines = [`# vartype=${bqm.vartype}`]
  // A variable without couplings would vanish without its zero.
  bqm.linear.forEach((bias, v) => {
    if (bias !== 0 || bqm.rowStart[v] === bqm.rowStart[v + 1])
      lines.push(`${name(v)} ${name(v)} ${plainDecimal(bias)}`)
  })
  forEachCoupling(bqm, (u, v, bias) => lines.push(`${name(u)} ${name(v)} ${plainDecimal(bias)}`))
  return `${lines.join('\n')}\n`
}
