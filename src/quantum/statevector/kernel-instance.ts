/** The site-state kernel compiled once per thread, and instances of it on a given memory. */
import { decodeBase64 } from '../../numeric/base64.ts'
import { wasmBase64 } from '../../numeric/wasm/site-state.ts'

/** The exports of `kernels/assembly/site-state.ts`; addresses are bytes. */
export interface SiteStateKernel {
  phases(record: number, gamma: number, count: number): void
  foldStart(record: number): void
  blockPass: BlockPass
  blockPassInPlace: BlockPass
  stripPass(record: number, strip: number, scratch: number, first: number, last: number): void
  measurePass(record: number, scratch: number, first: number, last: number): void
  measurePassInPlace(record: number, scratch: number, first: number, last: number): void
}

type BlockPass = (
  record: number,
  steps: number,
  numSteps: number,
  scratch: number,
  first: number,
  last: number,
  fresh: number,
) => void

let compiled: WebAssembly.Module | undefined

/** An instance of the kernel on `memory`. */
export function instantiateSiteState(memory: WebAssembly.Memory): SiteStateKernel {
  compiled ??= new WebAssembly.Module(decodeBase64(wasmBase64))
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as SiteStateKernel
}
