/**
 * Evaluates the parts of a smoothed dual, on this thread alone or together with workers on the same memory. Threads
 * claim parts by a counter; nobody waits for a thread that has not come, and every part has sums of its own, so that any
 * number of threads, late ones included, ends with the same bits.
 */
import type { Workers } from '../../solve/context.ts'
import type { SmoothRequest } from './smooth-job.ts'
import { createSmoothKernel, type SmoothKernel } from './smooth-kernel.ts'
import type { SmoothLayout } from './smooth-layout.ts'

/** What is done with each part; trees are evaluated between `price` and `mixAndLoad`. */
export const STEP = { priceAndLoad: 0, price: 1, mixAndLoad: 2, curve: 3, product: 4 } as const

export type Step = (typeof STEP)[keyof typeof STEP]

export interface Team {
  /**
   * Returns when all parts are done; their values are then in `values`.
   * @throws Error when a thread died with a part in its hands
   */
  run(step: Step): void
  /** Sends the workers home. */
  release(): void
}

/** Words of `control`: parts handed out, claimed, done, and done by workers so far; the step; 1 when all is over or a part failed. */
export const WORD = { issued: 0, claimed: 1, done: 2, step: 3, closed: 4, helped: 5, failed: 6 } as const
/** Milliseconds after which a waiting thread looks again, should it have missed its wake-up. */
const WAIT_MS = 20
/** A part takes milliseconds: a thread that holds one for a minute does not come back. */
const PATIENCE_MS = 60_000

export function createTeam(
  { arena, parts, control, values }: Pick<SmoothLayout, 'arena' | 'parts' | 'control' | 'values'>,
  workers?: Workers,
  patienceMs: number = PATIENCE_MS,
): Team {
  const kernels = parts.map(({ arrays, sizes }) => createSmoothKernel(arena, arrays, sizes))
  const { memory } = arena
  let helpers = 0
  if (workers !== undefined && memory !== undefined && kernels.length > 1)
    helpers = Math.min(kernels.length - 1, Math.max(1, workers.size - 1))
  const request = {
    memory,
    records: parts.map(({ arrays }) => arrays.pointers.byteOffset),
    control: control.byteOffset,
    values: values.byteOffset,
  }
  for (let k = 0; k < helpers; k++)
    // A thread that cannot come is not missed.
    workers?.run<void>('smooth-parts', request as SmoothRequest).catch(() => {})

  return {
    run(step) {
      if (helpers === 0) {
        kernels.forEach((kernel, part) => {
          values[part] = runStep(kernel, step)
        })
        return
      }
      control[WORD.step] = step
      const issued = Atomics.add(control, WORD.issued, kernels.length) + kernels.length
      Atomics.notify(control, WORD.issued)
      takeParts(kernels, control, values)
      for (let waits = 0; ; ) {
        const done = Atomics.load(control, WORD.done)
        if (Atomics.load(control, WORD.failed) === 1 || waits * WAIT_MS > patienceMs)
          throw new Error('a worker thread ended in the midst of the search for prices')
        if (done === issued) return
        waits = Atomics.wait(control, WORD.done, done, WAIT_MS) === 'timed-out' ? waits + 1 : 0
      }
    },
    release() {
      helpers = 0
      Atomics.store(control, WORD.closed, 1)
      Atomics.notify(control, WORD.issued)
    },
  }
}

/** A worker's part in it, until the team is released. */
export function assist(kernels: readonly SmoothKernel[], control: Int32Array, values: Float64Array): void {
  try {
    while (Atomics.load(control, WORD.closed) === 0) {
      const issued = Atomics.load(control, WORD.issued)
      Atomics.add(control, WORD.helped, takeParts(kernels, control, values))
      Atomics.wait(control, WORD.issued, issued, WAIT_MS)
    }
  } catch (error) {
    // The part in hand stays undone, and whoever waits for it must know.
    Atomics.store(control, WORD.failed, 1)
    Atomics.notify(control, WORD.done)
    throw error
  }
}

/**
 * Does parts as long as there are any; returns how many. The next step is handed out only when all parts of this one are
 * done, so that whoever has claimed a part may rely on `step`.
 */
function takeParts(kernels: readonly SmoothKernel[], control: Int32Array, values: Float64Array): number {
  for (let taken = 0; ; taken++) {
    const ticket = Atomics.load(control, WORD.claimed)
    if (ticket >= Atomics.load(control, WORD.issued)) return taken
    if (Atomics.compareExchange(control, WORD.claimed, ticket, ticket + 1) !== ticket) {
      taken--
      continue
    }
    const part = ticket % kernels.length
    values[part] = runStep(kernels[part]!, control[WORD.step] as Step)
    Atomics.add(control, WORD.done, 1)
    Atomics.notify(control, WORD.done)
  }
}

function runStep(kernel: SmoothKernel, step: Step): number {
  if (step === STEP.curve) kernel.curve()
  else if (step === STEP.product) kernel.product()
  else {
    if (step === STEP.mixAndLoad) kernel.mix()
    const value = step === STEP.mixAndLoad ? 0 : kernel.price()
    if (step !== STEP.price) kernel.loads()
    return value
  }
  return 0
}
