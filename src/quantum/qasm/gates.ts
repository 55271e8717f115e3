/** Gate definitions and gate calls of OpenQASM: reading them, and writing them out as operations. */
import type { Operation } from '../circuit/circuit.ts'
import { controlOperation, powerOf } from '../circuit/control.ts'
import { inverseOf } from '../circuit/rewire.ts'
import type { Cursor } from './cursor.ts'
import { type Expression, evaluate, type Lookup, parseExpression } from './expression.ts'
import { qasmError, type Token } from './lexer.ts'
import { REFUSED_GATES } from './library.ts'
import { type BodyGate, describe, type GateSymbol, type GateUse, type Modifier, type Scope } from './scope.ts'

/** Programs that expand beyond this are refused: definitions can double at every level. */
const MAX_OPERATIONS = 2_000_000
/** Definitions may use each other this deep. */
const MAX_DEPTH = 512

/** What is left of both limits while a call is written out. */
interface Budget {
  left: number
  depth: number
}

/** `[modifiers] name [(angles)]`, up to the first operand. */
export function parseGateUse(cursor: Cursor, scope: Scope, lookup: Lookup): GateUse {
  const modifiers: Modifier[] = []
  while (cursor.dialect === 3 && isModifier(cursor.peek().text)) modifiers.push(parseModifier(cursor, lookup))
  const token = cursor.expectKind('identifier', 'the name of a gate')
  const gate = resolveGate(scope, token)
  const params = cursor.takes('(') ? cursor.list(')', () => parseExpression(cursor, lookup)) : []
  if (params.length !== gate.numParams)
    throw qasmError(`gate ${token.text} takes ${gate.numParams} angles, has ${params.length}`, token)
  return { token, gate, modifiers, params }
}

function isModifier(word: string): boolean {
  return word === 'ctrl' || word === 'negctrl' || word === 'inv' || word === 'pow'
}

function parseModifier(cursor: Cursor, lookup: Lookup): Modifier {
  const token = cursor.next()
  const name = token.text as Modifier['name']
  let argument: Expression = 1
  if (name === 'pow' || (name !== 'inv' && cursor.sees('('))) {
    cursor.expect('(')
    argument = parseExpression(cursor, lookup)
    cursor.expect(')')
  }
  cursor.expect('@')
  if (name.endsWith('ctrl') && !(typeof argument === 'number' && Number.isInteger(argument) && argument >= 1))
    throw qasmError(`${name} takes a whole number of controls`, token)
  return { name, argument, token }
}

function resolveGate(scope: Scope, token: Token): GateSymbol {
  if (!scope.knows(token.text) && REFUSED_GATES.has(token.text))
    throw qasmError(`gate ${token.text} is outside the supported subset`, token, {
      code: 'unsupported',
      advice: 'Maybe write it with ccx, cx and p.',
    })
  const symbol = scope.resolve(token)
  if (symbol.kind !== 'gate') throw qasmError(`"${token.text}" is ${describe(symbol)}, not a gate`, token)
  return symbol
}

/** How many qubits the call takes, controls included. */
export function numOperands({ gate, modifiers }: GateUse): number {
  const controls = modifiers.filter(({ name }) => name === 'ctrl' || name === 'negctrl')
  return gate.numQubits + controls.reduce((sum, { argument }) => sum + (argument as number), 0)
}

export function checkOperandCount(use: GateUse, count: number): void {
  const wanted = numOperands(use)
  if (count !== wanted)
    throw qasmError(`gate ${use.token.text} takes ${wanted} qubits, has ${count}`, use.token)
}

/** `gate name(params) qubits { body }`; the word `gate` has been taken. */
export function parseGateDefinition(cursor: Cursor, scope: Scope): void {
  const name = cursor.expectKind('identifier', 'a name for the gate')
  const params = cursor.takes('(') ? cursor.list(')', () => parameterName(cursor)) : []
  const qubits = cursor.list('{', () => parameterName(cursor))
  if (qubits.length === 0) throw qasmError(`gate ${name.text} must act on at least one qubit`, name)
  const places = uniquePlaces(params, qubits)
  const lookup: Lookup = (token) => {
    const place = places.get(token.text)
    if (place?.kind === 'parameter') return (values) => values[place.index]!
    if (place) throw qasmError(`"${token.text}" is a qubit of the gate, not a number`, token)
    const symbol = scope.knows(token.text) ? scope.resolve(token) : undefined
    if (symbol?.kind === 'constant') return symbol.value
    throw qasmError(`"${token.text}" is not a parameter of the gate`, token)
  }
  const qubitPlace = (token: Token): number => {
    const place = places.get(token.text)
    if (place?.kind === 'qubit') return place.index
    if (place) throw qasmError(`"${token.text}" is a parameter of the gate, not a qubit`, token)
    const known = scope.knows(token.text)
      ? `${describe(scope.resolve(token))}, not a qubit of the gate`
      : 'not defined'
    throw qasmError(`"${token.text}" is ${known}`, token)
  }
  const body = parseBody(cursor, scope, { lookup, qubitPlace })
  const size = body.reduce((sum, { gate }) => sum + gate.size, 1)
  scope.declare(name, { kind: 'gate', body, numParams: params.length, numQubits: qubits.length, size })
}

/** OpenQASM 2's `opaque name(params) qubits;`: known by shape, never callable here. */
export function parseOpaque(cursor: Cursor, scope: Scope): void {
  const name = cursor.expectKind('identifier', 'a name for the gate')
  const params = cursor.takes('(') ? cursor.list(')', () => parameterName(cursor)) : []
  const qubits = cursor.list(';', () => parameterName(cursor))
  if (qubits.length === 0) throw qasmError(`gate ${name.text} must act on at least one qubit`, name)
  uniquePlaces(params, qubits)
  scope.declare(name, { kind: 'gate', numParams: params.length, numQubits: qubits.length, size: 1 })
}

const parameterName = (cursor: Cursor): Token => cursor.expectKind('identifier', 'a name')

type Place = { readonly kind: 'parameter' | 'qubit'; readonly index: number }

function uniquePlaces(params: readonly Token[], qubits: readonly Token[]): Map<string, Place> {
  const places = new Map<string, Place>()
  const add = (token: Token, place: Place): void => {
    if (places.has(token.text)) throw qasmError(`"${token.text}" is already defined`, token)
    places.set(token.text, place)
  }
  for (const [index, token] of params.entries()) add(token, { kind: 'parameter', index })
  for (const [index, token] of qubits.entries()) add(token, { kind: 'qubit', index })
  return places
}

interface BodyNames {
  readonly lookup: Lookup
  readonly qubitPlace: (token: Token) => number
}

const NOT_IN_BODY = new Set([
  'measure',
  'reset',
  'if',
  'gate',
  'opaque',
  'qreg',
  'creg',
  'include',
  'for',
  'while',
])

function parseBody(cursor: Cursor, scope: Scope, { lookup, qubitPlace }: BodyNames): BodyGate[] {
  const body: BodyGate[] = []
  while (!cursor.takes('}')) {
    if (cursor.takes(';')) continue
    const start = cursor.peek()
    if (NOT_IN_BODY.has(start.text)) {
      const kind = start.text === 'for' || start.text === 'while' ? 'unsupported' : 'invalid-file'
      throw qasmError(`only gates may stand in a gate's body, "${start.text}" is found`, start, {
        code: kind,
      })
    }
    if (cursor.takes('barrier')) {
      cursor.list(';', () => qubitPlace(parameterName(cursor)))
      continue
    }
    const use = parseGateUse(cursor, scope, lookup)
    const tokens = cursor.list(';', () => parameterName(cursor))
    const qubits = tokens.map(qubitPlace)
    checkOperandCount(use, qubits.length)
    if (new Set(qubits).size < qubits.length) throw qasmError('a qubit is named twice', use.token)
    body.push({ ...use, qubits })
  }
  return body
}

/** The operations of a gate call, phases included. `values` are the parameters of the enclosing definition. */
export function expandGate(
  use: GateUse,
  qubits: readonly number[],
  values: readonly number[],
  budget: Budget = { left: MAX_OPERATIONS, depth: 0 },
): Operation[] {
  const numControls = qubits.length - use.gate.numQubits
  let operations = expandPlain(use, qubits.slice(numControls), values, budget)
  let nextControl = numControls
  for (const modifier of use.modifiers.toReversed()) {
    const { name, token } = modifier
    const argument = evaluate(modifier.argument, values)
    if (name === 'inv') operations = operations.toReversed().flatMap(inverseOf)
    else if (name === 'pow') operations = required(powerOf(operations, argument), use, `pow(${argument})`)
    else
      for (let k = 0; k < argument; k++) {
        nextControl -= 1
        operations = controlled(operations, qubits[nextControl]!, { use, negated: name === 'negctrl' })
      }
    if (operations.length > MAX_OPERATIONS) throw tooMany(token)
  }
  return operations
}

function expandPlain(
  { gate, params, token }: GateUse,
  qubits: readonly number[],
  values: readonly number[],
  budget: Budget,
): Operation[] {
  const angles = params.map((param) => evaluate(param, values))
  for (const [k, angle] of angles.entries())
    if (!Number.isFinite(angle)) throw qasmError(`angle ${k} of ${token.text} is not a finite number`, token)
  if (gate.size > MAX_OPERATIONS) throw tooMany(token)
  if (gate.library) {
    budget.left -= 1
    if (budget.left < 0) throw tooMany(token)
    const phase = gate.library.phase?.(angles) ?? 0
    const operations = gate.library.expand(angles, qubits)
    return phase === 0 ? operations : [...operations, { gate: 'gphase', params: [phase], qubits: [] }]
  }
  if (gate.body) {
    budget.depth += 1
    if (budget.depth > MAX_DEPTH)
      throw qasmError(`definitions nest more than ${MAX_DEPTH} deep`, token, { code: 'unsupported' })
    const operations = gate.body.flatMap((use) => {
      const on = use.qubits.map((place) => qubits[place]!)
      return expandGate(use, on, angles, budget)
    })
    budget.depth -= 1
    return operations
  }
  throw qasmError(`gate ${token.text} is opaque: nothing says what it does`, token, { code: 'unsupported' })
}

function controlled(
  operations: readonly Operation[],
  control: number,
  { use, negated }: { readonly use: GateUse; readonly negated: boolean },
): Operation[] {
  const flip: Operation[] = negated ? [{ gate: 'x', params: [], qubits: [control] }] : []
  const inner = operations.flatMap((operation) =>
    required(controlOperation(control, operation), use, `ctrl @ ${operation.gate}`),
  )
  return [...flip, ...inner, ...flip]
}

function required(operations: Operation[] | undefined, use: GateUse, what: string): Operation[] {
  if (operations !== undefined) return operations
  throw qasmError(`${what} in gate ${use.token.text} is outside the supported subset`, use.token, {
    code: 'unsupported',
  })
}

function tooMany(token: Token): Error {
  return qasmError(`the program expands to more than ${MAX_OPERATIONS} gates`, token, { code: 'unsupported' })
}
