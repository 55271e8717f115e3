/** Ctrl-C and SIGTERM as a signal that long work looks at; the second one ends the process at once. */
import { breathe } from '../platform/host.ts'
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

/** Listens from the first moment of a command to its last; until `begin` is called an interrupt ends the process. */
export interface LifelongInterrupt extends Interrupt {
  /** From now on there may be something to say: interrupts are noted and the work ends by itself. */
  begin(): Promise<void>
}

/**
 * One listener for all phases: Node forgets a signal that came during synchronous work when its listener is exchanged
 * before the next turn of the event loop.
 * @param words what is said, with exit code 130, when there was nothing to show yet
 */
export function listenForLife(words: string): LifelongInterrupt {
  let begun = false
  const interrupt = listenForInterrupt(() => {
    if (begun) return
    console.error(words)
    process.exit(130)
  })
  return {
    get aborted() {
      return interrupt.aborted
    },
    dispose: () => interrupt.dispose(),
    async begin() {
      // Within the first turn what has come is only collected.
      for (let turn = 0; turn < 2; turn++) await breathe()
      begun = true
    },
  }
}
