/** The energy of a state of an explicit BQM: the one place of that sum. */
import type { Bqm } from './bqm.ts'

/** Energy of `states[at .. at + numVariables)`, given in the model's own vartype. */
export function energyOf(bqm: Bqm, states: ArrayLike<number>, at = 0): number {
  let energy = bqm.offset
  for (let v = 0; v < bqm.numVariables; v++) {
    const value = states[at + v]!
    if (value === 0) continue
    let field = bqm.linear[v]!
    for (let k = bqm.rowStart[v]!; k < bqm.rowStart[v + 1]!; k++) {
      const u = bqm.neighbours[k]!
      if (u > v) break
      field += bqm.biases[k]! * states[at + u]!
    }
    energy += value * field
  }
  return energy
}

/** Calls `visit(u, v, bias)` for every coupling once, u < v, by rising u and then v. */
export function forEachCoupling(bqm: Bqm, visit: (u: number, v: number, bias: number) => void): void {
  for (let u = 0; u < bqm.numVariables; u++)
    for (let k = bqm.rowStart[u]!; k < bqm.rowStart[u + 1]!; k++) {
      const v = bqm.neighbours[k]!
      if (v > u) visit(u, v, bqm.biases[k]!)
    }
}
