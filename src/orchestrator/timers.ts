/** The timers of one run, ended together with it. */
import type { Clock, Timer } from '../clock/clock.ts'

export class Timers {
  readonly #clock: Clock
  readonly #timers = new Set<Timer>()
  #stopped = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  later(delayMs: number, action: () => void): void {
    if (this.#stopped) return
    const timer = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer)
      if (!this.#stopped) action()
    })
    this.#timers.add(timer)
  }

  every(periodMs: number, action: () => void): void {
    this.later(periodMs, () => {
      action()
      this.every(periodMs, action)
    })
  }

  stop(): void {
    this.#stopped = true
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }
}
