/**
 * Several samplers on the same model: each gets an equal share of the time that is left, the samples of all are
 * merged, and the winner is named. One after the other, so that shares are of the same machine.
 */
import { QaasError } from '../../errors.ts'
import { mustStop } from '../../solve/context.ts'
import type { SampleContext, Sampler, SampleSet } from '../../solve/sampler.ts'
import { concatenated } from '../runs.ts'
import { collectSamples } from '../sample-set.ts'

export function raced(children: readonly Sampler[]): Sampler {
  if (children.length === 0) throw new QaasError('invalid-option', 'a race needs at least one sampler')
  const all = children.map(({ capabilities }) => capabilities)
  return {
    name: `raced ${children.map(({ name }) => name).join(', ')}`,
    capabilities: {
      maxVariables: Math.min(...all.map(({ maxVariables }) => maxVariables)),
      exact: all.some(({ exact }) => exact),
      stochastic: all.some(({ stochastic }) => stochastic),
      needsNetwork: all.some(({ needsNetwork }) => needsNetwork),
    },
    async doSample(bqm, context) {
      const sets: SampleSet[] = []
      for (const [index, child] of children.entries()) {
        if (index > 0 && mustStop(context)) break
        sets.push(await child.doSample(bqm, shareOf(context, children.length - index, index)))
      }
      const least = sets.map(({ energies }) => energies[0] ?? Infinity)
      const winner = least.indexOf(Math.min(...least))
      const info = {
        winner: children[winner]!.name,
        runners: sets.map((set, index) => ({
          sampler: children[index]!.name,
          leastEnergy: least[index],
          info: set.info,
        })),
        stopped: sets.length < children.length || sets.some((set) => set.info.stopped === true),
      }
      const counts = sets.flatMap(({ numOccurrences }) => Array.from(numOccurrences))
      return collectSamples(bqm, concatenated(sets.map(({ states }) => states)), info, counts)
    },
  }
}

/** The context of the next child: its share of the time and a random stream of its own. */
function shareOf(context: SampleContext, left: number, index: number): SampleContext {
  const now = context.now()
  return {
    ...context,
    rng: context.rng.fork(0x72616365 + index),
    deadline: now + (context.deadline - now) / left,
  }
}
