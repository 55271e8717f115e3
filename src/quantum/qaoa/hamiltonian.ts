/** The site Hamiltonian of an Ising model over qubits. Bit 1 is s = +1, bit 0 is s = -1. */
import type { Ising } from '../../formulation/ising.ts'
import type { SiteHamiltonian } from '../statevector/site-hamiltonian.ts'

/** One qubit per spin. */
export function isingHamiltonian({ h, tails, heads, J, offset }: Ising): SiteHamiltonian {
  return {
    levels: new Int32Array(h.length).fill(2),
    offset,
    fields: Array.from(h, (field) => Float64Array.of(-field, field)),
    couplings: Array.from(J, (strength, e) => ({
      low: tails[e]!,
      high: heads[e]!,
      energies: Float64Array.of(strength, -strength, -strength, strength),
    })),
  }
}
