/** The names of an OpenQASM program and what has been read of it so far. */
import type { Operation, Register } from '../circuit/circuit.ts'
import { type Expression, isReservedName } from './expression.ts'
import { type Dialect, qasmError, type Token } from './lexer.ts'
import { BUILTIN, isRedefinable, LIBRARIES, type LibraryGate } from './library.ts'

/** A gate with its modifiers, as it stands in a definition or in the program. */
export interface Modifier {
  readonly name: 'ctrl' | 'negctrl' | 'inv' | 'pow'
  /** Number of controls, or the exponent. */
  readonly argument: Expression
  readonly token: Token
}

export interface GateUse {
  readonly token: Token
  readonly gate: GateSymbol
  readonly modifiers: readonly Modifier[]
  readonly params: readonly Expression[]
}

/** One gate inside a definition; `qubits` are positions in the definition's own list. */
export interface BodyGate extends GateUse {
  readonly qubits: readonly number[]
}

export interface GateSymbol {
  readonly kind: 'gate'
  readonly numParams: number
  readonly numQubits: number
  /** How many library gates it comes to, powers not counted; may overflow to Infinity. */
  readonly size: number
  /** Exactly one of the two says what it does; with neither it was declared `opaque`. */
  readonly library?: LibraryGate
  readonly body?: readonly BodyGate[]
}

export type ProgramSymbol =
  | GateSymbol
  | {
      readonly kind: 'qubits' | 'bits'
      readonly indices: readonly number[]
      /** Declared without a size: one bit, not a register of one. */
      readonly scalar: boolean
    }
  | { readonly kind: 'constant'; readonly value: number }

const KIND_WORDS = {
  gate: 'a gate',
  qubits: 'a quantum register',
  bits: 'a classical register',
  constant: 'a constant',
}

/** What a name is, in words. */
export function describe(symbol: ProgramSymbol): string {
  return KIND_WORDS[symbol.kind]
}

/** Collects names, registers and operations; one per program. */
export class Scope {
  readonly dialect: Dialect
  readonly operations: Operation[] = []
  readonly qubitRegisters: Register[] = []
  readonly bitRegisters: Register[] = []
  readonly #symbols = new Map<string, ProgramSymbol>()
  #numQubits = 0
  #numBits = 0
  #numHardware = 0

  constructor(dialect: Dialect) {
    this.dialect = dialect
    for (const [name, library] of Object.entries(BUILTIN[dialect])) this.#symbols.set(name, gateOf(library))
  }

  get numQubits(): number {
    return Math.max(this.#numQubits, this.#numHardware)
  }

  get numBits(): number {
    return this.#numBits
  }

  /** @throws QaasError `invalid-file` when the name is taken */
  declare(name: Token, symbol: ProgramSymbol): void {
    const known = this.#symbols.get(name.text)
    const replaces =
      known?.kind === 'gate' && known.library !== undefined && isRedefinable(name.text, this.dialect)
    if (known !== undefined && !replaces) throw qasmError(`"${name.text}" is already defined`, name)
    if (isReservedName(name.text, this.dialect) || RESERVED[this.dialect].has(name.text))
      throw qasmError(`"${name.text}" is a word of the language and cannot be a name`, name)
    this.#symbols.set(name.text, symbol)
  }

  declareRegister(name: Token, kind: 'qubits' | 'bits', size: number | undefined): void {
    const first = kind === 'qubits' ? this.#numQubits : this.#numBits
    const count = size ?? 1
    const indices = Array.from({ length: count }, (_, k) => first + k)
    this.declare(name, { kind, indices, scalar: size === undefined })
    if (kind === 'qubits') {
      this.#numQubits += count
      this.qubitRegisters.push({ name: name.text, size: count })
    } else {
      this.#numBits += count
      this.bitRegisters.push({ name: name.text, size: count })
    }
    if (kind === 'qubits' && this.#numHardware > 0) throw mixedQubits(name)
  }

  /** The index of physical qubit `$n`. */
  hardwareQubit(token: Token): number {
    if (this.#numQubits > 0) throw mixedQubits(token)
    const qubit = Number(token.text)
    if (qubit >= 65536) throw qasmError(`$${token.text} is beyond any device`, token)
    this.#numHardware = Math.max(this.#numHardware, qubit + 1)
    return qubit
  }

  /** @throws QaasError `invalid-file` when nothing has that name yet */
  resolve(name: Token): ProgramSymbol {
    const symbol = this.#symbols.get(name.text)
    if (symbol === undefined) throw qasmError(`"${name.text}" is not defined`, name)
    return symbol
  }

  knows(name: string): boolean {
    return this.#symbols.has(name)
  }

  /** Makes the gates of a standard library known. */
  include(file: Token): void {
    const library = LIBRARIES[this.dialect][file.text]
    if (library === undefined)
      throw qasmError(`the file "${file.text}" cannot be included`, file, {
        code: 'unsupported',
        advice: `Maybe paste its text; only ${Object.keys(LIBRARIES[this.dialect]).join()} is known by name.`,
      })
    for (const name of Object.keys(library))
      if (this.#symbols.has(name) && name !== 'CX')
        throw qasmError(`"${name}" of ${file.text} is already defined`, file)
    for (const [name, entry] of Object.entries(library)) this.#symbols.set(name, gateOf(entry))
  }
}

function gateOf(library: LibraryGate): GateSymbol {
  const { numParams, numQubits } = library
  return { kind: 'gate', library, numParams, numQubits, size: 1 }
}

function mixedQubits(token: Token): Error {
  return qasmError('physical qubits ($0, $1, ...) and declared qubits are mixed', token, {
    code: 'unsupported',
  })
}

const WORDS_2 = ['gate', 'qreg', 'creg', 'if', 'measure', 'reset', 'barrier', 'opaque', 'include', 'OPENQASM']
/** Words of the language that no user may take as a name. */
const RESERVED: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  2: new Set(WORDS_2),
  3: new Set([
    ...WORDS_2.filter((word) => word !== 'opaque'),
    ...[
      'qubit',
      'bit',
      'int',
      'uint',
      'float',
      'angle',
      'bool',
      'complex',
      'array',
      'const',
      'let',
      'input',
      'output',
    ],
    ...[
      'def',
      'defcal',
      'cal',
      'extern',
      'return',
      'for',
      'while',
      'in',
      'else',
      'switch',
      'case',
      'default',
      'end',
    ],
    ...[
      'break',
      'continue',
      'box',
      'delay',
      'duration',
      'stretch',
      'durationof',
      'sizeof',
      'ctrl',
      'negctrl',
      'inv',
      'pow',
    ],
    ...['void', 'mutable', 'readonly', 'true', 'false', 'defcalgrammar', 'pragma', 'nop', 'im'],
  ]),
}
