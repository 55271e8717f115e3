/** Coordinate descent on an Ising model in place: flips whatever lowers the energy until nothing does. */
import type { Ising } from '../annealing/ising.ts'

/** Relative to the field's size; smaller gains are rounding. */
const TOLERANCE = 1e-12

/** Descends from `spins` (+1/-1) to a local minimum; sweeps in rising order. Returns the number of flips. */
export function descend({ n, h, rowStart, neighbours, J }: Ising, spins: Int8Array): number {
  const fields = Float64Array.from(h)
  for (let v = 0; v < n; v++)
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) fields[v]! += J[k]! * spins[neighbours[k]!]!
  let flips = 0
  for (let before = -1; before !== flips; ) {
    before = flips
    for (let v = 0; v < n; v++) {
      if (!(spins[v]! * fields[v]! > TOLERANCE * Math.max(1, Math.abs(h[v]!)))) continue
      flips++
      const change = -2 * spins[v]!
      spins[v] = -spins[v]!
      for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) fields[neighbours[k]!]! += change * J[k]!
    }
  }
  return flips
}
