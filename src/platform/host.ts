/** What Node gives to the pure half: a monotone clock and turns of the event loop. */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Milliseconds, monotone. */
export const now = (): number => performance.now()

/** Lets timers, signals and I/O run before the caller goes on. */
export const breathe = async (): Promise<void> => {
  await nextTurn()
}
