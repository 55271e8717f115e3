/** The worker's side of a smoothed dual in threads: does parts of it until the solver lets go. */
import { sharedKernel } from './smooth-kernel.ts'
import { assist } from './smooth-team.ts'

export interface SmoothRequest {
  readonly memory: WebAssembly.Memory
  /** Where the addresses of each part's arrays are. */
  readonly records: readonly number[]
  readonly control: number
  readonly values: number
}

export function run({ memory, records, control, values }: SmoothRequest): void {
  const { buffer } = memory
  const kernels = records.map((p) => sharedKernel({ memory, buffer }, p))
  const usable = kernels.filter((kernel) => kernel !== undefined)
  if (usable.length < records.length) return
  assist(usable, new Int32Array(buffer, control, 8), new Float64Array(buffer, values, records.length))
}
