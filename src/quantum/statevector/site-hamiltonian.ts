/**
 * A diagonal Hamiltonian over sites: what the simulators evolve under. A site is a qubit (2 levels), a one-hot group in
 * its feasible subspace (one level per member) or a short binary code. Not a matrix and not an Ising model of qubits.
 */
import { QaasError } from '../../errors.ts'

export interface SiteCoupling {
  readonly low: number
  /** Greater than `low`. */
  readonly high: number
  /** Energy of every pair of levels: `energies[levelOfHigh * levels[low] + levelOfLow]`. */
  readonly energies: Float64Array
}

/** C(z) = offset + sum_s fields[s][z_s] + sum_(s < t) coupling_st(z_s, z_t); site 0 is the least significant digit of z. */
export interface SiteHamiltonian {
  /** Number of levels of each site, at least 1. */
  readonly levels: Int32Array
  readonly offset: number
  /** Energy of each level of each site. */
  readonly fields: readonly Float64Array[]
  /** At most one per pair of sites. */
  readonly couplings: readonly SiteCoupling[]
}

/** Number of basis states; Infinity when it leaves the range of a double. */
export function dimensionOf(levels: Int32Array): number {
  return levels.reduce((product, count) => product * count, 1)
}

/** The part of `hamiltonian` on some of its sites, renumbered in the order given (ascending). The offset is left out. */
export function restrict(hamiltonian: SiteHamiltonian, sites: readonly number[]): SiteHamiltonian {
  const place = new Map(sites.map((site, index) => [site, index]))
  return {
    levels: Int32Array.from(sites, (site) => hamiltonian.levels[site]!),
    offset: 0,
    fields: sites.map((site) => hamiltonian.fields[site]!),
    couplings: hamiltonian.couplings.flatMap(({ low, high, energies }) => {
      const [a, b] = [place.get(low), place.get(high)]
      return a === undefined || b === undefined ? [] : [{ low: a, high: b, energies }]
    }),
  }
}

/** The same Hamiltonian times `factor`. */
export function scaled(hamiltonian: SiteHamiltonian, factor: number): SiteHamiltonian {
  const times = (values: Float64Array): Float64Array => values.map((value) => value * factor)
  return {
    levels: hamiltonian.levels,
    offset: hamiltonian.offset * factor,
    fields: hamiltonian.fields.map(times),
    couplings: hamiltonian.couplings.map((coupling) => ({
      ...coupling,
      energies: times(coupling.energies),
    })),
  }
}

/** Energy of one basis state given by its digits. */
export function energyOfLevels(hamiltonian: SiteHamiltonian, digits: ArrayLike<number>): number {
  let energy = hamiltonian.offset
  for (let s = 0; s < hamiltonian.fields.length; s++) energy += hamiltonian.fields[s]![digits[s]!]!
  for (const { low, high, energies } of hamiltonian.couplings)
    energy += energies[digits[high]! * hamiltonian.levels[low]! + digits[low]!]!
  return energy
}

/** @throws QaasError `invalid-model` when an energy is not finite */
export function checkFinite(hamiltonian: SiteHamiltonian): void {
  const columns = [...hamiltonian.fields, ...hamiltonian.couplings.map((coupling) => coupling.energies)]
  if (!Number.isFinite(hamiltonian.offset) || !columns.every((column) => column.every(Number.isFinite)))
    throw new QaasError('invalid-model', 'the Hamiltonian has an energy that is not a finite number')
}
