/**
 * Reads the plain part of YAML that instance files are made of, forty times quicker than a full parser: block maps
 * and lists, flow maps and lists on one line, plain and double-quoted scalars, comments. At anything else, and at
 * every mistake, it gives up and leaves the file to the full parser. It never reads what that would read otherwise.
 */

const MAX_DEPTH = 100

/** Control characters, tabs and carriage returns among them, and the byte order mark. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNUSUAL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufeff]/
const KEY = /([A-Za-z_][\w.-]*)[ ]*:(?=[ \n]|$)/y
const QUOTED = /"(?:[^"\\\n]|\\.)*"/y
/** A plain scalar inside brackets; it may not hold a colon, a quote, a hash or a bracket. */
const FLOW_PLAIN = /[\w.+~/-][^,:#"'[\]{}\n]*/y
const BLOCK_PLAIN = /[\w.+~/-][^:#"'\n]*/y
const INTEGER = /^[-+]?\d+$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
/** Starts of scalars that mean something special, or look like it. */
const SPECIAL = /^(?:[-+]?\.(?:inf|nan)|0[xob]|---|\.\.\.|-$|- |[-+.~/]$)/i

const WORDS: Readonly<Record<string, unknown>> = {
  null: null,
  Null: null,
  NULL: null,
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
}

const GIVE_UP = Symbol('give up')

/** Thrown at the second of two equal keys of a map: such a document is refused, whatever else it holds. */
export class RepeatedKey {
  readonly key: string
  readonly offset: number

  constructor(key: string, offset: number) {
    this.key = key
    this.offset = offset
  }
}

/**
 * The value of the document, or undefined when it takes a full parser to tell.
 * @throws RepeatedKey
 */
export function quickYaml(text: string): unknown {
  if (UNUSUAL.test(text)) return undefined
  try {
    return new Reader(text).document()
  } catch (error) {
    if (error === GIVE_UP) return undefined
    throw error
  }
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): unknown {
    const column = this.#nextLine()
    if (column < 0) throw GIVE_UP
    const value = this.#block(column, 0)
    if (this.#nextLine() >= 0) throw GIVE_UP
    return value
  }

  /**
   * Moves to the first character of the next line that has content, from the start or end of a line, and returns its
   * column; -1 at the end. A line of three dashes or dots parts documents.
   */
  #nextLine(): number {
    const text = this.#text
    for (;;) {
      const start = this.#at
      while (text.charCodeAt(this.#at) === 32) this.#at += 1
      const code = text.charCodeAt(this.#at)
      if (Number.isNaN(code)) return -1
      if (code === 35) this.#at = this.#lineEnd()
      else if (code !== 10) {
        const column = this.#at - start
        if (column === 0 && /^(?:---|\.\.\.)/.test(text.slice(this.#at, this.#at + 3))) throw GIVE_UP
        return column
      }
      this.#at += 1
    }
  }

  /** The column of the next line with content, without moving there. */
  #peekColumn(): number {
    const at = this.#at
    const column = this.#nextLine()
    this.#peeked = this.#at
    this.#at = at
    return column
  }

  /** Where the line found by `#peekColumn` has its first character. */
  #peeked = 0

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at)
    return end < 0 ? this.#text.length : end
  }

  /** A block that begins here, in `column`. */
  #block(column: number, depth: number): unknown {
    if (depth > MAX_DEPTH) throw GIVE_UP
    return this.#isDash() ? this.#list(column, depth) : this.#map(column, depth)
  }

  #isDash(at: number = this.#at): boolean {
    if (this.#text.charCodeAt(at) !== 45) return false
    const next = this.#text.charCodeAt(at + 1)
    return next === 32 || next === 10 || Number.isNaN(next)
  }

  #list(column: number, depth: number): unknown[] {
    const items: unknown[] = []
    for (;;) {
      if (!this.#isDash()) throw GIVE_UP
      const dash = this.#at++
      while (this.#text.charCodeAt(this.#at) === 32) this.#at += 1
      const inner = column + this.#at - dash
      if (this.#isEmptyRest()) items.push(this.#below(column, depth, false))
      else if (this.#isDash() || this.#isKey()) items.push(this.#block(inner, depth + 1))
      else items.push(this.#inline(depth))
      // A list may stand in the column of its key, and then ends at the next key.
      if (this.#peekColumn() === column && !this.#isDash(this.#peeked)) return items
      if (!this.#continues(column)) return items
    }
  }

  #map(column: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {}
    for (;;) {
      const key = this.#newKey(map)
      map[key] = this.#isEmptyRest() ? this.#below(column, depth, true) : this.#inline(depth)
      if (!this.#continues(column)) return map
    }
  }

  /** Moves to the next line if it belongs to the block in `column`. */
  #continues(column: number): boolean {
    const next = this.#peekColumn()
    if (next < column) return false
    if (next > column) throw GIVE_UP
    this.#at = this.#peeked
    return true
  }

  /** What stands in the lines below a key or dash that has nothing behind it. */
  #below(column: number, depth: number, isKey: boolean): unknown {
    const next = this.#peekColumn()
    // The items of a list may stand as far left as their key.
    const isList = isKey && next === column && this.#isDash(this.#peeked)
    if (next < column || (next === column && !isList)) return null
    this.#at = this.#peeked
    return this.#block(next, depth + 1)
  }

  #isKey(): boolean {
    KEY.lastIndex = this.#at
    if (KEY.test(this.#text)) return true
    QUOTED.lastIndex = this.#at
    return QUOTED.test(this.#text) && this.#text.charCodeAt(QUOTED.lastIndex) === 58
  }

  /** Reads a key and its colon. */
  #key(): string {
    KEY.lastIndex = this.#at
    const match = KEY.exec(this.#text)
    if (match) {
      if (match[1]! in WORDS) throw GIVE_UP
      this.#at = KEY.lastIndex
    } else {
      if (this.#text.charCodeAt(this.#at) !== 34) throw GIVE_UP
      const key = this.#quoted()
      const next = this.#text.charCodeAt(this.#at + 1)
      if (this.#text.charCodeAt(this.#at) !== 58 || (next !== 32 && next !== 10)) throw GIVE_UP
      this.#at += 1
      return key
    }
    return match[1]!
  }

  #newKey(map: Readonly<Record<string, unknown>>): string {
    const offset = this.#at
    const key = this.#key()
    if (key === '__proto__') throw GIVE_UP
    if (Object.hasOwn(map, key)) throw new RepeatedKey(key, offset)
    return key
  }

  /** Moves over blanks; true when the line has nothing more but a comment. */
  #isEmptyRest(): boolean {
    const before = this.#at
    while (this.#text.charCodeAt(this.#at) === 32) this.#at += 1
    const code = this.#text.charCodeAt(this.#at)
    if (code === 35 && this.#at > before) this.#at = this.#lineEnd()
    else if (code === 35) throw GIVE_UP
    return this.#at >= this.#text.length || this.#text.charCodeAt(this.#at) === 10
  }

  /** A value on the line, to its end. */
  #inline(depth: number): unknown {
    const code = this.#text.charCodeAt(this.#at)
    const value =
      code === 91 || code === 123
        ? this.#flow(depth + 1)
        : code === 34
          ? this.#quoted()
          : this.#plain(BLOCK_PLAIN)
    if (!this.#isEmptyRest()) throw GIVE_UP
    // A scalar goes on in the next line when that is indented further; `#continues` gives up there.
    return value
  }

  #flow(depth: number): unknown {
    if (depth > MAX_DEPTH) throw GIVE_UP
    const code = this.#text.charCodeAt(this.#at)
    if (code === 91) return this.#flowList(depth)
    if (code === 123) return this.#flowMap(depth)
    return code === 34 ? this.#quoted() : this.#plain(FLOW_PLAIN)
  }

  #flowList(depth: number): unknown[] {
    const items: unknown[] = []
    this.#at += 1
    if (this.#take(93)) return items
    do {
      this.#blanks()
      items.push(this.#flow(depth + 1))
    } while (this.#take(44))
    if (!this.#take(93)) throw GIVE_UP
    return items
  }

  #flowMap(depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {}
    this.#at += 1
    if (this.#take(125)) return map
    do {
      this.#blanks()
      const key = this.#newKey(map)
      this.#blanks()
      map[key] = this.#flow(depth + 1)
    } while (this.#take(44))
    if (!this.#take(125)) throw GIVE_UP
    return map
  }

  #blanks(): void {
    while (this.#text.charCodeAt(this.#at) === 32) this.#at += 1
  }

  #take(code: number): boolean {
    this.#blanks()
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at += 1
    return true
  }

  /** A double-quoted text whose escapes are those of JSON too. */
  #quoted(): string {
    QUOTED.lastIndex = this.#at
    const match = QUOTED.exec(this.#text)
    if (match === null) throw GIVE_UP
    this.#at = QUOTED.lastIndex
    if (!match[0].includes('\\')) return match[0].slice(1, -1)
    try {
      return JSON.parse(match[0]) as string
    } catch {
      throw GIVE_UP
    }
  }

  #plain(pattern: RegExp): unknown {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) throw GIVE_UP
    this.#at = pattern.lastIndex
    const next = this.#text.charCodeAt(this.#at)
    const word = match[0].trimEnd()
    this.#at -= match[0].length - word.length
    // A comment needs a blank before it; a colon or quote inside a scalar is not for us.
    if (next === 35 && word.length < match[0].length) return scalar(word)
    if (next === 35 || next === 58 || next === 34 || next === 39) throw GIVE_UP
    if (pattern === FLOW_PLAIN && (next === 91 || next === 123 || next === 10)) throw GIVE_UP
    return scalar(word)
  }
}

/** A plain scalar in the core schema of YAML 1.2. */
function scalar(word: string): unknown {
  const first = word.charCodeAt(0)
  const letter = (first >= 97 && first <= 122) || (first >= 65 && first <= 90) || first === 95
  if (letter) return Object.hasOwn(WORDS, word) ? WORDS[word] : word
  if (SPECIAL.test(word)) throw GIVE_UP
  return INTEGER.test(word) || FLOAT.test(word) ? Number(word) : word
}
