/** Uniform random states: the baseline every other sampler has to beat. */
import { mustStop } from '../../solve/context.ts'
import type { Sampler } from '../../solve/sampler.ts'
import { checkNumReads, checkStates } from '../reads.ts'
import { collectSamples, fromSpins } from '../sample-set.ts'

export interface RandomOptions {
  /** Default 10. dwave-samplers: `num_reads`. */
  readonly numReads?: number
}

/** Reads between two looks at the clock. */
const SLICE = 256

export function random({ numReads = 10 }: RandomOptions = {}): Sampler {
  checkNumReads(numReads)
  return {
    name: 'random',
    capabilities: { maxVariables: Infinity, exact: false, stochastic: true, needsNetwork: false },
    async doSample(bqm, context) {
      const n = bqm.numVariables
      checkStates(numReads, n)
      const spins = new Int8Array(numReads * n)
      let reads = 0
      while (reads < numReads && (reads === 0 || !mustStop(context))) {
        const end = Math.min(numReads, reads + SLICE)
        for (let i = reads * n; i < end * n; i++) spins[i] = context.rng.nextUint32() & 1 ? 1 : -1
        reads = end
        await context.breathe()
      }
      const counts = new Int32Array(reads).fill(1)
      return collectSamples(bqm, fromSpins(bqm, spins.subarray(0, reads * n)), { reads }, counts)
    },
  }
}
