/**
 * Reads the subset of OpenQASM 2 and 3 that is a plain circuit: registers, gates (also defined ones, with modifiers),
 * constants, barriers, resets and measurements. Everything with control flow, timing or pulses is refused by name.
 */
import type { Circuit } from '../circuit/circuit.ts'
import { Cursor } from './cursor.ts'
import { type Lookup, parseExpression } from './expression.ts'
import { checkOperandCount, expandGate, parseGateDefinition, parseGateUse, parseOpaque } from './gates.ts'
import { type Dialect, qasmError, type Token } from './lexer.ts'
import { broadcast, type Operand, parseOperand } from './operand.ts'
import { describe, Scope } from './scope.ts'

export interface ParseOptions {
  /** The language of a text that does not say it with `OPENQASM n;`. Default 3. */
  readonly defaultVersion?: Dialect
}

/**
 * The circuit a program describes.
 * @throws QaasError `invalid-file` when the text is wrong, `unsupported` when it is outside the subset, both with the
 * line and column in the message and in `data`
 */
export function parseQasm(text: string, { defaultVersion = 3 }: ParseOptions = {}): Circuit {
  const dialect = dialectOf(text) ?? defaultVersion
  const cursor = new Cursor(text, dialect)
  const scope = new Scope(dialect)
  readVersion(cursor)
  while (cursor.peek().kind !== 'end') parseStatement(cursor, scope)
  return {
    numQubits: scope.numQubits,
    numBits: scope.numBits,
    operations: scope.operations,
    ...(scope.qubitRegisters.length > 0 ? { qubitRegisters: scope.qubitRegisters } : {}),
    ...(scope.bitRegisters.length > 0 ? { bitRegisters: scope.bitRegisters } : {}),
  }
}

/** The language the text says it is in, read before it is cut into tokens. */
function dialectOf(text: string): Dialect | undefined {
  const major = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*OPENQASM(?:\s|\/\/[^\n]*)+(\d+)/.exec(text)?.[1]
  return major === undefined ? undefined : major === '2' ? 2 : 3
}

function readVersion(cursor: Cursor): void {
  if (!cursor.takes('OPENQASM')) return
  const version = cursor.next()
  if (version.kind !== 'integer' && version.kind !== 'real')
    throw qasmError('a version number is expected after OPENQASM', version)
  const known = cursor.dialect === 2 ? /^2(\.0+)?$/ : /^3(\.[01])?$/
  if (!known.test(version.text))
    throw qasmError(`OpenQASM ${version.text} is not a known version`, version, {
      code: 'unsupported',
      advice: 'Maybe use OPENQASM 2.0, 3.0 or 3.1.',
    })
  cursor.expect(';')
}

const REFUSED: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  2: new Set(['if']),
  3: new Set([
    ...[
      'if',
      'else',
      'for',
      'while',
      'switch',
      'def',
      'defcal',
      'cal',
      'extern',
      'input',
      'output',
      'array',
      'box',
    ],
    ...[
      'delay',
      'duration',
      'stretch',
      'return',
      'end',
      'break',
      'continue',
      'int',
      'uint',
      'float',
      'angle',
      'bool',
    ],
    ...['complex', 'pragma', 'defcalgrammar', 'nop'],
  ]),
}

function parseStatement(cursor: Cursor, scope: Scope): void {
  if (cursor.takes(';')) return
  const token = cursor.peek()
  if (token.kind === 'identifier' && REFUSED[scope.dialect].has(token.text)) throw refused(token)
  if (token.kind === 'symbol' && (token.text === '@' || token.text === '{')) throw refused(token)
  const statement = token.kind === 'identifier' ? STATEMENTS.get(token.text) : undefined
  if (statement?.dialects.includes(scope.dialect)) {
    cursor.next()
    statement.parse(cursor, scope, token)
  } else parseCallOrAssignment(cursor, scope)
}

function refused(token: Token): Error {
  return qasmError(`"${token.text}" is outside the supported subset`, token, {
    code: 'unsupported',
    advice: 'Maybe unroll the program into plain gates and measurements.',
  })
}

interface Statement {
  readonly dialects: readonly Dialect[]
  readonly parse: (cursor: Cursor, scope: Scope, token: Token) => void
}

const both = (parse: Statement['parse']): Statement => ({ dialects: [2, 3], parse })
const STATEMENTS: ReadonlyMap<string, Statement> = new Map(
  Object.entries({
    OPENQASM: both((_cursor, _scope, token) => {
      throw qasmError('OPENQASM may only be the first statement', token)
    }),
    include: both((cursor, scope) => {
      const file = cursor.expectKind('string', 'a file name in quotes')
      cursor.expect(';')
      scope.include(file)
    }),
    gate: both(parseGateDefinition),
    opaque: { dialects: [2], parse: parseOpaque },
    qreg: both((cursor, scope) => declareOld(cursor, scope, 'qubits')),
    creg: both((cursor, scope) => declareOld(cursor, scope, 'bits')),
    qubit: { dialects: [3], parse: (cursor, scope) => declareNew(cursor, scope, 'qubits') },
    bit: { dialects: [3], parse: (cursor, scope) => declareNew(cursor, scope, 'bits') },
    const: { dialects: [3], parse: parseConstant },
    let: { dialects: [3], parse: parseAlias },
    barrier: both((cursor, scope) => {
      const operands = cursor.list(';', () => parseOperand(cursor, scope, 'qubits'))
      const all = Array.from({ length: scope.numQubits }, (_, q) => q)
      const qubits = operands.length === 0 ? all : [...new Set(operands.flatMap(({ indices }) => indices))]
      if (qubits.length > 0) scope.operations.push({ gate: 'barrier', params: [], qubits })
    }),
    reset: both((cursor, scope) => {
      const operand = parseOperand(cursor, scope, 'qubits')
      cursor.expect(';')
      for (const qubit of operand.indices)
        scope.operations.push({ gate: 'reset', params: [], qubits: [qubit] })
    }),
    measure: both((cursor, scope, token) => {
      const from = parseOperand(cursor, scope, 'qubits')
      if (scope.dialect === 3 && cursor.sees(';'))
        throw qasmError('this measurement is not kept', token, {
          code: 'unsupported',
          advice: 'Maybe name the bit: c[0] = measure q[0];',
        })
      cursor.expect('->')
      const to = parseOperand(cursor, scope, 'bits')
      cursor.expect(';')
      pushMeasurements(scope, { from, to, token })
    }),
  }),
)

function pushMeasurements(
  scope: Scope,
  { from, to, token }: { readonly from: Operand; readonly to: Operand; readonly token: Token },
): void {
  if (from.scalar !== to.scalar || from.indices.length !== to.indices.length)
    throw qasmError(
      `${from.indices.length} qubits cannot be measured into ${to.indices.length} bits, or a register into a bit`,
      token,
    )
  for (const [k, qubit] of from.indices.entries())
    scope.operations.push({ gate: 'measure', params: [], qubits: [qubit], bit: to.indices[k]! })
}

/** Sizes may be constants in OpenQASM 3, only numbers in OpenQASM 2. */
function parseSize(cursor: Cursor, scope: Scope): number {
  const token = cursor.peek()
  const size =
    scope.dialect === 2
      ? Number(cursor.expectKind('integer', 'a size').text)
      : parseExpression(cursor, constantsOf(scope))
  if (
    typeof size !== 'number' ||
    !Number.isInteger(size) ||
    size < (scope.dialect === 2 ? 0 : 1) ||
    size > 1e6
  )
    throw qasmError(`a register cannot have ${token.text} as its size`, token)
  return size
}

function declareOld(cursor: Cursor, scope: Scope, kind: 'qubits' | 'bits'): void {
  const name = cursor.expectKind('identifier', 'a name')
  if (scope.dialect === 2 || cursor.sees('[')) {
    cursor.expect('[')
    const size = parseSize(cursor, scope)
    cursor.expect(']')
    scope.declareRegister(name, kind, size)
  } else scope.declareRegister(name, kind, undefined)
  cursor.expect(';')
}

function declareNew(cursor: Cursor, scope: Scope, kind: 'qubits' | 'bits'): void {
  let size: number | undefined
  if (cursor.takes('[')) {
    size = parseSize(cursor, scope)
    cursor.expect(']')
  }
  const name = cursor.expectKind('identifier', 'a name')
  scope.declareRegister(name, kind, size)
  if (kind === 'bits' && cursor.takes('=')) {
    const symbol = scope.resolve(name)
    if (symbol.kind === 'bits') assignMeasurement(cursor, scope, { ...symbol, token: name })
  } else cursor.expect(';')
}

/** `= measure ...;` of an assignment; the equals sign has been taken. */
function assignMeasurement(cursor: Cursor, scope: Scope, to: Operand): void {
  const token = cursor.peek()
  if (!cursor.takes('measure'))
    throw qasmError('only a measurement can be assigned to bits', token, {
      code: token.kind === 'end' || token.text === ';' ? 'invalid-file' : 'unsupported',
    })
  const from = parseOperand(cursor, scope, 'qubits')
  cursor.expect(';')
  pushMeasurements(scope, { from, to, token })
}

const NUMBER_TYPES = new Set(['int', 'uint', 'float', 'angle'])

function parseConstant(cursor: Cursor, scope: Scope): void {
  const type = cursor.expectKind('identifier', 'a type')
  if (!NUMBER_TYPES.has(type.text)) throw qasmError(`"${type.text}" is not a type of number`, type)
  if (cursor.takes('[')) {
    parseSize(cursor, scope)
    cursor.expect(']')
  }
  const name = cursor.expectKind('identifier', 'a name')
  cursor.expect('=')
  const value = parseExpression(cursor, constantsOf(scope)) as number
  cursor.expect(';')
  const whole = type.text === 'int' || type.text === 'uint'
  scope.declare(name, { kind: 'constant', value: whole ? Math.trunc(value) : value })
}

function parseAlias(cursor: Cursor, scope: Scope): void {
  const name = cursor.expectKind('identifier', 'a name')
  cursor.expect('=')
  const parts = [parseOperand(cursor, scope, 'qubits')]
  while (cursor.takes('++')) parts.push(parseOperand(cursor, scope, 'qubits'))
  cursor.expect(';')
  const scalar = parts.length === 1 && parts[0]!.scalar
  scope.declare(name, { kind: 'qubits', indices: parts.flatMap(({ indices }) => [...indices]), scalar })
}

/** Names that are numbers in the program itself. */
function constantsOf(scope: Scope): Lookup {
  return (token) => {
    const symbol = scope.resolve(token)
    if (symbol.kind === 'constant') return symbol.value
    throw qasmError(`"${token.text}" is ${describe(symbol)}, not a number`, token)
  }
}

function parseCallOrAssignment(cursor: Cursor, scope: Scope): void {
  const token = cursor.peek()
  if (scope.dialect === 3 && token.kind === 'identifier' && scope.knows(token.text)) {
    const symbol = scope.resolve(token)
    if (symbol.kind === 'bits') {
      const to = parseOperand(cursor, scope, 'bits')
      cursor.expect('=')
      assignMeasurement(cursor, scope, to)
      return
    }
  }
  const use = parseGateUse(cursor, scope, constantsOf(scope))
  const operands = cursor.list(';', () => parseOperand(cursor, scope, 'qubits'))
  checkOperandCount(use, operands.length)
  for (const qubits of broadcast(operands, use.token)) {
    const operations = expandGate(use, qubits, [])
    // A phase of the whole program cannot be seen; it is kept only where the program asks for nothing else.
    for (const operation of operations)
      if (operation.gate !== 'gphase' || use.token.text === 'gphase') scope.operations.push(operation)
  }
}
