/**
 * Max-Cut graphs in the G-set's format, `n m` and `i j w` lines from 1. Read as an Ising model whose energy is minus
 * the cut: an edge adds w / 2 (s_i s_j - 1).
 */
import type { Bqm } from '../bqm.ts'
import { createBqmBuilder } from '../bqm-builder.ts'
import { forEachCoupling } from '../energy.ts'
import { cannotHold, invalidFile, MAX_DECLARED_VARIABLES } from './invalid-file.ts'
import { indexField, numberField, textLines } from './text-lines.ts'

const FORMAT = 'Max-Cut file'

/** Edges without a weight have weight 1. @throws QaasError `invalid-file` */
export function readGSet(text: string): Bqm {
  const lines = textLines(text, FORMAT)
  const head = lines.next().value
  if (head === undefined) throw invalidFile(FORMAT, 'it is empty')
  const n = indexField(head.fields[0], { line: head.number, format: FORMAT, high: MAX_DECLARED_VARIABLES })
  const declared = indexField(head.fields[1], { line: head.number, format: FORMAT })
  const builder = createBqmBuilder('SPIN', n)
  let edges = 0
  for (const { number: line, fields } of lines) {
    const at = { line, format: FORMAT, low: 1, high: n }
    const [i, j] = [indexField(fields[0], at), indexField(fields[1], at)]
    if (i === j) throw invalidFile(FORMAT, `line ${line} joins vertex ${i} to itself`, { line })
    const weight = fields.length < 3 ? 1 : numberField(fields[2], line, FORMAT)
    builder.addQuadratic(i - 1, j - 1, weight / 2)
    builder.addOffset(-weight / 2)
    edges++
    if (edges > declared) throw invalidFile(FORMAT, `it promises ${declared} edges and has more`, { line })
  }
  if (edges < declared) throw invalidFile(FORMAT, `it promises ${declared} edges and has ${edges}`)
  return builder.build()
}

/** @throws QaasError `unsupported` unless the model is minus a cut: spins, no linear biases, the cut's own offset */
export function writeGSet(bqm: Bqm): string {
  const refuse = (reason: string) => cannotHold('Max-Cut', reason, 'Maybe write a .bqm file.')
  if (bqm.vartype !== 'SPIN') throw refuse('its variables are no spins')
  if (bqm.labels !== undefined) throw refuse('its variables have labels')
  if (bqm.linear.some((bias) => bias !== 0)) throw refuse('it has linear biases')
  const lines: string[] = []
  let cut = 0
  forEachCoupling(bqm, (u, v, bias) => {
    lines.push(`${u + 1} ${v + 1} ${2 * bias}`)
    cut -= bias
  })
  if (Math.abs(bqm.offset - cut) > 1e-9 * Math.max(1, Math.abs(cut)))
    throw refuse(`its offset is ${bqm.offset}, that of a cut is ${cut}`)
  return `${[`${bqm.numVariables} ${lines.length}`, ...lines].join('\n')}\n`
}
