/** A reading position in the tokens of an OpenQASM text; every complaint it makes has a line and a column. */
import { type Dialect, qasmError, type Token, tokenize } from './lexer.ts'

export class Cursor {
  readonly #source: Iterator<Token, void>
  /** Looked at but not taken yet. */
  #next: Token | undefined
  readonly dialect: Dialect

  constructor(text: string, dialect: Dialect) {
    this.#source = tokenize(text, dialect)
    this.dialect = dialect
  }

  /** The next token; the last one is of kind `end` and stays. */
  peek(): Token {
    if (this.#next === undefined) this.#next = this.#source.next().value as Token
    return this.#next
  }

  next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#next = undefined
    return token
  }

  /** True when the next token is this word or symbol. */
  sees(text: string): boolean {
    const { kind, text: found } = this.peek()
    return found === text && (kind === 'identifier' || kind === 'symbol')
  }

  /** Takes the next token if it is `text`. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false
    this.next()
    return true
  }

  expect(text: string): Token {
    if (!this.sees(text)) throw this.#unexpected(`"${text}"`)
    return this.next()
  }

  expectKind(kind: Token['kind'], what: string): Token {
    if (this.peek().kind !== kind) throw this.#unexpected(what)
    return this.next()
  }

  /** `item`s between commas until `close`, which is taken too; one comma may trail. */
  list<T>(close: string, item: () => T): T[] {
    const items: T[] = []
    while (!this.takes(close)) {
      if (items.length > 0) {
        this.expect(',')
        if (this.takes(close)) break
      }
      items.push(item())
    }
    return items
  }

  #unexpected(wanted: string): Error {
    const token = this.peek()
    const found = token.kind === 'end' ? 'the text ends' : `"${token.text}" is found`
    return qasmError(`${wanted} is expected, ${found}`, token)
  }
}
