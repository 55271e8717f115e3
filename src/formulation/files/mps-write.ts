/** Writes free MPS files with QUADOBJ for quadratic objectives; spins, soft and quadratic constraints are refused. */
import type { Label } from '../bqm.ts'
import { type Cqm, labelOf, variableType } from '../cqm.ts'
import { cannotHold } from './invalid-file.ts'

const OBJECTIVE = 'obj'
/** Beyond this a bound is none; HiGHS takes 1e20 and more for infinite. */
const NO_BOUND = 1e20

/** @throws QaasError `unsupported` with the reason */
export function writeMps(cqm: Cqm): string {
  const names = Array.from(cqm.variables.types, (_, v) => {
    const label = labelOf(cqm.variables.labels, v)
    if (variableType(cqm, v) === 'SPIN') throw refuse(`the variable ${JSON.stringify(label)} is a spin`)
    return nameText(label, 'variable')
  })
  const rows = cqm.constraints.map(({ label, lhs, soft }) => {
    if (soft !== undefined) throw refuse(`the constraint ${JSON.stringify(label)} is soft`)
    if (lhs.quadratic.length > 0) throw refuse(`the constraint ${JSON.stringify(label)} is quadratic`)
    const name = nameText(label, 'constraint')
    if (name === OBJECTIVE) throw refuse(`the constraint "${name}" has the name of the objective`)
    return name
  })
  return [
    'NAME qaas',
    'ROWS',
    ` N ${OBJECTIVE}`,
    ...cqm.constraints.map(
      ({ sense }, r) => ` ${sense === '==' ? 'E' : sense === '<=' ? 'L' : 'G'} ${rows[r]}`,
    ),
    ...columnLines(cqm, names, rows),
    ...rightHandLines(cqm, rows),
    ...boundLines(cqm, names),
    ...productLines(cqm, names),
    'ENDATA',
    '',
  ].join('\n')
}

function columnLines(cqm: Cqm, names: readonly string[], rows: readonly string[]): string[] {
  const entries: string[][] = names.map(() => [])
  const add = (v: number, row: string, value: number): void => {
    if (value !== 0) entries[v]!.push(` ${names[v]} ${row} ${value}`)
  }
  cqm.objective.variables.forEach((v, k) => {
    add(v, OBJECTIVE, cqm.objective.linear[k]!)
  })
  cqm.constraints.forEach(({ lhs }, r) => {
    lhs.variables.forEach((v, k) => {
      add(v, rows[r]!, lhs.linear[k]!)
    })
  })
  const lines = ['COLUMNS']
  let whole = false
  let markers = 0
  names.forEach((name, v) => {
    const isWhole = variableType(cqm, v) !== 'REAL'
    if (isWhole !== whole) lines.push(` M${markers++} 'MARKER' '${isWhole ? 'INTORG' : 'INTEND'}'`)
    whole = isWhole
    lines.push(...(entries[v]!.length > 0 ? entries[v]! : [` ${name} ${OBJECTIVE} 0`]))
  })
  if (whole) lines.push(` M${markers} 'MARKER' 'INTEND'`)
  return lines
}

/** The objective's right-hand side is minus its constant. */
function rightHandLines(cqm: Cqm, rows: readonly string[]): string[] {
  const lines = ['RHS']
  if (cqm.objective.offset !== 0) lines.push(` RHS ${OBJECTIVE} ${-cqm.objective.offset}`)
  cqm.constraints.forEach(({ lhs, rhs }, r) => {
    if (rhs - lhs.offset !== 0) lines.push(` RHS ${rows[r]} ${rhs - lhs.offset}`)
  })
  return lines
}

function boundLines(cqm: Cqm, names: readonly string[]): string[] {
  const { lower, upper } = cqm.variables
  const lines = ['BOUNDS']
  names.forEach((name, v) => {
    if (variableType(cqm, v) === 'BINARY') {
      lines.push(` BV BND ${name}`)
      return
    }
    const [low, high] = [lower[v]!, upper[v]!]
    lines.push(low <= -NO_BOUND ? ` MI BND ${name}` : ` LO BND ${name} ${low}`)
    lines.push(high >= NO_BOUND ? ` PL BND ${name}` : ` UP BND ${name} ${high}`)
  })
  return lines
}

/** One triangle of Q in x' Q x / 2: a product of two variables keeps its bias, a square has twice its bias. */
function productLines({ objective }: Cqm, names: readonly string[]): string[] {
  if (objective.quadratic.length === 0) return []
  return [
    'QUADOBJ',
    ...Array.from(objective.quadratic, (bias, k) => {
      const [u, v] = [objective.tails[k]!, objective.heads[k]!]
      return ` ${names[u]} ${names[v]} ${u === v ? 2 * bias : bias}`
    }),
  ]
}

function nameText(label: Label, what: string): string {
  if (typeof label === 'string' && /^[^\s$][^\s]{0,254}$/.test(label)) return label
  throw cannotHold(
    'MPS',
    `the ${what} label ${JSON.stringify(label)} is no word of at most 255 characters`,
    'Maybe relabel the model: qaas convert has --relabel.',
  )
}

function refuse(reason: string) {
  return cannotHold('MPS', reason, 'Maybe write a .cqm file.')
}
