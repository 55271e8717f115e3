/** Operands of OpenQASM statements: registers, single bits, ranges, physical qubits; and how gates spread over them. */
import type { Cursor } from './cursor.ts'
import { type Expression, parseExpression } from './expression.ts'
import { qasmError, type Token } from './lexer.ts'
import { describe, type Scope } from './scope.ts'

export interface Operand {
  readonly token: Token
  readonly indices: readonly number[]
  /** One bit rather than a register; a gate repeats it beside registers. */
  readonly scalar: boolean
}

const WORDS = { qubits: 'qubits', bits: 'classical bits' }

/** @throws QaasError `invalid-file` with line and column when it is not of `kind` or out of range */
export function parseOperand(cursor: Cursor, scope: Scope, kind: 'qubits' | 'bits'): Operand {
  if (cursor.peek().kind === 'hardware' && kind === 'qubits') {
    const token = cursor.next()
    return { token, indices: [scope.hardwareQubit(token)], scalar: true }
  }
  const token = cursor.expectKind('identifier', `a name of ${WORDS[kind]}`)
  const symbol = scope.resolve(token)
  if (symbol.kind !== kind)
    throw qasmError(`"${token.text}" is ${describe(symbol)}, not ${WORDS[kind]}`, token)
  if (!cursor.sees('[')) return { token, indices: symbol.indices, scalar: symbol.scalar }
  const open = cursor.next()
  const { size } = { size: symbol.indices.length }
  const at = (value: number | undefined): number => {
    const index = value !== undefined && value < 0 && scope.dialect === 3 ? value + size : value
    if (index === undefined || !Number.isInteger(index) || index < 0 || index >= size)
      throw qasmError(`index ${value} is out of range: "${token.text}" has ${size}`, open)
    return index
  }
  const [first, last] = parseIndex(cursor, scope)
  cursor.expect(']')
  if (last === undefined) return { token, indices: [symbol.indices[at(first)]!], scalar: true }
  const [from, to] = [at(first), at(last.end)]
  const indices = symbol.indices.filter((_, k) => k >= from && k <= to)
  return { token, indices, scalar: false }
}

function parseIndex(cursor: Cursor, scope: Scope): [number, { end: number }?] {
  if (scope.dialect === 2) return [Number(cursor.expectKind('integer', 'an index').text)]
  const number = (): number => {
    const start = cursor.peek()
    if (start.text === '{' || start.text === ':')
      throw qasmError('only single indices and ranges a:b are supported', start, { code: 'unsupported' })
    const value: Expression = parseExpression(cursor, (name) => {
      const symbol = scope.resolve(name)
      if (symbol.kind === 'constant') return symbol.value
      throw qasmError(`"${name.text}" is ${describe(symbol)}, not a number`, name)
    })
    return value as number
  }
  const first = number()
  if (!cursor.takes(':')) return [first]
  const end = number()
  if (cursor.sees(':'))
    throw qasmError('ranges with a step are not supported', cursor.peek(), { code: 'unsupported' })
  return [first, { end }]
}

/** The qubits of each single gate when registers of one length are given; single qubits repeat. */
export function broadcast(operands: readonly Operand[], token: Token): number[][] {
  const registers = operands.filter(({ scalar }) => !scalar)
  const length = registers[0]?.indices.length ?? 1
  if (registers.some(({ indices }) => indices.length !== length))
    throw qasmError(
      `registers of ${registers.map(({ indices }) => indices.length).join(' and ')} cannot be paired up`,
      token,
    )
  return Array.from({ length }, (_, k) => {
    const qubits = operands.map(({ indices, scalar }) => indices[scalar ? 0 : k]!)
    if (new Set(qubits).size < qubits.length) throw qasmError('the same qubit is given twice', token)
    return qubits
  })
}
