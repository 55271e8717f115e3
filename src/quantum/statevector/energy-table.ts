/** Energies of all basis states of a few sites, built digit by digit; no trigonometry and no amplitudes here. */
import { dimensionOf, type SiteHamiltonian } from './site-hamiltonian.ts'

/** C(z) for every z, offset included. Time and memory are proportional to the dimension. */
export function energyTable(hamiltonian: SiteHamiltonian): Float64Array {
  const { levels, fields, couplings } = hamiltonian
  const table = new Float64Array(dimensionOf(levels))
  table[0] = hamiltonian.offset
  const sum = new Float64Array(table.length)
  let size = 1
  for (let site = 0; site < levels.length; site++) {
    const below = couplings.filter(({ high }) => high === site)
    // Level 0 is written last: it overwrites the energies of the sites below that the other levels start from.
    for (let level = levels[site]! - 1; level >= 0; level--) {
      additive(sum, levels, site, (low) => {
        const coupling = below.find((candidate) => candidate.low === low)
        return coupling?.energies.subarray(level * levels[low]!, (level + 1) * levels[low]!)
      })
      const field = fields[site]![level]!
      const at = level * size
      for (let z = 0; z < size; z++) table[at + z] = table[z]! + field + sum[z]!
    }
    size *= levels[site]!
  }
  return table
}

/**
 * Energies of the couplings between two disjoint sets of sites: entry `h * dimension(inner) + l` belongs to state h of
 * `outer` and state l of `inner`, both with their first site as the least significant digit.
 */
export function crossTable(
  hamiltonian: SiteHamiltonian,
  inner: readonly number[],
  outer: readonly number[],
): Float64Array {
  const levels = Int32Array.from(inner, (site) => hamiltonian.levels[site]!)
  const innerSize = dimensionOf(levels)
  const outerLevels = outer.map((site) => hamiltonian.levels[site]!)
  const outerSize = outerLevels.reduce((product, count) => product * count, 1)
  const table = new Float64Array(outerSize * innerSize)
  const between = inner.map((low) =>
    outer.map((high) =>
      hamiltonian.couplings.find((coupling) => coupling.low === low && coupling.high === high),
    ),
  )
  const digits = new Int32Array(outer.length)
  for (let h = 0; h < outerSize; h++) {
    for (let k = 0, rest = h; k < outer.length; k++) {
      digits[k] = rest % outerLevels[k]!
      rest = Math.floor(rest / outerLevels[k]!)
    }
    additive(table.subarray(h * innerSize), levels, inner.length, (site) => {
      const felt = new Float64Array(levels[site]!)
      between[site]!.forEach((coupling, k) => {
        if (coupling === undefined) return
        const at = digits[k]! * felt.length
        for (let level = 0; level < felt.length; level++) felt[level]! += coupling.energies[at + level]!
      })
      return felt
    })
  }
  return table
}

/** Writes sum over sites below `count` of fieldOf(site)[digit of the site] for every state of those sites. */
function additive(
  target: Float64Array,
  levels: Int32Array,
  count: number,
  fieldOf: (site: number) => Float64Array | undefined,
): void {
  target[0] = 0
  let size = 1
  for (let site = 0; site < count; site++) {
    const field = fieldOf(site)
    for (let level = levels[site]! - 1; level >= 0; level--) {
      const add = field ? field[level]! : 0
      const at = level * size
      for (let z = 0; z < size; z++) target[at + z] = target[z]! + add
    }
    size *= levels[site]!
  }
}
