/**
 * The simulator on the WebAssembly kernel in float32: 8 bytes a state, the diagonal never stored. Norm and
 * expectations agree with the reference to about 1e-6. One thread, or several on the same memory.
 */
import type { Rng } from '../../numeric/rng.ts'
import type { Workers } from '../../solve/context.ts'
import { type Angles, type Ansatz, checkAngles, checkAnsatz } from './ansatz.ts'
import { instantiateSiteState } from './kernel-instance.ts'
import { blockStart, layOut, writeBeta, writeConstants } from './kernel-layout.ts'
import { layerPasses, measurePass, runAlone } from './kernel-passes.ts'
import { createProgram } from './kernel-program.ts'
import type { LayerRequest } from './layer-job.ts'
import { refuseBeyond } from './memory.ts'
import { searchRunning } from './reference-simulator.ts'
import type { Simulator } from './simulator.ts'
import { dimensionOf } from './site-hamiltonian.ts'

const PAGE = 65536

export interface KernelSimulator extends Simulator {
  /** As `evolve`, with the layers shared by as many of the workers' threads as the simulator was made for. */
  evolveTogether(angles: Angles, workers: Workers): Promise<void>
  /** The measuring pass; `expectation`, `norm` and `sample` run it by themselves when the state is new. */
  measure(): void
}

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
  const weights = new Float64Array(buffer, layout.blockWeight, program.blocks)
  const energies = new Float64Array(buffer, layout.blockEnergy, program.blocks)
  const stored = blockStart(layout, program.blocks)
  const re = new Float32Array(buffer, layout.re, stored)
  const im = new Float32Array(buffer, layout.im, stored)
  let measured = false
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
  const shape = { layout, program }
  const prepare = (angles: Angles, layer: number): void => {
    kernel.phases(layout.record, angles.gammas[layer]!, layout.numEnergies)
    if (layer === 0 && program.inPlace) kernel.foldStart(layout.record)
    writeBeta(buffer, layout, angles.betas[layer]!)
  }
  const share = async (work: LayerRequest['work'], workers: Workers): Promise<void> => {
    new Int32Array(buffer, layout.control, 64).fill(0)
    const requests = layout.scratch.map(
      (_, thread): LayerRequest => ({ memory, layout, program, thread, work }),
    )
    await Promise.all(requests.map((request) => workers.run<void>('site-layer', request)))
  }
  const self: KernelSimulator = {
    dimension,
    arithmetic: 'float32',
    evolve(angles) {
      checkAngles(angles)
      for (let layer = 0; layer < angles.gammas.length; layer++) {
        prepare(angles, layer)
        runAlone(layerPasses(kernel, shape, layer === 0), layout.scratch[0]!)
      }
      measured = false
    },
    async evolveTogether(angles, workers) {
      checkAngles(angles)
      for (let layer = 0; layer < angles.gammas.length; layer++) {
        prepare(angles, layer)
        await share(layer === 0 ? 'fresh-layer' : 'layer', workers)
      }
      await share('measure', workers)
      measured = true
    },
    measure() {
      runAlone([measurePass(kernel, shape)], layout.scratch[0]!)
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
