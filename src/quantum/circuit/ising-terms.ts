/** The Hamiltonian a circuit applies, from a binary quadratic model: bit 1 is spin +1 there and Z = -1 here. */
import type { Bqm } from '../../formulation/bqm.ts'
import { toIsing } from '../../formulation/ising.ts'
import type { IsingTerms } from './ansatz.ts'

/** Fields and couplings of `bqm` in terms of Z; its constant is left out. */
export function isingTermsOf(bqm: Bqm): IsingTerms {
  const { numVariables, h, tails, heads, J } = toIsing(bqm)
  return {
    numQubits: numVariables,
    fields: h.map((field) => -field),
    couplings: Array.from(J, (value, e) => ({ first: tails[e]!, second: heads[e]!, value })),
  }
}
