/** Text in tones for terminals, clipped to a width; without colours where they are not wanted (NO_COLOR, pipes). */
import stringWidth from 'string-width'

export type Tone = 'strong' | 'faint' | 'good' | 'busy' | 'warn' | 'bad'

export interface Segment {
  readonly text: string
  readonly tone?: Tone
}

/** One line of a screen. */
export type Line = readonly (Segment | string)[]

const CODES: Record<Tone, string> = { strong: '1', faint: '2', good: '32', busy: '36', warn: '33', bad: '31' }

/** Whether a terminal is to be drawn on in colour. See no-color.org. */
export function wantsColour(environment: Readonly<Record<string, string | undefined>>): boolean {
  return !environment.NO_COLOR && environment.TERM !== 'dumb'
}

/** The line as text, cut after `width` columns. */
export function lineText(line: Line, { width, colour }: { width: number; colour: boolean }): string {
  let left = width
  let text = ''
  for (const part of line) {
    const { text: whole, tone } = typeof part === 'string' ? { text: part, tone: undefined } : part
    const shown = clip(whole, left)
    left -= stringWidth(shown)
    text += tone && colour && shown ? `\u001b[${CODES[tone]}m${shown}\u001b[0m` : shown
    if (shown.length < whole.length) break
  }
  return text
}

function clip(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let shown = ''
  let used = 0
  for (const character of text) {
    used += stringWidth(character)
    if (used > width) break
    shown += character
  }
  return shown
}

/** Columns the line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, part) => sum + stringWidth(typeof part === 'string' ? part : part.text), 0)
}

/** One line with its second half at the right edge, or the first half alone where both do not fit. */
export function spread(left: Line, right: Line, width: number): Line {
  const space = width - lineWidth(left) - lineWidth(right)
  return space < 2 ? left : [...left, ' '.repeat(space), ...right]
}

export interface BarPart {
  readonly share: number
  readonly glyph: string
  readonly tone?: Tone
}

/** A bar of `width` columns made of parts by their shares of 1; a part that is not nothing gets a column if there is one. */
export function bar(parts: readonly BarPart[], width: number): Line {
  const line: Segment[] = []
  let share = 0
  let used = 0
  for (const part of parts) {
    share += part.share
    const end = Math.min(width, Math.max(Math.round(share * width), used + (part.share > 0 ? 1 : 0)))
    if (end > used)
      line.push({ text: part.glyph.repeat(end - used), ...(part.tone ? { tone: part.tone } : {}) })
    used = Math.max(used, end)
  }
  return line
}
