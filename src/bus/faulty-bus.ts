/** A bus that loses, delays, duplicates and reorders another bus's messages, by seed. For simulation. */
import type { Clock } from '../clock/clock.ts'
import type { Rng } from '../numeric/rng.ts'
import type { Bus } from './bus.ts'

export interface BusFaults {
  /** Chances in [0, 1], drawn for each message. */
  readonly drop: number
  readonly duplicate: number
  readonly delay: number
  readonly maxDelayMs: number
  /** Chance that a message lets the next one pass. */
  readonly reorder: number
}

/** A held message goes its way after so long when no other comes to pass it. */
const HELD_MS = 20

/** `faults` is asked for at each message, so that faults can stop. */
export function createFaultyBus(bus: Bus, clock: Clock, options: { rng: Rng; faults: () => BusFaults }): Bus {
  const { rng } = options
  let held: (() => void) | undefined
  const release = (): void => {
    const send = held
    held = undefined
    send?.()
  }
  return {
    ...bus,
    publish(subject, data, reply) {
      const { drop, duplicate, delay, maxDelayMs, reorder } = options.faults()
      if (rng.nextFloat() < drop) return
      const copies = rng.nextFloat() < duplicate ? 2 : 1
      const passed = held
      held = undefined
      for (let copy = 0; copy < copies; copy++) {
        const send = (): void => bus.publish(subject, data, reply)
        if (rng.nextFloat() < delay) clock.after(rng.nextFloat() * maxDelayMs, send)
        else if (passed === undefined && held === undefined && rng.nextFloat() < reorder) {
          held = send
          clock.after(HELD_MS, () => held === send && release())
        } else send()
      }
      passed?.()
    },
  }
}
