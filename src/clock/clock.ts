/** The port of time: a monotone clock, the wall clock, timers and turns. Nothing above it calls the host's own. */

export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Milliseconds from an arbitrary origin; never goes back. Leases and timeouts use this one. */
  now(): number
  /** Milliseconds since 1970 as the machine believes; may jump. Only for records and leadership. */
  wall(): number
  /** Calls `action` once, `delayMs` from now; 0 means after what is already due. */
  after(delayMs: number, action: () => void): Timer
  /** Calls `action` in the next turn of the event loop, after pending I/O. */
  defer(action: () => void): void
}

/** Resolves after `delayMs`. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })
}
