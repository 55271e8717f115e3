/** qbsolv's .qubo files: `p qubo 0 maxNodes nNodes nCouplers`, node lines `i i q`, coupler lines `i j q`; minimised. */
import type { QaasError } from '../../errors.ts'
import type { Bqm } from '../bqm.ts'
import { createBqmBuilder } from '../bqm-builder.ts'
import { forEachCoupling } from '../energy.ts'
import { cannotHold, invalidFile, MAX_DECLARED_VARIABLES } from './invalid-file.ts'
import { indexField, numberField, textLines } from './text-lines.ts'

const FORMAT = 'qbsolv file'

/** @throws QaasError `invalid-file` also when the counts of the `p` line do not hold */
export function readQbsolv(text: string): Bqm {
  let builder: ReturnType<typeof createBqmBuilder> | undefined
  let [declaredNodes, declaredCouplers, nodes, couplers] = [0, 0, 0, 0]
  for (const { number: line, fields } of textLines(text, FORMAT)) {
    const at = { line, format: FORMAT }
    if (fields[0]!.startsWith('c')) continue
    if (fields[0] === 'p') {
      if (builder !== undefined || fields[1] !== 'qubo')
        throw invalidFile(FORMAT, `line ${line} is no or a second "p qubo" line`, { line })
      builder = createBqmBuilder('BINARY', indexField(fields[3], { ...at, high: MAX_DECLARED_VARIABLES }))
      declaredNodes = indexField(fields[4], at)
      declaredCouplers = indexField(fields[5], at)
      continue
    }
    if (builder === undefined)
      throw invalidFile(FORMAT, `line ${line} comes before the "p qubo" line`, { line })
    const high = builder.numVariables - 1
    const [u, v] = [indexField(fields[0], { ...at, high }), indexField(fields[1], { ...at, high })]
    builder.addQuadratic(u, v, numberField(fields[2], line, FORMAT))
    if (u === v) nodes++
    else couplers++
    if (nodes > declaredNodes || couplers > declaredCouplers) throw otherCounts('has at least')
  }
  if (builder === undefined) throw invalidFile(FORMAT, 'it has no "p qubo" line')
  if (nodes < declaredNodes || couplers < declaredCouplers) throw otherCounts('has')
  return builder.build()

  function otherCounts(verb: string): QaasError {
    const promised = `${declaredNodes} nodes and ${declaredCouplers} couplers`
    return invalidFile(FORMAT, `it promises ${promised} and ${verb} ${nodes} and ${couplers}`)
  }
}

/** @throws QaasError `unsupported` on spins, an offset or labels */
export function writeQbsolv(bqm: Bqm): string {
  checkPlainQubo(bqm, 'qbsolv')
  const nodes = Array.from(bqm.linear, (bias, v) => `${v} ${v} ${bias}`)
  const couplers: string[] = []
  forEachCoupling(bqm, (u, v, bias) => couplers.push(`${u} ${v} ${bias}`))
  const head = `p qubo 0 ${bqm.numVariables} ${nodes.length} ${couplers.length}`
  return `${[head, ...nodes, ...couplers].join('\n')}\n`
}

/** What formats refuse that are only a matrix of numbers. */
export function checkPlainQubo(bqm: Bqm, format: string): void {
  if (bqm.vartype !== 'BINARY')
    throw cannotHold(
      format,
      'its variables are spins',
      'Maybe convert it: qaas convert has --vartype BINARY.',
    )
  if (bqm.offset !== 0)
    throw cannotHold(
      format,
      `it has the offset ${bqm.offset}`,
      'Maybe drop it, minima stay where they are: qaas convert has --drop-offset.',
    )
  if (bqm.labels !== undefined)
    throw cannotHold(
      format,
      'its variables have labels',
      'Maybe relabel the model: qaas convert has --relabel.',
    )
}
