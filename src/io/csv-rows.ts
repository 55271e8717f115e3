/** Splits CSV into rows of cells (RFC 4180: commas, double quotes, line breaks inside quotes), streamed. */
import { forEachLine } from './lines.ts'
import { fileError } from './source-position.ts'

export interface CsvRow {
  readonly cells: readonly string[]
  /** Column of each cell in its line, from 1; in a row over several lines, counted in the joined text. */
  readonly columns: readonly number[]
  /** Number of the row's first line. */
  readonly line: number
}

/** More lines than this inside one pair of quotes mean that the closing quote is missing. */
const MAX_QUOTED_LINES = 10_000

/** Hands every row that is not blank to `take`; ends early when that returns false. @throws QaasError */
export async function forEachCsvRow(path: string, take: (row: CsvRow) => boolean | undefined): Promise<void> {
  let pending: { text: string[]; line: number; quotes: number } | undefined
  await forEachLine(path, (text, number) => {
    const quotes = countQuotes(text)
    if (pending === undefined && quotes % 2 === 0)
      return text === '' ? undefined : take(splitRow({ path, text, line: number, quotes }))
    pending ??= { text: [], line: number, quotes: 0 }
    pending.text.push(text)
    pending.quotes += quotes
    if (pending.quotes % 2 === 1) {
      if (pending.text.length > MAX_QUOTED_LINES) throw unclosed(path, pending.line)
      return undefined
    }
    const whole = pending
    pending = undefined
    return take(splitRow({ path, text: whole.text.join('\n'), line: whole.line, quotes: whole.quotes }))
  })
  if (pending !== undefined) throw unclosed(path, (pending as { line: number }).line)
}

function unclosed(path: string, line: number): Error {
  return fileError({ file: path, line }, 'a double quote is not closed', {
    advice: 'Maybe write a quote inside a quoted cell twice: "".',
  })
}

function countQuotes(text: string): number {
  let count = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count += 1
  return count
}

interface RawRow {
  readonly path: string
  readonly text: string
  readonly line: number
  readonly quotes: number
}

function splitRow(raw: RawRow): CsvRow {
  const { text, line } = raw
  if (raw.quotes > 0) return splitQuoted(raw)
  const cells = text.split(',')
  let column = 1
  return {
    cells,
    line,
    get columns() {
      return cells.map((cell) => {
        const own = column
        column += cell.length + 1
        return own
      })
    },
  }
}

const QUOTED = /"((?:[^"]|"")*)"/y

function splitQuoted({ path, text, line }: RawRow): CsvRow {
  const cells: string[] = []
  const columns: number[] = []
  let at = 0
  for (;;) {
    columns.push(at + 1)
    if (text[at] === '"') {
      QUOTED.lastIndex = at
      const match = QUOTED.exec(text)
      at = QUOTED.lastIndex
      if (match === null || (at < text.length && text[at] !== ','))
        throw fileError(
          { file: path, line, column: columns.at(-1)! },
          'there is text behind a closing quote',
          {
            advice: 'Maybe write a quote inside a quoted cell twice: "".',
          },
        )
      cells.push(match[1]!.replaceAll('""', '"'))
    } else {
      const comma = text.indexOf(',', at)
      const end = comma < 0 ? text.length : comma
      cells.push(text.slice(at, end))
      at = end
    }
    if (at >= text.length) return { cells, columns, line }
    at += 1
  }
}
