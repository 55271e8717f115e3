/** Keeps long loops polite: looks at the clock between chunks of work and lets the host breathe in time. */
import { mustStop, type RunContext } from './context.ts'

/** Work between two breaths, in milliseconds; the contract allows 50. */
const SLICE_MS = 25

export interface Pacer {
  /** True when the slice is used up; cheap enough for every few thousand steps. */
  isDue(): boolean
  /** Lets the host breathe; true when the run must stop now. */
  pause(): Promise<boolean>
}

export function createPacer(context: RunContext): Pacer {
  let sliceEnd = context.now() + SLICE_MS
  return {
    isDue: () => context.signal.aborted || context.now() >= Math.min(sliceEnd, context.deadline),
    async pause() {
      if (mustStop(context)) return true
      await context.breathe()
      sliceEnd = context.now() + SLICE_MS
      return mustStop(context)
    },
  }
}
