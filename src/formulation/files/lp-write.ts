/**
 * Writes LP files that HiGHS, dimod, CPLEX and Gurobi read: one blank between words, lines of at most about 200
 * characters. Names the readers would misread, spins and soft constraints are refused.
 */
import type { Label } from '../bqm.ts'
import { type Constraint, type Cqm, labelOf, variableType } from '../cqm.ts'
import type { Expression } from '../expression.ts'
import { cannotHold } from './invalid-file.ts'
import { isLpKeyword } from './lp-tokens.ts'

const MAX_LINE = 200
/** Letters, digits and these; dimod's set without ";", which its own reader takes for a blank. */
const VALID_NAME = /^[a-zA-Z0-9'!"#$%&(),.?@_{}~‘’]{1,255}$/

/** @throws QaasError `unsupported` with the reason */
export function writeLp(cqm: Cqm): string {
  const names = lpNames(cqm)
  for (const { soft, label } of cqm.constraints)
    if (soft !== undefined)
      throw cannotHold('LP', `the constraint ${JSON.stringify(label)} is soft`, 'Maybe write a .cqm file.')
  const { lower, upper, count } = cqm.variables
  const ofType = (type: string): string[] => names.filter((_, v) => variableType(cqm, v) === type)
  const lines: string[] = []
  const objective = expressionWords(cqm.objective, names, true)
  if (cqm.objective.offset !== 0) objective.push(signed(cqm.objective.offset))
  if (objective.length > 0) lines.push('Minimize', ...wrapped(['obj:', ...objective]), '')
  lines.push(
    'Subject To',
    ...cqm.constraints.flatMap((constraint) => constraintLines(constraint, names)),
    '',
    'Bounds',
  )
  for (let v = 0; v < count; v++)
    if (variableType(cqm, v) !== 'BINARY') lines.push(` ${lower[v]} <= ${names[v]} <= ${upper[v]}`)
  lines.push(
    '',
    'Binary',
    ...wrapped(ofType('BINARY')),
    '',
    'General',
    ...wrapped(ofType('INTEGER')),
    '',
    'End',
    '',
  )
  return lines.join('\n')
}

function constraintLines({ label, lhs, sense, rhs }: Constraint, names: readonly string[]): string[] {
  const operator = sense === '==' ? '=' : sense
  return wrapped([
    `${nameText(label, 'constraint')}:`,
    ...expressionWords(lhs, names, false),
    operator,
    `${rhs - lhs.offset}`,
  ])
}

/** Words that may stand on lines of their own: terms, and brackets around products. */
function expressionWords(
  { variables, linear, tails, heads, quadratic }: Expression,
  names: readonly string[],
  halved: boolean,
): string[] {
  const words: string[] = []
  variables.forEach((v, k) => {
    if (linear[k] !== 0) words.push(`${signed(linear[k]!)} ${names[v]}`)
  })
  if (quadratic.length === 0) return words
  words.push('+ [')
  quadratic.forEach((bias, k) => {
    const [u, v] = [tails[k]!, heads[k]!]
    const product = u === v ? `${names[u]} ^ 2` : `${names[u]} * ${names[v]}`
    words.push(`${signed(halved ? 2 * bias : bias)} ${product}`)
  })
  words.push(halved ? ']/2' : ']')
  return words
}

function signed(value: number): string {
  return value < 0 ? `- ${-value}` : `+ ${value}`
}

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line !== '' && line.length + word.length + 1 > MAX_LINE) {
      lines.push(line)
      line = ''
    }
    line += ` ${word}`
  }
  return line === '' ? lines : [...lines, line]
}

/** The name of every variable, checked. */
function lpNames(cqm: Cqm): string[] {
  return Array.from(cqm.variables.types, (_, v) => {
    const label = labelOf(cqm.variables.labels, v)
    if (variableType(cqm, v) === 'SPIN')
      throw cannotHold(
        'LP',
        `the variable ${JSON.stringify(label)} is a spin`,
        'Maybe convert it to BINARY first.',
      )
    return nameText(label, 'variable')
  })
}

function nameText(label: Label, what: string): string {
  const refuse = (reason: string) =>
    cannotHold(
      'LP',
      `the ${what} label ${JSON.stringify(label)} ${reason}`,
      'Maybe relabel the model: qaas convert has --relabel.',
    )
  if (typeof label !== 'string') throw refuse('is no text')
  if (!VALID_NAME.test(label)) throw refuse('has characters that LP names cannot have, or more than 255')
  if (/^[eE.\d]/.test(label)) throw refuse('starts like a number')
  if (isLpKeyword(label)) throw refuse('is a keyword')
  return label
}
