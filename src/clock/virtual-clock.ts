/**
 * A clock for simulation: time passes only from one due timer to the next, so that hours take milliseconds and a
 * seed always gives the same run. Ties fire in the order in which they were set.
 */
import type { Clock } from './clock.ts'

export interface VirtualClock extends Clock {
  /**
   * Fires timers in order until `until()` is true. Between timers all promise callbacks run. Returns false when no
   * timer is left before that, or when the virtual time limit is passed.
   */
  run(until: () => boolean, limitMs?: number): Promise<boolean>
  /** Moves the wall clock alone, as a wrong time server does. */
  jumpWall(byMs: number): void
}

interface Entry {
  readonly at: number
  readonly order: number
  readonly action: () => void
  cancelled: boolean
}

export function createVirtualClock(): VirtualClock {
  const heap: Entry[] = []
  let now = 0
  let wallOffset = 1_750_000_000_000
  let order = 0
  const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

  const push = (entry: Entry): void => {
    let at = heap.push(entry) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!before(entry, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = entry
  }
  const pop = (): Entry => {
    const top = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return top
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below += 1
      if (!before(heap[below]!, last)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = last
    return top
  }
  const set = (delayMs: number, action: () => void): Entry => {
    const entry = { at: now + Math.max(0, delayMs), order: order++, action, cancelled: false }
    push(entry)
    return entry
  }

  return {
    now: () => now,
    wall: () => wallOffset + now,
    after(delayMs, action) {
      const entry = set(delayMs, action)
      return {
        cancel() {
          entry.cancelled = true
        },
      }
    },
    defer: (action) => void set(0, action),
    jumpWall(byMs) {
      wallOffset += byMs
    },
    async run(until, limitMs = Infinity) {
      for (;;) {
        // A turn of the real loop lets every pending promise callback run before time moves on.
        await new Promise<void>((resolve) => void setImmediate(resolve))
        if (until()) return true
        while (heap[0]?.cancelled) pop()
        if (heap.length === 0 || heap[0]!.at > limitMs) return false
        const entry = pop()
        now = entry.at
        entry.action()
      }
    },
  }
}
