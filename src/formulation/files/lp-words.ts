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
  readonly #tokens: readonly LpToken[]
  #at = 0

  constructor(tokens: readonly LpToken[]) {
    this.#tokens = tokens
  }

  is(kind: LpToken['kind'], ahead = 0): boolean {
    return this.#tokens[this.#at + ahead]?.kind === kind
  }

  /** True at the end of a section. */
  get done(): boolean {
    return this.#at >= this.#tokens.length || this.is('section')
  }

  accept(kind: LpToken['kind']): boolean {
    if (!this.is(kind)) return false
    this.#at++
    return true
  }

  /** Steps over a name that equals `word` whatever its case. */
  acceptWord(word: RegExp): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'name' || !word.test(token.text)) return false
    this.#at++
    return true
  }

  section(): LpSection | undefined {
    const token = this.#tokens[this.#at]
    if (token === undefined) return undefined
    if (token.kind !== 'section') throw this.fail('a section such as "Minimize" or "Subject To"')
    this.#at++
    return token.section
  }

  name(): string {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'name') throw this.fail('a name')
    this.#at++
    return token.text
  }

  sense(): '<=' | '>=' | '==' {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sense') throw this.fail('"<=", ">=" or "="')
    this.#at++
    return token.sense
  }

  number(): number | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'number') return undefined
    this.#at++
    return token.value
  }

  /** The product of any number of signs. */
  sign(): 1 | -1 {
    let value: 1 | -1 = 1
    for (; this.is('+') || this.is('-'); this.#at++) if (this.is('-')) value = value === 1 ? -1 : 1
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
    const token = this.#tokens[this.#at]
    this.variable()
    return this.variables.get((token as { text: string }).text)!
  }

  /** The error that something else is due here. */
  fail(due: string): QaasError {
    const token = this.#tokens[this.#at]
    const line = (token ?? this.#tokens.at(-1))?.line ?? 1
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
