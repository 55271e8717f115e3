/** Coordinate descent from random or given states: the cheapest sampler whose states are local minima. */
import { mustStop } from '../../solve/context.ts'
import type { Sampler } from '../../solve/sampler.ts'
import { toIsing } from '../annealing/ising.ts'
import { checkedStates } from '../initial-states.ts'
import { checkNumReads, checkStates } from '../reads.ts'
import { collectSamples, fromSpins, toSpins } from '../sample-set.ts'
import { descend } from './descend.ts'

export interface DescentOptions {
  /** Default 10, or the number of initial states. dwave-samplers: `num_reads`. */
  readonly numReads?: number
  /** Where the first reads begin, in the model's vartype. dwave-samplers: `initial_states`. */
  readonly initialStates?: Int8Array
}

export function descent(options: DescentOptions = {}): Sampler {
  const { initialStates, numReads } = options
  checkNumReads(numReads)
  return {
    name: 'descent',
    capabilities: { maxVariables: Infinity, exact: false, stochastic: true, needsNetwork: false },
    async doSample(bqm, context) {
      const n = bqm.numVariables
      const ising = toIsing(bqm)
      const given =
        initialStates === undefined ? new Int8Array(0) : toSpins(bqm, checkedStates(bqm, initialStates))
      const reads = numReads ?? (given.length > 0 ? given.length / n : 10)
      checkStates(reads, n)
      const spins = new Int8Array(reads * n)
      let done = 0
      let flips = 0
      while (done < reads && (done === 0 || !mustStop(context))) {
        const state = spins.subarray(done * n, (done + 1) * n)
        for (let v = 0; v < n; v++) state[v] = context.rng.nextUint32() & 1 ? 1 : -1
        state.set(given.subarray(done * n, (done + 1) * n))
        flips += descend(ising, state)
        done++
        await context.breathe()
      }
      const counts = new Int32Array(done).fill(1)
      return collectSamples(bqm, fromSpins(bqm, spins.subarray(0, done * n)), { reads: done, flips }, counts)
    },
  }
}
