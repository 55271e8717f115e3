/** Shows long work while it runs: one rewritten line on a terminal, sparse plain lines in a pipe; always on stderr. */
import stringWidth from 'string-width'

/** How often the line is redrawn, and how often a pipe gets a line, in milliseconds. */
const REDRAW_MS = 100
const PIPE_MS = 2000

export interface ProgressLine {
  /** Says what is going on; drawn when it is time. */
  update(text: string): void
  /** Removes the line. */
  done(): void
}

/** A progress line; `silent` for machine-readable output. */
export function createProgressLine({ silent = false }: { readonly silent?: boolean } = {}): ProgressLine {
  const { stderr } = process
  if (silent) return { update: () => {}, done: () => {} }
  const every = stderr.isTTY ? REDRAW_MS : PIPE_MS
  let last = stderr.isTTY ? 0 : performance.now()
  let drawn = false
  return {
    update(text) {
      const time = performance.now()
      if (time - last < every) return
      last = time
      if (!stderr.isTTY) {
        stderr.write(`${text}\n`)
        return
      }
      const width = (stderr.columns ?? 80) - 1
      const shown = stringWidth(text) > width ? text.slice(0, width) : text
      stderr.write(`\r\u001b[2K${shown}`)
      drawn = true
    },
    done() {
      if (drawn) stderr.write('\r\u001b[2K')
      drawn = false
    },
  }
}
