/**
 * OR-Library's bqp files: problems of `n entries` and `i j q` lines from 1, maximise the sum over ordered pairs, so an
 * off-diagonal entry counts twice. Read as energies to minimise: linear -q_ii, couplings -2 q_ij.
 */
import { QaasError } from '../../errors.ts'
import type { Bqm } from '../bqm.ts'
import { createBqmBuilder } from '../bqm-builder.ts'
import { forEachCoupling } from '../energy.ts'
import { checkedCount, invalidFile, MAX_DECLARED_VARIABLES } from './invalid-file.ts'
import { checkPlainQubo } from './qbsolv.ts'
import { indexField, numberField, textLines } from './text-lines.ts'

const FORMAT = 'bqp file'

/** Problem `which`, from 1. @throws QaasError `invalid-file`, `invalid-option` when there is no such problem */
export function readOrLibrary(text: string, which = 1): Bqm {
  const lines = textLines(text, FORMAT)
  const head = lines.next().value
  const count = checkedCount(Number(head?.fields[0]), 'the number of problems', { format: FORMAT })
  if (head?.fields.length !== 1) throw invalidFile(FORMAT, 'its first line is not the number of problems')
  if (!(which >= 1 && which <= count))
    throw new QaasError('invalid-option', `the file has ${count} problems, there is no problem ${which}`)
  for (let problem = 1; ; problem++) {
    const next = lines.next().value
    if (next === undefined) throw invalidFile(FORMAT, `it ends before problem ${problem} of ${count}`)
    const at = { line: next.number, format: FORMAT }
    const n = indexField(next.fields[0], { ...at, high: MAX_DECLARED_VARIABLES })
    const entries = indexField(next.fields[1], at)
    const builder = createBqmBuilder('BINARY', problem === which ? n : 0)
    for (let k = 0; k < entries; k++) {
      const entry = lines.next().value
      if (entry === undefined)
        throw invalidFile(FORMAT, `problem ${problem} ends after ${k} of ${entries} entries`)
      if (problem !== which) continue
      const place = { line: entry.number, format: FORMAT, low: 1, high: n }
      const [i, j] = [indexField(entry.fields[0], place), indexField(entry.fields[1], place)]
      const q = numberField(entry.fields[2], entry.number, FORMAT)
      if (i === j) builder.addLinear(i - 1, -q)
      else builder.addQuadratic(i - 1, j - 1, -2 * q)
    }
    if (problem === which) return builder.build()
  }
}

/** A file of this one problem. @throws QaasError `unsupported` on spins, an offset or labels */
export function writeOrLibrary(bqm: Bqm): string {
  checkPlainQubo(bqm, 'bqp')
  const lines: string[] = []
  bqm.linear.forEach((bias, v) => {
    if (bias !== 0) lines.push(`${v + 1} ${v + 1} ${-bias}`)
  })
  forEachCoupling(bqm, (u, v, bias) => lines.push(`${u + 1} ${v + 1} ${bias === 0 ? 0 : -bias / 2}`))
  return `${['1', `${bqm.numVariables} ${lines.length}`, ...lines].join('\n')}\n`
}
