/** The host's clock behind the port. */
import type { Clock } from './clock.ts'

export const realClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(delayMs, action) {
    // Longer delays overflow the host's 32-bit timer and would fire at once.
    const handle = setTimeout(action, Math.min(delayMs, 0x7fffffff))
    return { cancel: () => clearTimeout(handle) }
  },
  defer: (action) => void setImmediate(action),
}
