/** Constant arithmetic of OpenQASM: angles and sizes. Gate parameters are the only free names. */
import type { Cursor } from './cursor.ts'
import { type Dialect, type Position, qasmError, type Token } from './lexer.ts'

/** A number, or a function of a gate's parameters. */
export type Expression = number | ((params: readonly number[]) => number)

/** What a name stands for inside an expression. */
export type Lookup = (name: Token) => Expression

/** Deeper nesting is refused rather than risking the stack. */
const MAX_DEPTH = 256

interface Builtin {
  readonly arity: number
  readonly apply: (...args: number[]) => number
  /** What an argument must not be. */
  readonly refuses?: readonly [test: (x: number) => boolean, why: string]
}

const fn = (apply: Builtin['apply'], refuses?: Builtin['refuses']): Builtin => ({
  arity: apply.length,
  apply,
  ...(refuses ? { refuses } : {}),
})
const LN = fn((x) => Math.log(x!), [(x) => x <= 0, 'logarithm of a number that is not positive'])
const SHARED: Record<string, Builtin> = {
  sin: fn((x) => Math.sin(x!)),
  cos: fn((x) => Math.cos(x!)),
  tan: fn((x) => Math.tan(x!)),
  exp: fn((x) => Math.exp(x!)),
  sqrt: fn((x) => Math.sqrt(x!), [(x) => x < 0, 'square root of a negative number']),
}
const FUNCTIONS: Record<Dialect, Record<string, Builtin>> = {
  2: { ...SHARED, ln: LN },
  3: {
    ...SHARED,
    log: LN,
    arcsin: fn((x) => Math.asin(x!), [(x) => Math.abs(x) > 1, 'arcsin of a number beyond 1']),
    arccos: fn((x) => Math.acos(x!), [(x) => Math.abs(x) > 1, 'arccos of a number beyond 1']),
    arctan: fn((x) => Math.atan(x!)),
    floor: fn((x) => Math.floor(x!)),
    ceiling: fn((x) => Math.ceil(x!)),
    pow: fn((x, y) => x! ** y!),
    mod: fn((x, y) => x! - y! * Math.floor(x! / y!)),
  },
}
const CONSTANTS: Record<Dialect, Record<string, number>> = {
  2: { pi: Math.PI },
  3: { pi: Math.PI, π: Math.PI, tau: 2 * Math.PI, τ: 2 * Math.PI, euler: Math.E, ℇ: Math.E },
}
const LEVEL: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2 }

/** Names no user may take: functions and constants of the dialect. */
export function isReservedName(name: string, dialect: Dialect): boolean {
  return Object.hasOwn(FUNCTIONS[dialect], name) || Object.hasOwn(CONSTANTS[dialect], name)
}

/** The value of `expression` with a gate's parameters filled in. */
export function evaluate(expression: Expression, params: readonly number[]): number {
  return typeof expression === 'number' ? expression : expression(params)
}

/** Reads one expression. @throws QaasError `invalid-file` with line and column */
export function parseExpression(cursor: Cursor, lookup: Lookup, depth = 0): Expression {
  return parseBinary(cursor, lookup, { minLevel: 1, depth })
}

interface Level {
  readonly minLevel: number
  readonly depth: number
}

function parseBinary(cursor: Cursor, lookup: Lookup, { minLevel, depth }: Level): Expression {
  if (depth > MAX_DEPTH) throw qasmError(`expressions may nest ${MAX_DEPTH} deep at most`, cursor.peek())
  let left = parseUnary(cursor, lookup, depth + 1)
  for (;;) {
    const operator = cursor.peek()
    const level = operator.kind === 'symbol' ? LEVEL[operator.text] : undefined
    if (level === undefined || level < minLevel || (operator.text === '%' && cursor.dialect === 2))
      return left
    cursor.next()
    const right = parseBinary(cursor, lookup, { minLevel: level + 1, depth: depth + 1 })
    left = combine(operator, left, right)
  }
}

function parseUnary(cursor: Cursor, lookup: Lookup, depth: number): Expression {
  if (depth > MAX_DEPTH) throw qasmError(`expressions may nest ${MAX_DEPTH} deep at most`, cursor.peek())
  if (cursor.takes('-')) return map([parseUnary(cursor, lookup, depth + 1)], (x) => -x!)
  if (cursor.takes('+')) return parseUnary(cursor, lookup, depth + 1)
  const base = parseAtom(cursor, lookup, depth)
  const power = cursor.dialect === 2 ? '^' : '**'
  if (!cursor.sees(power)) return base
  const operator = cursor.next()
  return combine(operator, base, parseUnary(cursor, lookup, depth + 1))
}

function parseAtom(cursor: Cursor, lookup: Lookup, depth: number): Expression {
  const token = cursor.next()
  if (token.kind === 'integer' || token.kind === 'real') return Number(token.text.replaceAll('_', ''))
  if (token.kind === 'symbol' && token.text === '(') {
    const inner = parseExpression(cursor, lookup, depth + 1)
    cursor.expect(')')
    return inner
  }
  if (token.kind === 'identifier') {
    const builtin = ownOf(FUNCTIONS[cursor.dialect], token.text)
    if (builtin !== undefined) return parseCall(cursor, lookup, { builtin, token, depth })
    return ownOf(CONSTANTS[cursor.dialect], token.text) ?? lookup(token)
  }
  const found = token.kind === 'end' ? 'the text ends' : `"${token.text}" is found`
  throw qasmError(`a number is expected, ${found}`, token)
}

function ownOf<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

interface Call {
  readonly builtin: Builtin
  readonly token: Token
  readonly depth: number
}

function parseCall(cursor: Cursor, lookup: Lookup, { builtin, token, depth }: Call): Expression {
  cursor.expect('(')
  const args = cursor.list(')', () => parseExpression(cursor, lookup, depth + 1))
  if (args.length !== builtin.arity)
    throw qasmError(`${token.text} takes ${builtin.arity} numbers, has ${args.length}`, token)
  return map(args, (...values) => {
    if (builtin.refuses?.[0](values[0]!)) throw qasmError(builtin.refuses[1], token)
    return builtin.apply(...values)
  })
}

function combine(operator: Token, left: Expression, right: Expression): Expression {
  const divides = operator.text === '/' || operator.text === '%'
  if (divides && right === 0) throw divideByZero(operator)
  return map([left, right], (a, b) => {
    switch (operator.text) {
      case '+':
        return a! + b!
      case '-':
        return a! - b!
      case '*':
        return a! * b!
      case '^':
      case '**':
        return a! ** b!
      default:
        if (b === 0) throw divideByZero(operator)
        return operator.text === '/' ? a! / b! : a! % b!
    }
  })
}

function divideByZero(position: Position): Error {
  return qasmError('division by zero', position)
}

/** Applies `apply` now when all arguments are known, else when the parameters are. */
function map(args: readonly Expression[], apply: (...values: number[]) => number): Expression {
  const known = args.every((arg) => typeof arg === 'number')
  if (known) return apply(...(args as number[]))
  return (params) => apply(...args.map((arg) => evaluate(arg, params)))
}
