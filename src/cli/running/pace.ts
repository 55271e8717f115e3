/** How fast tasks end, over the last seconds: what a run resumed after a night must not average over the night. */

const WINDOW_MS = 10_000

export interface Pace {
  /** Notes that so many tasks have ended by then. */
  note(finished: number, atMs: number): void
  /** Tasks a second; undefined until there is something to go by. */
  readonly perSecond: number | undefined
}

export function createPace(windowMs: number = WINDOW_MS): Pace {
  const notes: { finished: number; atMs: number }[] = []
  return {
    note(finished, atMs) {
      notes.push({ finished, atMs })
      while (notes.length > 2 && notes[1]!.atMs <= atMs - windowMs) notes.shift()
    },
    get perSecond() {
      const [first, last] = [notes[0], notes.at(-1)]
      if (!first || !last || last.atMs === first.atMs || last.finished === first.finished) return undefined
      return ((last.finished - first.finished) * 1000) / (last.atMs - first.atMs)
    },
  }
}
