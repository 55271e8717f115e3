/** Where reads begin: the initial states given, one a read, and what neal's generators make of them when they are few. */
import { QaasError } from '../../errors.ts'
import type { Bqm } from '../../formulation/bqm.ts'
import { checkedStates } from '../initial-states.ts'
import type { ResolvedAnnealing } from './options.ts'

export interface InitialStates {
  /** As many as asked for, else one for each state given, else one. */
  readonly numReads: number
  /** States of the first reads, in the model's vartype; the other reads begin at random. Absent when all do. */
  readonly initial?: Int8Array
}

/** @throws QaasError `invalid-option` unless whole states of the model are given, and enough of them for "none" */
export function initialStatesOf(
  model: Pick<Bqm, 'vartype' | 'numVariables'>,
  { numReads, initialStates: given, initialStatesGenerator: generator }: ResolvedAnnealing,
): InitialStates {
  const n = model.numVariables
  if (given === undefined || given.length === 0) {
    if (generator !== 'random') throw tooFew(numReads ?? 1, 0)
    return { numReads: numReads ?? 1 }
  }
  checkedStates(model, given)
  const count = given.length / n
  const reads = numReads ?? count
  if (count >= reads) return { numReads: reads, initial: given.subarray(0, reads * n) }
  if (generator === 'none') throw tooFew(reads, count)
  if (generator === 'random') return { numReads: reads, initial: given }
  const tiled = new Int8Array(reads * n)
  for (let read = 0; read < reads; read++)
    tiled.set(given.subarray((read % count) * n, ((read % count) + 1) * n), read * n)
  return { numReads: reads, initial: tiled }
}

const tooFew = (reads: number, given: number): QaasError =>
  new QaasError('invalid-option', `${reads} reads need as many initial states, there are ${given}`, {
    advice: 'Maybe set initialStatesGenerator to "random".',
  })
