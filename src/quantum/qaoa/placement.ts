/** A binary model over sites whose levels each set at most one variable. */
import type { Bqm } from '../../formulation/bqm.ts'
import { forEachCoupling } from '../../formulation/energy.ts'
import type { SiteCoupling, SiteHamiltonian } from '../statevector/site-hamiltonian.ts'

/**
 * Energies of a BINARY model where level `a` of site `s` sets variable `sites[s][a]` (-1: none) to 1 and the site's other
 * variables to 0. Several levels may set the same variable; couplings inside a site never act.
 */
export function placedHamiltonian(bqm: Bqm, sites: readonly Int32Array[]): SiteHamiltonian {
  const siteOf = new Int32Array(bqm.numVariables)
  sites.forEach((variables, site) => {
    for (const v of variables) if (v >= 0) siteOf[v] = site
  })
  const couplings = new Map<number, SiteCoupling>()
  forEachCoupling(bqm, (u, v, bias) => {
    if (siteOf[u] === siteOf[v] || bias === 0) return
    const [low, high] = [Math.min(siteOf[u]!, siteOf[v]!), Math.max(siteOf[u]!, siteOf[v]!)]
    const columns = sites[low]!.length
    const key = high * sites.length + low
    const coupling = couplings.get(key) ?? {
      low,
      high,
      energies: new Float64Array(columns * sites[high]!.length),
    }
    couplings.set(key, coupling)
    const [lowVariable, highVariable] = siteOf[u] === low ? [u, v] : [v, u]
    sites[high]!.forEach((top, a) => {
      if (top !== highVariable) return
      sites[low]!.forEach((bottom, b) => {
        if (bottom === lowVariable) coupling.energies[a * columns + b]! += bias
      })
    })
  })
  return {
    levels: Int32Array.from(sites, (variables) => variables.length),
    offset: bqm.offset,
    fields: sites.map((variables) => Float64Array.from(variables, (v) => (v >= 0 ? bqm.linear[v]! : 0))),
    couplings: [...couplings.values()],
  }
}
