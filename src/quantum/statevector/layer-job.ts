/** The worker's side of a layer in threads: takes slices until the layer is done. */
import { instantiateSiteState, type SiteStateKernel } from './kernel-instance.ts'
import { layerPasses, measurePass, type PassShape, runTogether } from './kernel-passes.ts'

export interface LayerRequest extends PassShape {
  readonly memory: WebAssembly.Memory
  readonly thread: number
  readonly work: 'fresh-layer' | 'layer' | 'measure'
}

/** The kernel of the memory that was worked on last; a run asks for the same one layer after layer. */
let last: { readonly buffer: ArrayBuffer; readonly kernel: SiteStateKernel } | undefined

export function run({ memory, layout, program, thread, work }: LayerRequest): void {
  if (last?.buffer !== memory.buffer) last = { buffer: memory.buffer, kernel: instantiateSiteState(memory) }
  const { kernel } = last
  const shape = { layout, program }
  const passes =
    work === 'measure' ? [measurePass(kernel, shape)] : layerPasses(kernel, shape, work === 'fresh-layer')
  runTogether(passes, layout.scratch[thread]!, new Int32Array(memory.buffer, layout.control, 64))
}
