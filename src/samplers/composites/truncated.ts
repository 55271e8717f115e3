/** A sampler that returns only the lowest few distinct states of its child. */
import { QaasError } from '../../errors.ts'
import type { Sampler, SampleSet } from '../../solve/sampler.ts'

export function truncated(child: Sampler, count: number): Sampler {
  if (!Number.isInteger(count) || count < 1)
    throw new QaasError('invalid-option', `a truncated sampler keeps at least 1 state, not ${count}`)
  const { doSampleImplicit } = child
  return {
    name: `truncated ${child.name}`,
    capabilities: child.capabilities,
    doSample: async (bqm, context) => lowest(await child.doSample(bqm, context), count),
    ...(doSampleImplicit
      ? {
          doSampleImplicit: async (model, context) =>
            lowest(await doSampleImplicit.call(child, model, context), count),
        }
      : {}),
  }
}

/** The first `count` rows; sample sets are sorted. */
export function lowest(set: SampleSet, count: number): SampleSet {
  if (set.energies.length <= count) return set
  return {
    ...set,
    states: set.states.slice(0, count * set.numVariables),
    energies: set.energies.slice(0, count),
    numOccurrences: set.numOccurrences.slice(0, count),
    info: { ...set.info, truncatedFrom: set.energies.length },
  }
}
