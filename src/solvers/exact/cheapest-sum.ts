/** The bound that needs no search: every task at its cheapest, whatever else it would need. */
import type { Instance } from '../../model/instance.ts'
import type { PairTable } from '../../model/pair-table.ts'

/** In dollars, safely rounded down. */
export function cheapestSum({ policy }: Instance, { classes, start, costUsd }: PairTable): number {
  let sum = 0
  for (let row = 0; row < classes.count; row++) {
    let least = policy.unassignedUsd
    for (let at = start[row]!; at < start[row + 1]!; at++) least = Math.min(least, costUsd[at]!)
    sum += classes.size[row]! * least
  }
  // Rounding of a long sum must not lift the bound above the optimum.
  return sum * (1 - 1e-12)
}
