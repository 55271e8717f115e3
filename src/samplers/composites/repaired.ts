/** A sampler whose samples pass through a repair of states; how many it changed is reported. Not a polish: energies may rise. */
import type { Bqm } from '../../formulation/bqm.ts'
import type { ImplicitBqm } from '../../formulation/implicit-bqm.ts'
import { implicitEnergyOf } from '../../formulation/implicit-energy.ts'
import type { Sampler, SampleSet } from '../../solve/sampler.ts'
import { collectSamples, collectStates } from '../sample-set.ts'

/** Returns the state to take instead, in the same vartype; may be the same array. */
export type StateRepair = (state: Int8Array) => Int8Array

export function repaired(child: Sampler, repair: StateRepair): Sampler {
  const { doSampleImplicit } = child
  return {
    name: `repaired ${child.name}`,
    capabilities: { ...child.capabilities, exact: false },
    async doSample(bqm: Bqm, context) {
      const set = await child.doSample(bqm, context)
      const { states, changed } = repairAll(set, repair)
      return collectSamples(bqm, states, { ...set.info, repaired: changed }, set.numOccurrences)
    },
    ...(doSampleImplicit
      ? {
          async doSampleImplicit(model: ImplicitBqm, context) {
            const set = await doSampleImplicit.call(child, model, context)
            const { states, changed } = repairAll(set, repair)
            const energyAt = (at: number): number => implicitEnergyOf(model, states, at)
            const shape = { vartype: set.vartype, numVariables: set.numVariables, energyAt }
            return collectStates(shape, states, { ...set.info, repaired: changed }, set.numOccurrences)
          },
        }
      : {}),
  }
}

function repairAll(
  { states, numVariables: n }: SampleSet,
  repair: StateRepair,
): { states: Int8Array; changed: number } {
  const repairedStates = new Int8Array(states.length)
  let changed = 0
  for (let at = 0; at < states.length; at += n) {
    const before = states.slice(at, at + n)
    const after = repair(before.slice())
    if (after.some((value, v) => value !== before[v])) changed++
    repairedStates.set(after, at)
  }
  return { states: repairedStates, changed }
}
