/**
 * A range that holds the objective: from below for every state, from above for every feasible one. Its width over the
 * least squared violation is a penalty weight that suffices: no infeasible state can beat the optimum.
 */
import type { Bqm } from '../bqm.ts'
import { forEachCoupling } from '../energy.ts'

export interface ObjectiveRange {
  readonly lower: number
  readonly upper: number
}

/** `oneHotRows` must hold for feasible states; of overlapping ones the first are used. */
export function objectiveRange(bqm: Bqm, oneHotRows: Iterable<ArrayLike<number>>): ObjectiveRange {
  const groupOf = new Int32Array(bqm.numVariables).fill(-1)
  let groups = 0
  for (const row of oneHotRows) {
    const members = Array.from(row)
    if (members.some((v) => groupOf[v] !== -1)) continue
    for (const v of members) groupOf[v] = groups
    groups++
  }
  let lower = bqm.offset
  let upper = bqm.offset
  const largest = new Float64Array(groups).fill(-Infinity)
  bqm.linear.forEach((bias, v) => {
    lower += Math.min(0, bias)
    const group = groupOf[v]!
    if (group === -1) upper += Math.max(0, bias)
    else largest[group] = Math.max(largest[group]!, bias)
  })
  for (const bias of largest) upper += bias
  // One variable of each group is 1, so of all couplings between two groups exactly one is active.
  const between = new Map<number, number>()
  forEachCoupling(bqm, (u, v, bias) => {
    lower += Math.min(0, bias)
    const [a, b] = [groupOf[u]!, groupOf[v]!]
    if (a === -1 || b === -1) upper += Math.max(0, bias)
    else if (a !== b) {
      const key = Math.min(a, b) * groups + Math.max(a, b)
      between.set(key, Math.max(between.get(key) ?? 0, bias))
    }
  })
  for (const bias of between.values()) upper += bias
  return { lower, upper }
}
