/** A few lines at the bottom of a terminal, drawn again in place; nothing that was printed before is touched. */
import { type Line, lineText, lineWidth, wantsColour } from './style.ts'

/** The part of a terminal stream that is needed here. */
export interface Terminal {
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

export interface Screen {
  readonly width: number
  /** Lines there is room for. */
  readonly height: number
  draw(lines: readonly Line[]): void
  /** Takes the lines away. */
  clear(): void
}

/** The terminal shows a frame only when it is whole, where it knows how to. */
const BEGIN_FRAME = '\u001b[?2026h'
const END_FRAME = '\u001b[?2026l'
const ERASE_REST_OF_LINE = '\u001b[K'
const ERASE_BELOW = '\u001b[J'

export function createScreen(
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Screen {
  const colour = wantsColour(environment)
  /** Widths of the lines that stand there. */
  let drawn: number[] = []
  const columns = (): number => terminal.columns || 80
  /** A terminal made narrower since has broken long lines into several. */
  const toTop = (): string => {
    const rows = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns())), 0)
    return rows > 0 ? `\u001b[${rows}A\r` : '\r'
  }
  const size = (): { width: number; height: number } => ({
    // The last column is left alone: some terminals wrap there.
    width: Math.max(20, columns() - 1),
    height: Math.max(4, (terminal.rows || 24) - 1),
  })
  return {
    get width() {
      return size().width
    },
    get height() {
      return size().height
    },
    draw(lines) {
      const { width, height } = size()
      const shown = lines.slice(0, height)
      const body = shown.map((line) => `${lineText(line, { width, colour })}${ERASE_REST_OF_LINE}\n`)
      terminal.write(`${BEGIN_FRAME}${toTop()}${body.join('')}${ERASE_BELOW}${END_FRAME}`)
      drawn = shown.map((line) => Math.min(width, lineWidth(line)))
    },
    clear() {
      if (drawn.length > 0) terminal.write(`${toTop()}${ERASE_BELOW}`)
      drawn = []
    },
  }
}
