/**
 * A strict walk over JSON text for finding places: of the first syntax error, of a repeated key, of the value at a
 * path. Values are read by `JSON.parse`; this runs only when something is wrong.
 */

export interface JsonPlace {
  readonly offset: number
  readonly message: string
}

export interface JsonScan {
  readonly syntaxError?: JsonPlace
  readonly repeatedKey?: JsonPlace & { readonly key: string }
  /** Of the value at the path, or of its deepest ancestor that exists. */
  readonly valueOffset: number
  /** Of the key in front of that value, where it has one. */
  readonly keyOffset: number
}

const MAX_DEPTH = 500
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /[A-Za-z_$][\w$]*/y

class SyntaxFault extends Error {
  readonly offset: number
  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

class Walk {
  readonly #text: string
  readonly #path: readonly (string | number)[]
  #at = 0
  valueOffset = 0
  keyOffset = 0
  repeatedKey: JsonScan['repeatedKey']

  constructor(text: string, path: readonly (string | number)[]) {
    this.#text = text
    this.#path = path
  }

  run(): void {
    this.#space()
    this.valueOffset = this.#at
    this.keyOffset = this.#at
    this.#value(0, 0)
    this.#space()
    if (this.#at < this.#text.length) this.#fail('there is something after the end of the value')
  }

  /** `matched`: how many parts of the wanted path lead here; -1 when none can. */
  #value(depth: number, matched: number): void {
    if (depth > MAX_DEPTH) this.#fail(`is nested deeper than ${MAX_DEPTH} levels`)
    const start = this.#text[this.#at]
    if (start === '{') this.#object(depth, matched)
    else if (start === '[') this.#array(depth, matched)
    else if (start === '"') this.#string()
    else this.#plain()
  }

  #object(depth: number, matched: number): void {
    const seen = new Set<string>()
    this.#at += 1
    this.#space()
    if (this.#take('}')) return
    do {
      this.#space()
      const keyOffset = this.#at
      if (this.#text[this.#at] !== '"') this.#fail(`expected a key in double quotes, found ${this.#found()}`)
      const key = this.#string()
      if (seen.has(key))
        this.repeatedKey ??= { offset: keyOffset, key, message: `the key "${key}" is given twice` }
      seen.add(key)
      this.#space()
      if (!this.#take(':')) this.#fail(`expected ":" after the key "${key}", found ${this.#found()}`)
      this.#space()
      this.#member(key, keyOffset, depth, matched)
      this.#space()
    } while (this.#take(','))
    if (!this.#take('}')) this.#fail(`expected "," or "}", found ${this.#found()}`)
  }

  #array(depth: number, matched: number): void {
    this.#at += 1
    this.#space()
    if (this.#take(']')) return
    let index = 0
    do {
      this.#space()
      this.#member(index++, this.#at, depth, matched)
      this.#space()
    } while (this.#take(','))
    if (!this.#take(']')) this.#fail(`expected "," or "]", found ${this.#found()}`)
  }

  #member(part: string | number, keyOffset: number, depth: number, matched: number): void {
    const follows = matched >= 0 && matched < this.#path.length && this.#path[matched] === part
    if (follows) {
      this.valueOffset = this.#at
      this.keyOffset = keyOffset
    }
    this.#value(depth + 1, follows ? matched + 1 : -1)
  }

  #string(): string {
    const start = this.#at++
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === 34) break
      if (code === 92) {
        ESCAPE.lastIndex = this.#at
        if (!ESCAPE.test(this.#text)) this.#fail('a text has an unknown escape behind "\\"')
        this.#at = ESCAPE.lastIndex
      } else if (code >= 32) this.#at += 1
      else {
        this.#at = Number.isNaN(code) ? start : this.#at
        this.#fail(
          Number.isNaN(code) ? 'a text is not closed' : 'a text has a line break or control character',
        )
      }
    }
    this.#at += 1
    return JSON.parse(this.#text.slice(start, this.#at)) as string
  }

  #plain(): void {
    for (const word of ['true', 'false', 'null']) {
      if (!this.#text.startsWith(word, this.#at)) continue
      this.#at += word.length
      return
    }
    NUMBER.lastIndex = this.#at
    if (NUMBER.test(this.#text)) this.#at = NUMBER.lastIndex
    else this.#fail(`expected a value, found ${this.#found()}`)
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #found(): string {
    if (this.#at >= this.#text.length) return 'the end of the file'
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#text)?.[0]
    return JSON.stringify(word === undefined ? this.#text[this.#at] : word.slice(0, 30))
  }

  #fail(message: string): void {
    throw new SyntaxFault(this.#at, message)
  }
}

export function scanJson(text: string, path: readonly (string | number)[] = []): JsonScan {
  const walk = new Walk(text, path)
  let syntaxError: JsonPlace | undefined
  try {
    walk.run()
  } catch (error) {
    if (error instanceof SyntaxFault) syntaxError = { offset: error.offset, message: error.message }
    else throw error
  }
  return {
    ...(syntaxError ? { syntaxError } : {}),
    ...(walk.repeatedKey ? { repeatedKey: walk.repeatedKey } : {}),
    valueOffset: walk.valueOffset,
    keyOffset: walk.keyOffset,
  }
}

/**
 * True when some object in valid JSON `text` gives a key twice, told by counting, or when it is nested too deep to
 * tell. `value` is what the text parsed to.
 */
export function hasRepeatedKeys(text: string, value: unknown): boolean {
  return countKeyTokens(text) !== countKeys(value, 0)
}

/** NaN when the value is nested deeper than `MAX_DEPTH`. */
function countKeys(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth > MAX_DEPTH) return Number.NaN
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item, depth + 1)
    return count
  }
  for (const key in value) {
    count += 1
    const inner = (value as Record<string, unknown>)[key]
    if (typeof inner === 'object') count += countKeys(inner, depth + 1)
  }
  return count
}

/** Strings in valid JSON that have a colon behind them. */
function countKeyTokens(text: string): number {
  let count = 0
  for (let open = text.indexOf('"'); open >= 0; ) {
    let close = text.indexOf('"', open + 1)
    while (isEscaped(text, close)) close = text.indexOf('"', close + 1)
    let after = close + 1
    let code = text.charCodeAt(after)
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++after)
    if (code === 58) count += 1
    open = text.indexOf('"', after)
  }
  return count
}

/** Whether an odd number of backslashes stands before the quote at `at`. */
function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === 92) backslashes += 1
  return backslashes % 2 === 1
}
