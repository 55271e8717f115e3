/**
 * A layer of the site-state kernel as passes of independent slices, for one thread or several on the same memory.
 * Threads claim slices by a counter and begin a pass when all slices of the one before are done; none waits for another
 * to arrive, so any number of threads, late ones included, ends with the same bits.
 */
import type { SiteStateKernel } from './kernel-instance.ts'
import type { Layout } from './kernel-layout.ts'
import type { Program } from './kernel-program.ts'

export interface Pass {
  readonly slices: number
  run(scratch: number, slice: number): void
}

export interface PassShape {
  readonly layout: Layout
  readonly program: Program
}

/** Amplitudes of a slice: short enough that the engine can swap in its optimised code between two. */
const SLICE_AMPLITUDES = 1 << 17

/** The passes of one layer; `fresh` starts from the product state instead of what is in memory. */
export function layerPasses(kernel: SiteStateKernel, { layout, program }: PassShape, fresh: boolean): Pass[] {
  const { record, blockSteps, strips } = layout
  const { run, units, amplitudes } = program.inPlace
    ? { run: kernel.blockPassInPlace, units: program.blocks, amplitudes: program.lowSize }
    : { run: kernel.blockPass, units: Math.ceil(program.blocks / 4), amplitudes: program.lowSize * 4 }
  return [
    sliced(units, amplitudes, (scratch, first, last) =>
      run(record, blockSteps.at, program.steps.length, scratch, first, last, fresh ? 1 : 0),
    ),
    ...program.strips.map(({ rows, width, tiles }, k) =>
      sliced(tiles, rows * width, (scratch, first, last) =>
        kernel.stripPass(record, strips[k]!, scratch, first, last),
      ),
    ),
  ]
}

/** The pass that sums weights and energies of every block. */
export function measurePass(kernel: SiteStateKernel, { layout, program }: PassShape): Pass {
  return program.inPlace
    ? sliced(program.blocks, program.lowSize, (scratch, first, last) =>
        kernel.measurePassInPlace(layout.record, scratch, first, last),
      )
    : sliced(Math.ceil(program.blocks / 4), program.lowSize * 4, (scratch, first, last) =>
        kernel.measurePass(layout.record, scratch, first, last),
      )
}

function sliced(
  count: number,
  amplitudesEach: number,
  run: (scratch: number, first: number, last: number) => void,
): Pass {
  const each = Math.max(1, Math.floor(SLICE_AMPLITUDES / amplitudesEach))
  return {
    slices: Math.ceil(count / each),
    run: (scratch, slice) => run(scratch, slice * each, Math.min(count, (slice + 1) * each)),
  }
}

/** Runs passes one after the other on this thread. */
export function runAlone(passes: readonly Pass[], scratch: number): void {
  for (const { slices, run } of passes) for (let slice = 0; slice < slices; slice++) run(scratch, slice)
}

/** Milliseconds after which a waiting thread looks again, should it have missed its wake-up. */
const WAIT_MS = 20

/** Takes part in running passes with other threads; `control` holds two zeroed words a pass. */
export function runTogether(passes: readonly Pass[], scratch: number, control: Int32Array): void {
  passes.forEach(({ slices, run }, k) => {
    const [claimed, done] = [2 * k, 2 * k + 1]
    for (;;) {
      const slice = Atomics.add(control, claimed, 1)
      if (slice >= slices) break
      run(scratch, slice)
      if (Atomics.add(control, done, 1) === slices - 1) Atomics.notify(control, done)
    }
    for (;;) {
      const finished = Atomics.load(control, done)
      if (finished >= slices) break
      Atomics.wait(control, done, finished, WAIT_MS)
    }
  })
}
