/** Finds where a YAML text is nested too deep, before a recursive parser overflows the stack on it. */
import { Lexer } from 'yaml'

/** Levels of lists and maps; instances have six. */
export const MAX_YAML_DEPTH = 200

/** Tokens that mark a place and are no part of the text. */
const MARKERS = new Set(['\x02', '\x18', '\x1f'])

/** The offset of the first value that is deeper than `MAX_YAML_DEPTH`; undefined where none is. */
export function tooDeepAt(text: string): number | undefined {
  const depth = createDepth()
  let offset = 0
  for (const token of new Lexer().lex(text)) {
    if (MARKERS.has(token)) continue
    if (depth.after(token) > MAX_YAML_DEPTH) return offset
    offset += token.length
  }
  return undefined
}

/** Levels of flow brackets, of "- " and "? " on one line, and of lines indented beyond all lines they are in. */
function createDepth() {
  let flow = 0
  let inLine = 0
  const indents: number[] = []
  let lineStarts = true
  return {
    after(token: string): number {
      const isSpace = /^[ \t]+$/.test(token)
      if (token === '\n' || token === '\r\n') {
        lineStarts = true
        inLine = 0
      } else if (lineStarts && flow === 0 && !token.startsWith('#')) {
        const indent = isSpace ? token.length : 0
        while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop()
        indents.push(indent)
        lineStarts = false
      }
      if (token === '[' || token === '{') flow++
      else if (token === ']' || token === '}') flow = Math.max(0, flow - 1)
      else if (flow === 0 && (token === '-' || token === '?')) inLine++
      return flow + inLine + indents.length
    },
  }
}
