/** Checks of the states that reads begin from. */
import { QaasError } from '../errors.ts'
import type { Bqm } from '../formulation/bqm.ts'

/** The states as they are. @throws QaasError `invalid-option` unless they are whole states in the model's vartype */
export function checkedStates(
  { vartype, numVariables: n }: Pick<Bqm, 'vartype' | 'numVariables'>,
  states: Int8Array,
): Int8Array {
  const low = vartype === 'SPIN' ? -1 : 0
  const whole = n === 0 ? states.length === 0 : states.length % n === 0
  if (whole && states.every((x) => x === low || x === 1)) return states
  throw new QaasError('invalid-option', `initialStates must hold whole states of ${n} values ${low} or 1`)
}
