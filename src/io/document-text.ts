/** Parses the text of a JSON or YAML document and remembers how to find the place of any value in it. */
import { isScalar, LineCounter, parseDocument, visit, type YAMLParseError } from 'yaml'
import type { DocumentPath } from '../model/invalid.ts'
import { hasRepeatedKeys, scanJson } from './json-scan.ts'
import { quickYaml, RepeatedKey } from './quick-yaml.ts'
import { fileError, positionAt, type SourcePosition } from './source-position.ts'
import { MAX_YAML_DEPTH, tooDeepAt } from './yaml-depth.ts'

export interface ParsedText {
  readonly value: unknown
  /** Where the value at `path` is, or its deepest ancestor that exists; `key`: where the key before it is. */
  locate(path: DocumentPath, part?: 'value' | 'key'): SourcePosition
}

/**
 * `line` is the number of the line in the file when the text is only that line.
 * @throws QaasError `invalid-file` on syntax errors and repeated keys
 */
export function parseJson(file: string, text: string, line?: number): ParsedText {
  const place = (offset: number): SourcePosition => {
    const position = positionAt(file, text, offset)
    return line === undefined ? position : { ...position, line }
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const { offset, message } = scanJson(text).syntaxError ?? { offset: 0, message: 'it cannot be parsed' }
    throw fileError(place(offset), `is not valid JSON: ${message}`, {
      advice: adviceForSyntax(text, offset),
      cause,
    })
  }
  if (hasRepeatedKeys(text, value)) {
    const { repeatedKey, syntaxError } = scanJson(text)
    if (repeatedKey) throw repeated(place(repeatedKey.offset), repeatedKey.message)
    // What `JSON.parse` takes and the scan does not is nested too deep for everything that follows.
    if (syntaxError)
      throw fileError(place(syntaxError.offset), syntaxError.message, {
        advice: 'Maybe the file is damaged.',
      })
  }
  return {
    value,
    locate(path, part = 'value') {
      const { keyOffset, valueOffset } = scanJson(text, path)
      return place(part === 'key' ? keyOffset : valueOffset)
    },
  }
}

function adviceForSyntax(text: string, offset: number): string {
  const rest = text.slice(offset, offset + 10)
  if (/^[\]}]/.test(rest) && /,\s*$/.test(text.slice(Math.max(0, offset - 50), offset)))
    return 'Maybe remove the comma before it.'
  if (/^(NaN|-?Infinity)/.test(rest)) return 'Maybe leave the field out; that means no limit or the default.'
  if (rest === '') return 'Maybe the file was cut short.'
  if (rest.startsWith("'")) return 'Maybe use double quotes.'
  return 'Maybe a comma, quote or bracket is missing just before it.'
}

function repeated(position: SourcePosition, message: string): Error {
  return fileError(position, message, { advice: 'Maybe remove one of the two.' })
}

/** Unfolding more aliases than this would let a small file fill the memory. */
const MAX_ALIASES = 1000

/** @throws QaasError `invalid-file` on syntax errors, repeated keys and several documents in one file */
export function parseYaml(file: string, text: string): ParsedText {
  const value = quicklyParsed(file, text)
  if (value === undefined) return parseWholeYaml(file, text)
  // Places are asked for only when something is wrong.
  return { value, locate: (path, part) => parseWholeYaml(file, text).locate(path, part) }
}

/** Undefined where it takes the whole parser. A repeated key is refused at once: a large file is full of them. */
function quicklyParsed(file: string, text: string): unknown {
  const plain = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text
  try {
    return quickYaml(plain)
  } catch (error) {
    if (!(error instanceof RepeatedKey)) throw error
    throw repeated(positionAt(file, plain, error.offset), `the key "${error.key}" is given twice`)
  }
}

function parseWholeYaml(file: string, text: string): ParsedText {
  const deepAt = tooDeepAt(text)
  if (deepAt !== undefined)
    throw fileError(positionAt(file, text, deepAt), `is nested deeper than ${MAX_YAML_DEPTH} levels`, {
      advice: 'Maybe the file is damaged.',
    })
  const lines = new LineCounter()
  const document = parsed(file, () =>
    parseDocument(text, {
      lineCounter: lines,
      merge: true,
      prettyErrors: false,
      logLevel: 'error',
      uniqueKeys: false,
    }),
  )
  const place = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  const [error] = document.errors
  if (error !== undefined) throw yamlError(place(error.pos[0]), error)
  const twice = parsed(file, () => repeatedYamlKey(document))
  if (twice) throw repeated(place(twice.offset), `the key "${twice.key}" is given twice`)
  const value = parsed(file, () => document.toJS({ maxAliasCount: MAX_ALIASES }))
  return {
    value,
    locate(path, part = 'value') {
      for (let length = path.length; length > 0; length--) {
        const offset = offsetAt(document, path.slice(0, length), part)
        if (offset !== undefined) return place(offset)
      }
      return { file, line: 1, column: 1 }
    },
  }
}

/** Runs a step of the YAML parser; what it throws on hostile input becomes an error that names the file. */
function parsed<T>(file: string, step: () => T): T {
  try {
    return step()
  } catch (cause) {
    const deep = cause instanceof RangeError
    throw fileError(
      { file },
      `is not valid YAML: ${deep ? 'it is nested too deep' : (cause as Error).message}`,
      {
        advice: deep
          ? 'Maybe the file is damaged.'
          : 'Maybe write repeated parts out instead of using aliases.',
        cause,
      },
    )
  }
}

/** The parser's own check compares each key with all before it, which takes minutes on a large map. */
function repeatedYamlKey(document: YamlDocument): { key: string; offset: number } | undefined {
  let found: { key: string; offset: number } | undefined
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        const value = isScalar(key) ? key.value : key
        if (value === '<<') continue
        if (seen.has(value)) found ??= { key: String(value), offset: (key as Ranged)?.range?.[0] ?? 0 }
        seen.add(value)
      }
      return found ? visit.BREAK : undefined
    },
  })
  return found
}

function yamlError(position: SourcePosition, error: YAMLParseError): Error {
  const advice =
    error.code === 'MULTIPLE_DOCS'
      ? 'Maybe keep one document per file.'
      : error.code === 'TAB_AS_INDENT'
        ? 'Maybe indent with spaces.'
        : 'Maybe the indentation is wrong, or a text needs quotes.'
  // The parser reports its own overflow of the stack as an error of the text.
  if (error.message.includes('call stack'))
    return fileError(position, 'is nested too deep', { advice: 'Maybe the file is damaged.', cause: error })
  return fileError(position, `is not valid YAML: ${firstLine(error.message)}`, { advice, cause: error })
}

const firstLine = (text: string): string => text.split('\n')[0]!

type YamlDocument = ReturnType<typeof parseDocument>
type Ranged = { readonly range?: readonly number[] | null } | null | undefined

function offsetAt(document: YamlDocument, path: DocumentPath, part: 'value' | 'key'): number | undefined {
  const last = path.at(-1)!
  if (part === 'key') {
    const parent = document.getIn(path.slice(0, -1), true) as { items?: readonly unknown[] } | undefined
    for (const item of parent?.items ?? []) {
      const { key } = item as { key?: Ranged & { value?: unknown } }
      if (key && String(key.value) === String(last)) return key.range?.[0]
    }
  }
  return (document.getIn(path, true) as Ranged)?.range?.[0]
}
