/** Says beforehand that a sampler cannot take rows as they are, where writing out their couplings takes long. */
import type { ImplicitBqm } from '../formulation/implicit-bqm.ts'
import { mostCouplings } from '../formulation/implicit-energy.ts'
import type { Sampler } from '../solve/sampler.ts'
import { count } from './format.ts'

/** Some seconds and 100 MB. */
const MANY_COUPLINGS = 2e6

/** Undefined where there is nothing to warn of. */
export function expansionWarning(
  model: ImplicitBqm,
  { name, doSampleImplicit }: Pick<Sampler, 'name' | 'doSampleImplicit'>,
): string | undefined {
  if (doSampleImplicit !== undefined) return undefined
  const couplings = mostCouplings(model)
  if (couplings <= MANY_COUPLINGS) return undefined
  return [
    `warning: the sampler ${name} needs every coupling on its own; up to ${count(couplings)} are built first, which takes a while`,
    'Maybe use --sampler annealing, which keeps the rows of constraints as they are.',
  ].join('\n')
}
