/** Cuts OpenQASM 2 or 3 text into tokens with their positions. Knows spelling only; keywords are the parser's. */
import { QaasError } from '../../errors.ts'

export type TokenKind = 'identifier' | 'integer' | 'real' | 'string' | 'hardware' | 'symbol' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As written; for strings without the quotes, for hardware qubits without the dollar sign. */
  readonly text: string
  /** Both count from 1. */
  readonly line: number
  readonly column: number
}

export type Dialect = 2 | 3

/** Where something is wrong. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** An error at a place of the text: `invalid-file` when it is wrong, `unsupported` when it is valid but not taken. */
export function qasmError(
  message: string,
  { line, column }: Position,
  kind: { readonly code: 'invalid-file' | 'unsupported'; readonly advice?: string } = {
    code: 'invalid-file',
  },
): QaasError {
  return new QaasError(kind.code, `OpenQASM line ${line}, column ${column}: ${message}`, {
    ...(kind.advice ? { advice: kind.advice } : {}),
    data: { line, column },
  })
}

const NUMBER = /(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?/y
const RADIX = /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*_[\d_]*/y
const SYMBOLS: Record<Dialect, RegExp> = {
  2: /->|==|[;,()[\]{}+\-*/^]/y,
  3: /->|==|!=|<=|>=|\*\*|\+\+|<<|>>|&&|\|\||[+\-*/%^&|]=|[;:,()[\]{}+\-*/^=@%<>&|~!]/y,
}
const IDENTIFIER: Record<Dialect, RegExp> = {
  2: /[A-Za-z_][A-Za-z0-9_]*/y,
  3: /[\p{L}\p{Nl}_][\p{L}\p{Nl}_0-9]*/uy,
}
/** The only OpenQASM 2 names that start with a capital. */
const CAPITALS = new Set(['OPENQASM', 'U', 'CX'])

/**
 * The tokens of `text` one by one, closed by one of kind `end`; nothing behind the token asked for is looked at.
 * @throws QaasError `invalid-file` with line and column
 */
export function* tokenize(text: string, dialect: Dialect): Generator<Token, void> {
  let [at, line, lineStart] = [0, 1, 0]
  const position = (): Position => ({ line, column: at - lineStart + 1 })
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const cut = (kind: TokenKind, value: string, length: number): Token => {
    const token = { kind, text: value, ...position() }
    at += length
    return token
  }
  const skip = (length: number): void => {
    for (const end = at + length; at < end; at++)
      if (text[at] === '\n') {
        line += 1
        lineStart = at + 1
      }
  }
  while (at < text.length) {
    const blank = match(/[ \t\r\n]+|\/\/[^\n]*/y) ?? (dialect === 3 ? match(/\/\*[\s\S]*?\*\//y) : undefined)
    if (blank !== undefined) {
      skip(blank.length)
      continue
    }
    const char = text[at]!
    if (char === '"' || char === "'") {
      yield cut('string', ...stringAt(text, at, position()))
    } else if (/\d/.test(char) || (char === '.' && /\d/.test(text[at + 1] ?? ''))) {
      const [kind, number] = numberAt(dialect, match, position())
      const token = cut(kind, number, number.length)
      if (/[A-Za-z0-9_.]/.test(text[at] ?? ''))
        throw qasmError(`"${text[at]}" cannot follow the number ${number}`, position())
      yield token
    } else if (char === '$' && dialect === 3) {
      const digits = match(/\$\d+/y)
      if (digits === undefined) throw qasmError('"$" must be followed by the number of a qubit', position())
      yield cut('hardware', digits.slice(1), digits.length)
    } else {
      const word = match(IDENTIFIER[dialect])
      const symbol = word === undefined ? match(SYMBOLS[dialect]) : undefined
      if (word !== undefined) {
        if (dialect === 2 && !/[a-z]/.test(word[0]!) && !CAPITALS.has(word))
          throw qasmError(`the name "${word}" must start with a lower-case letter`, position())
        yield cut('identifier', word, word.length)
      } else if (symbol !== undefined) yield cut('symbol', symbol, symbol.length)
      else throw qasmError(`${JSON.stringify(char)} has no meaning in OpenQASM ${dialect}`, position())
    }
  }
  yield cut('end', '', 0)
}

function stringAt(text: string, at: number, position: Position): [string, number] {
  const close = text.indexOf(text[at]!, at + 1)
  const newline = text.indexOf('\n', at)
  if (close < 0 || (newline >= 0 && newline < close)) throw qasmError('the string is not closed', position)
  return [text.slice(at + 1, close), close + 1 - at]
}

function numberAt(
  dialect: Dialect,
  match: (pattern: RegExp) => string | undefined,
  position: Position,
): ['integer' | 'real', string] {
  const radix = dialect === 3 ? match(RADIX) : undefined
  if (radix !== undefined) {
    if (/__|_$|x_|o_|b_/i.test(radix)) throw qasmError(`"${radix}" is not a number`, position)
    return ['integer', radix]
  }
  const number = match(NUMBER)!
  if (!/^\d+$/.test(number)) return ['real', number]
  if (dialect === 2 && /^0\d/.test(number))
    throw qasmError(`the integer ${number} must not start with a zero`, position)
  return ['integer', number]
}
