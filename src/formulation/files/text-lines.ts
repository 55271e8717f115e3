/** Lines of white-space separated fields with their numbers; for formats that are tables of numbers. */
import { invalidFile } from './invalid-file.ts'

export interface TextLine {
  /** From 1. */
  readonly number: number
  readonly fields: readonly string[]
}

/** Tables have a few short fields a line; a longer one would become millions of them. */
const MAX_LINE_LENGTH = 1 << 20

/**
 * Lines that have fields, in order, without building an array of all of them.
 * @throws QaasError `invalid-file` on a line beyond a million characters
 */
export function* textLines(text: string, format: string): Generator<TextLine> {
  let start = 0
  for (let number = 1; start < text.length; number++) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    if (end - start > MAX_LINE_LENGTH)
      throw invalidFile(format, `line ${number} has ${end - start} characters`, { line: number })
    const line = text.slice(start, end).trim()
    start = end + 1
    if (line !== '') yield { number, fields: line.split(/\s+/) }
  }
}

/** A finite number. @throws QaasError `invalid-file` naming the line */
export function numberField(field: string | undefined, line: number, format: string): number {
  const value = field === undefined || field === '' ? Number.NaN : Number(field)
  if (Number.isFinite(value)) return value
  throw invalidFile(format, `line ${line} has ${JSON.stringify(field ?? '')} where a number is due`, { line })
}

/** A whole number in low .. high. @throws QaasError `invalid-file` naming the line */
export function indexField(
  field: string | undefined,
  {
    line,
    format,
    low = 0,
    high = Number.MAX_SAFE_INTEGER,
  }: { line: number; format: string; low?: number; high?: number },
): number {
  const value = numberField(field, line, format)
  if (Number.isInteger(value) && value >= low && value <= high) return value
  throw invalidFile(format, `line ${line} has ${field} where a whole number in ${low} .. ${high} is due`, {
    line,
  })
}
