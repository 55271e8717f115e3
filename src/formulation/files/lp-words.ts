/** Steps through the words of an LP file and collects the variables they name; the grammar is in `lp-sections.ts`. */
import type { QaasError } from '../../errors.ts'
import { invalidFile } from './invalid-file.ts'
import { LP_FORMAT, type LpSection, type LpToken } from './lp-tokens.ts'

/** What a file has said of a variable so far. */
export interface LpVariable {
  type: 'REAL' | 'BINARY' | 'INTEGER'
  lower: number | undefined
  upper: number | undefined
}

export class LpWords {
  /** By name, in the order of their first mention; that order is their index. */
  readonly variables: Map<string, LpVariable> = new Map()
  readonly #indices = new Map<string, number>()
  readonly #tokens: Iterator<LpToken, undefined>
  #token: LpToken | undefined
  #next: LpToken | undefined
  #lastLine = 1

  constructor(tokens: Iterator<LpToken, undefined>) {
    this.#tokens = tokens
    this.#token = tokens.next().value
    this.#next = tokens.next().value
  }

  #step(): void {
    this.#lastLine = this.#token?.line ?? this.#lastLine
    this.#token = this.#next
    this.#next = this.#token && this.#tokens.next().value
  }

  is(kind: LpToken['kind']): boolean {
    return this.#token?.kind === kind
  }

  /** Whether the word after the next one is of this kind. */
  isNext(kind: LpToken['kind']): boolean {
    return this.#next?.kind === kind
  }

  /** True at the end of a section. */
  get done(): boolean {
    return this.#token === undefined || this.is('section')
  }

  accept(kind: LpToken['kind']): boolean {
    if (!this.is(kind)) return false
    this.#step()
    return true
  }

  /** Steps over a name that equals `word` whatever its case. */
  acceptWord(word: RegExp): boolean {
    const token = this.#token
    if (token?.kind !== 'name' || !word.test(token.text)) return false
    this.#step()
    return true
  }

  section(): LpSection | undefined {
    const token = this.#token
    if (token === undefined) return undefined
    if (token.kind !== 'section') throw this.fail('a section such as "Minimize" or "Subject To"')
    this.#step()
    return token.section
  }

  name(): string {
    const token = this.#token
    if (token?.kind !== 'name') throw this.fail('a name')
    this.#step()
    return token.text
  }

  sense(): '<=' | '>=' | '==' {
    const token = this.#token
    if (token?.kind !== 'sense') throw this.fail('"<=", ">=" or "="')
    this.#step()
    return token.sense
  }

  number(): number | undefined {
    const token = this.#token
    if (token?.kind !== 'number') return undefined
    this.#step()
    return token.value
  }

  /** The product of any number of signs. */
  sign(): 1 | -1 {
    let value: 1 | -1 = 1
    for (; this.is('+') || this.is('-'); this.#step()) if (this.is('-')) value = value === 1 ? -1 : 1
    return value
  }

  /** Index of the variable named next. */
  variable(): number {
    const text = this.name()
    const known = this.#indices.get(text)
    if (known !== undefined) return known
    this.#indices.set(text, this.#indices.size)
    this.variables.set(text, { type: 'REAL', lower: undefined, upper: undefined })
    return this.#indices.size - 1
  }

  /** What is known of the variable named next. */
  declared(): LpVariable {
    const token = this.#token
    this.variable()
    return this.variables.get((token as { text: string }).text)!
  }

  /** The error that something else is due here. */
  fail(due: string): QaasError {
    const token = this.#token
    const line = token?.line ?? this.#lastLine
    const found = token === undefined ? 'the end' : describe(token)
    return invalidFile(LP_FORMAT, `line ${line} has ${found} where ${due} is due`, { line })
  }
}

function describe(token: LpToken): string {
  if (token.kind === 'number') return String(token.value)
  if (token.kind === 'name') return JSON.stringify(token.text)
  if (token.kind === 'section') return `the section "${token.section}"`
  return token.kind === 'sense' ? `"${token.sense}"` : `"${token.kind}"`
}
