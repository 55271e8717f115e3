/** A sampler whose samples are brought down to local minima; the child's samples are what is polished, never replaced by worse. */
import type { Sampler } from '../../solve/sampler.ts'
import { toIsing } from '../annealing/ising.ts'
import { descend } from '../descent/descend.ts'
import { collectSamples, fromSpins, toSpins } from '../sample-set.ts'

export function polished(child: Sampler): Sampler {
  return {
    name: `polished ${child.name}`,
    capabilities: child.capabilities,
    async doSample(bqm, context) {
      const set = await child.doSample(bqm, context)
      const ising = toIsing(bqm)
      const spins = Int8Array.from(toSpins(bqm, set.states))
      let flips = 0
      for (let at = 0; at < spins.length; at += ising.n)
        flips += descend(ising, spins.subarray(at, at + ising.n))
      const info = { ...set.info, polishingFlips: flips }
      return collectSamples(bqm, fromSpins(bqm, spins), info, set.numOccurrences)
    },
  }
}
