/**
 * The simulator on the WebAssembly kernel in float32: 8 bytes a state, the diagonal never stored. Norm and
 * expectations agree with the reference to about 1e-6. Single-threaded here; `kernel-threads.ts` shares the same memory.
 */
import { decodeBase64 } from '../../numeric/base64.ts'
import type { Rng } from '../../numeric/rng.ts'
import { wasmBase64 } from '../../numeric/wasm/site-state.ts'
import { type Angles, type Ansatz, checkAngles, checkAnsatz } from './ansatz.ts'
import { blockStart, type Layout, layOut, writeBeta, writeConstants } from './kernel-layout.ts'
import { createProgram, type Program } from './kernel-program.ts'
import { refuseBeyond } from './memory.ts'
import { searchRunning } from './reference-simulator.ts'
import type { Simulator } from './simulator.ts'
import { dimensionOf } from './site-hamiltonian.ts'

const PAGE = 65536

/** The exports of `kernels/assembly/site-state.ts`; addresses are bytes. */
export interface SiteStateKernel {
  phases(record: number, gamma: number, first: number, count: number): void
  blockPass(
    record: number,
    steps: number,
    numSteps: number,
    scratch: number,
    first: number,
    last: number,
    fresh: number,
  ): void
  stripPass(record: number, strip: number, scratch: number, first: number, last: number): void
  measurePass(record: number, scratch: number, first: number, last: number): void
}

let compiled: WebAssembly.Module | undefined

/** An instance of the kernel on `memory`. */
export function instantiateSiteState(memory: WebAssembly.Memory): SiteStateKernel {
  compiled ??= new WebAssembly.Module(decodeBase64(wasmBase64))
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as SiteStateKernel
}

export interface KernelSimulator extends Simulator {
  readonly memory: WebAssembly.Memory
  readonly program: Program
  readonly layout: Layout
  readonly kernel: SiteStateKernel
  /** Runs the measuring pass now; `expectation`, `norm` and `sample` do so by themselves when the state is new. */
  measure(): void
  /** Tells that the state was replaced by others than `evolve`. */
  touched(): void
}

/** Quads of blocks or tiles a call works on: small enough that the engine can swap in its optimised code between calls. */
const CALL_AMPLITUDES = 1 << 18

/**
 * A simulator, or undefined when the ansatz is too small for the kernel (under 256 states, or nothing fits a vector).
 * @throws QaasError `invalid-model` on a malformed ansatz, `too-large` before allocation
 */
export function createKernelSimulator(ansatz: Ansatz, threads = 1): KernelSimulator | undefined {
  checkAnsatz(ansatz)
  const { levels } = ansatz.cost
  // A little over 8 bytes: blocks are spaced, and the tables grow with the square root of the dimension.
  refuseBeyond(levels, 8.3)
  const program = createProgram(ansatz)
  if (program === undefined) return undefined
  const dimension = dimensionOf(levels)
  const layout = layOut(ansatz, program, threads)
  const pages = Math.ceil(layout.bytes / PAGE)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  const kernel = instantiateSiteState(memory)
  const { buffer } = memory
  writeConstants(buffer, { ansatz, program, layout })
  const quads = Math.ceil(program.blocks / 4)
  const weights = new Float64Array(buffer, layout.blockWeight, program.blocks)
  const energies = new Float64Array(buffer, layout.blockEnergy, program.blocks)
  const stored = blockStart(layout, program.blocks)
  const re = new Float32Array(buffer, layout.re, stored)
  const im = new Float32Array(buffer, layout.im, stored)
  let measured = false
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
  const self: KernelSimulator = {
    dimension,
    arithmetic: 'float32',
    memory,
    program,
    layout,
    kernel,
    evolve(angles: Angles) {
      checkAngles(angles)
      for (let layer = 0; layer < angles.gammas.length; layer++) {
        kernel.phases(layout.record, angles.gammas[layer]!, 0, layout.numEnergies)
        writeBeta(buffer, layout, angles.betas[layer]!)
        runLayer(self, layer === 0)
      }
      measured = false
    },
    touched() {
      measured = false
    },
    measure() {
      inSlices(quads, program.lowSize * 4, (first, last) =>
        kernel.measurePass(layout.record, layout.scratch[0]!, first, last),
      )
      measured = true
    },
    norm() {
      if (!measured) self.measure()
      return sum(weights)
    },
    expectation() {
      if (!measured) self.measure()
      return sum(energies) / sum(weights)
    },
    probabilities() {
      const total = self.norm()
      const out = new Float64Array(dimension)
      for (let block = 0, z = 0; block < program.blocks; block++) {
        const from = blockStart(layout, block)
        for (let k = from; k < from + program.lowSize; k++)
          out[z++] = (re[k]! * re[k]! + im[k]! * im[k]!) / total
      }
      return out
    },
    sample(shots: number, rng: Rng) {
      if (!measured) self.measure()
      const running = new Float64Array(weights.length)
      let total = 0
      for (let block = 0; block < weights.length; block++) running[block] = total += weights[block]!
      return Float64Array.from({ length: shots }, () => {
        const target = rng.nextFloat() * total
        const block = searchRunning(running, target)
        return inBlock(block, target - (block === 0 ? 0 : running[block - 1]!))
      })
    },
  }
  /** The basis state in a block at which the running weight passes `target`. */
  const inBlock = (block: number, target: number): number => {
    const from = blockStart(layout, block)
    const first = block * program.lowSize
    let passed = 0
    let last = first
    for (let k = 0; k < program.lowSize; k++) {
      const weight = re[from + k]! * re[from + k]! + im[from + k]! * im[from + k]!
      if (weight === 0) continue
      last = first + k
      passed += weight
      if (passed > target) return last
    }
    return last
  }
  return self
}

/** One layer: the block pass, then every strip. */
function runLayer({ kernel, layout, program }: KernelSimulator, fresh: boolean): void {
  const { record, blockSteps, strips } = layout
  const scratch = layout.scratch[0]!
  inSlices(Math.ceil(program.blocks / 4), program.lowSize * 4, (first, last) =>
    kernel.blockPass(record, blockSteps.at, blockSteps.steps.length, scratch, first, last, fresh ? 1 : 0),
  )
  program.strips.forEach(({ rows, width, tiles }, k) => {
    inSlices(tiles, rows * width, (first, last) => kernel.stripPass(record, strips[k]!, scratch, first, last))
  })
}

function inSlices(count: number, amplitudesEach: number, run: (first: number, last: number) => void): void {
  const slice = Math.max(1, Math.floor(CALL_AMPLITUDES / amplitudesEach))
  for (let first = 0; first < count; first += slice) run(first, Math.min(count, first + slice))
}
