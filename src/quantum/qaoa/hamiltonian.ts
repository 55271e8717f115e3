/** Site Hamiltonians of models over qubits. Bit 1 is x = 1 and s = +1; bit 0 is x = 0 and s = -1. */
import type { Bqm } from '../../formulation/bqm.ts'
import { forEachCoupling } from '../../formulation/energy.ts'
import type { Ising } from '../../formulation/ising.ts'
import type { SiteHamiltonian } from '../statevector/site-hamiltonian.ts'

/** One qubit per variable, energies of the model. */
export function bqmHamiltonian(bqm: Bqm): SiteHamiltonian {
  const low = bqm.vartype === 'SPIN' ? -1 : 0
  const couplings: SiteHamiltonian['couplings'][number][] = []
  forEachCoupling(bqm, (u, v, bias) => {
    couplings.push({
      low: Math.min(u, v),
      high: Math.max(u, v),
      energies: Float64Array.of(low * low * bias, low * bias, low * bias, bias),
    })
  })
  return {
    levels: new Int32Array(bqm.numVariables).fill(2),
    offset: bqm.offset,
    fields: Array.from(bqm.linear, (bias) => Float64Array.of(low * bias, bias)),
    couplings,
  }
}

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
