/** Random Hamiltonians over any sites, for tests and benchmarks. */
import type { Rng } from '../../numeric/rng.ts'
import type { SiteCoupling, SiteHamiltonian } from './site-hamiltonian.ts'

/** Normal fields on every level; each pair of sites is coupled with probability `density`, level by level. */
export function randomHamiltonian(levels: readonly number[], rng: Rng, density = 0.6): SiteHamiltonian {
  const normals = (count: number): Float64Array =>
    Float64Array.from({ length: count }, () => rng.nextNormal())
  const couplings: SiteCoupling[] = []
  for (let high = 1; high < levels.length; high++)
    for (let low = 0; low < high; low++)
      if (rng.nextFloat() < density)
        couplings.push({ low, high, energies: normals(levels[low]! * levels[high]!) })
  return { levels: Int32Array.from(levels), offset: rng.nextNormal(), fields: levels.map(normals), couplings }
}
