/** Tables for terminals, pipes and Markdown; no borders, aligned columns. */
import stringWidth from 'string-width'

export interface Column {
  readonly title: string
  /** Default `left`. */
  readonly align?: 'left' | 'right'
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return align === 'right' ? space + text : text + space
}

/** Columns narrower than this are not worth reading; the table is then wider than asked for. */
const LEAST_WIDTH = 24

/**
 * Lines of an aligned table; colours in cells do not disturb the widths. With `maxWidth` the last column is broken
 * between words so that the table fits, as far as the others leave it room.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { maxWidth = Infinity }: { readonly maxWidth?: number } = {},
): string {
  return alignedTable(columns, maxWidth === Infinity ? rows : fitted(columns, rows, maxWidth))
}

function fitted(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  maxWidth: number,
): (readonly string[])[] {
  const last = columns.length - 1
  const others = columns
    .slice(0, last)
    .map(({ title }, k) => Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[k] ?? ''))))
  const room = Math.max(LEAST_WIDTH, maxWidth - others.reduce((sum, width) => sum + width + 2, 0))
  return rows.flatMap((row) => {
    const [first = '', ...more] = brokenLines(row[last] ?? '', room)
    const blank = row.slice(0, last).map(() => '')
    return [[...row.slice(0, last), first], ...more.map((line) => [...blank, line])]
  })
}

/** Words in lines of at most `width`; a longer word has a line of its own. */
function brokenLines(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && stringWidth(line) + 1 + stringWidth(word) <= width)
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

function alignedTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, k) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[k] ?? ''))),
  )
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, k) => pad(cells[k] ?? '', widths[k]!, align))
      .join('  ')
      .trimEnd()
  return [
    line(columns.map(({ title }) => title)),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...rows.map(line),
  ].join('\n')
}

/** The same table in Markdown. */
export function renderMarkdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|')
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row)),
  ].join('\n')
}
