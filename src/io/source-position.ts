/** Where in which file something is, and errors that say so. */
import { type ErrorCode, QaasError } from '../errors.ts'

/** Line and column count from 1; absent when the file as a whole is meant. */
export interface SourcePosition {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** The position of a character in a text. */
export function positionAt(file: string, text: string, offset: number): SourcePosition {
  let line = 1
  let start = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1
    start = at + 1
  }
  return { file, line, column: Math.min(offset, text.length) - start + 1 }
}

export interface FileErrorDetails {
  readonly advice: string
  readonly code?: ErrorCode
  readonly data?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** An error that starts with `file:line:column: `, the form that editors and terminals turn into links. */
export function fileError(
  position: SourcePosition,
  message: string,
  { advice, code = 'invalid-file', data, cause }: FileErrorDetails,
): QaasError {
  const place = [position.file, position.line, position.column].filter((part) => part !== undefined).join(':')
  return new QaasError(code, `${place}: ${message}`, {
    advice,
    data: { ...data, ...position },
    ...(cause === undefined ? {} : { cause }),
  })
}
