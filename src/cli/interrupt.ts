/** Ctrl-C and SIGTERM as a signal that long work looks at; the second one ends the process at once. */
import type { Signal } from '../solve/context.ts'

export interface Interrupt extends Signal {
  readonly aborted: boolean
  /** Stops listening. */
  dispose(): void
}

/** From now on the first SIGINT or SIGTERM sets `aborted` and calls `onInterrupt`, and the second exits with 130. */
export function listenForInterrupt(onInterrupt: () => void = () => {}): Interrupt {
  let aborted = false
  const listener = (): void => {
    if (aborted) process.exit(130)
    aborted = true
    onInterrupt()
  }
  process.on('SIGINT', listener).on('SIGTERM', listener)
  return {
    get aborted() {
      return aborted
    },
    dispose() {
      process.off('SIGINT', listener).off('SIGTERM', listener)
    },
  }
}
