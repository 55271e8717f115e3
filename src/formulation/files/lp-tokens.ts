/** The words of an LP file: numbers, names, operators, section keywords. Knows no grammar. */
import { invalidFile } from './invalid-file.ts'

export const LP_FORMAT = 'LP file'

export type LpSection =
  | 'minimize'
  | 'maximize'
  | 'constraints'
  | 'bounds'
  | 'binary'
  | 'general'
  | 'semi'
  | 'sos'
  | 'end'

export type LpToken =
  | { readonly kind: 'number'; readonly value: number; readonly line: number }
  | { readonly kind: 'name'; readonly text: string; readonly line: number }
  | { readonly kind: 'section'; readonly section: LpSection; readonly line: number }
  | { readonly kind: 'sense'; readonly sense: '<=' | '>=' | '=='; readonly line: number }
  | { readonly kind: '+' | '-' | '*' | '/' | '^' | '[' | ']' | ':'; readonly line: number }

/** Section words that stand alone, in lower case. */
const SECTIONS: Readonly<Record<string, LpSection>> = {
  min: 'minimize',
  minimize: 'minimize',
  minimum: 'minimize',
  max: 'maximize',
  maximize: 'maximize',
  maximum: 'maximize',
  st: 'constraints',
  's.t.': 'constraints',
  'st.': 'constraints',
  bound: 'bounds',
  bounds: 'bounds',
  bin: 'binary',
  binary: 'binary',
  binaries: 'binary',
  gen: 'general',
  general: 'general',
  generals: 'general',
  integer: 'general',
  integers: 'general',
  semi: 'semi',
  semis: 'semi',
  sos: 'sos',
  sos1: 'sos',
  sos2: 'sos',
  end: 'end',
}

/** Words a reader takes for something else: no variable or constraint may be called so. */
export function isLpKeyword(name: string): boolean {
  const word = name.toLowerCase()
  return Object.hasOwn(SECTIONS, word) || ['free', 'inf', 'infinity', 'subject', 'such'].includes(word)
}

/** As in HiGHS, and in what we write. */
const MAX_NAME_LENGTH = 255

const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\r\n;]+/y
const LINE_COMMENT = /\\[^\n]*/y
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y
const SENSE = /<=|=<|>=|=>|<|>|=/y
/** Everything but white space, operators and what starts a comment. */
const NAME = /[^\s;\\+\-*/^[\]:<>=]+/y
const TWO_WORDS = /(?:subject[ \t\r\n]+to|such[ \t\r\n]+that)\b/iy
const SEMI_CONTINUOUS = /semi-continuous\b/iy

/** One at a time: all of them would take fifty times the text. @throws QaasError `invalid-file` on characters that start nothing */
export function* lpTokens(text: string): Generator<LpToken, undefined> {
  let at = 0
  let line = 1
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found === undefined) return undefined
    at += found.length
    return found
  }
  const skip = (pattern: RegExp): boolean => {
    const found = take(pattern)
    if (found === undefined) return false
    for (let k = found.indexOf('\n'); k >= 0; k = found.indexOf('\n', k + 1)) line++
    return true
  }
  while (at < text.length) {
    if (skip(SPACE) || skip(LINE_COMMENT) || skip(BLOCK_COMMENT)) continue
    // Looking for the missing end again at every further "/*" would take the square of the file's length.
    if (text.startsWith('/*', at))
      throw invalidFile(LP_FORMAT, `the comment of line ${line} has no end`, { line })
    if (skip(TWO_WORDS)) yield { kind: 'section', section: 'constraints', line }
    else if (skip(SEMI_CONTINUOUS)) yield { kind: 'section', section: 'semi', line }
    else yield nextToken()
  }
  return undefined

  function nextToken(): LpToken {
    const number = take(NUMBER)
    if (number !== undefined) return { kind: 'number', value: Number(number), line }
    const sense = take(SENSE)
    if (sense !== undefined)
      return { kind: 'sense', sense: sense.includes('<') ? '<=' : sense.includes('>') ? '>=' : '==', line }
    const name = take(NAME)
    if (name !== undefined) {
      if (name.length > MAX_NAME_LENGTH)
        throw invalidFile(LP_FORMAT, `line ${line} has a name of ${name.length} characters, more than 255`, {
          line,
        })
      const section = Object.hasOwn(SECTIONS, name.toLowerCase()) ? SECTIONS[name.toLowerCase()] : undefined
      return section === undefined ? { kind: 'name', text: name, line } : { kind: 'section', section, line }
    }
    const operator = text[at++]!
    if ('+-*/^[]:'.includes(operator)) return { kind: operator as '+', line }
    throw invalidFile(LP_FORMAT, `line ${line} has ${JSON.stringify(operator)}, which starts nothing`, {
      line,
    })
  }
}
