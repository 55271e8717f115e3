/** A bus that loses, delays, duplicates and reorders another bus's messages, by seed. For simulation. */
import type { Clock } from '../clock/clock.ts'
import type { Rng } from '../numeric/rng.ts'
import type { Bus } from './bus.ts'

export interface BusFaults {
  /** Chances in [0, 1], drawn for each message. */
  readonly drop: number
  readonly duplicate: number
  /** Delayed messages arrive after later ones: this is also what reorders. */
  readonly delay: number
  readonly maxDelayMs: number
}

/** `faults` is asked for at each message, so that faults can stop. */
export function createFaultyBus(bus: Bus, clock: Clock, options: { rng: Rng; faults: () => BusFaults }): Bus {
  const { rng } = options
  return {
    ...bus,
    publish(subject, data, reply) {
      const { drop, duplicate, delay, maxDelayMs } = options.faults()
      if (rng.nextFloat() < drop) return
      const copies = rng.nextFloat() < duplicate ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        if (rng.nextFloat() >= delay) bus.publish(subject, data, reply)
        else clock.after(rng.nextFloat() * maxDelayMs, () => bus.publish(subject, data, reply))
      }
    },
  }
}
