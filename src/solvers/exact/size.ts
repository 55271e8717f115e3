/** How large the pooled model of an instance would be, known before it is built. */
import type { Instance } from '../../model/instance.ts'
import { isEligible } from '../../model/pair.ts'
import { classifyTasks } from '../../model/task-classes.ts'
import { groupComponents } from './components.ts'

/** How large a model and how long a search may be. */
export interface ExactLimits {
  readonly maxColumns: number
  readonly maxNonzeros: number
  readonly graceMs: number
  readonly mostNodes: number
}

export interface ModelSize {
  /** Exact while below the limit asked about; beyond it a lower bound. */
  readonly columns: number
  readonly nonzeros: number
}

/** Counts columns and matrix entries; stops counting once `maxColumns` is passed. */
export function modelSize(instance: Instance, maxColumns: number): ModelSize {
  const { fleet, policy } = instance
  // Even alone, every task class needs a column, and finding the pairs of more classes than that takes long.
  const classes = classifyTasks(instance)
  if (classes.count > maxColumns) return { columns: classes.count, nonzeros: 2 * classes.count }
  const rowsPerColumn =
    2 + Number(policy.budgetUsd !== Infinity) + Number(fleet.budgetUsd.some((limit) => limit !== Infinity))
  const unassigned = policy.unassignedUsd === Infinity ? 0 : 1
  const placesOfClass = new Int32Array(classes.count).fill(-1)
  let [columns, nonzeros] = [0, 0]
  for (const { members, edges } of groupComponents(instance, classes)) {
    for (const tasks of members) {
      const row = classes.classOf[tasks[0]!]!
      if (placesOfClass[row]! < 0) placesOfClass[row] = eligiblePools(instance, tasks[0]!) + unassigned
      columns += placesOfClass[row]!
      nonzeros += rowsPerColumn * placesOfClass[row]!
    }
    for (const edge of edges) {
      const [above, below] = edge.map((p) => placesOfClass[classes.classOf[members[p]![0]!]!]!)
      // One row for each level, each with about half of both ends.
      nonzeros += (Math.min(above!, below!) * (above! + below!)) / 2
    }
    if (columns > maxColumns) break
  }
  return { columns, nonzeros: Math.round(nonzeros) }
}

function eligiblePools(instance: Instance, task: number): number {
  let count = 0
  for (let pool = 0; pool < instance.fleet.numPools; pool++) if (isEligible(instance, task, pool)) count += 1
  return count
}

/** `1,000`, in the pure half. */
export const groupDigits = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
