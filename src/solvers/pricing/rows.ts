/**
 * The priced resources as one vector: slots of each group, tokens of each group, pool budgets, the overall budget.
 * A last virtual group stands for leaving tasks out; none of its rows is ever active.
 */
import type { PriceVector } from './certificate.ts'
import type { Problem } from './problem.ts'

export interface Rows {
  /** Groups and the virtual one. */
  readonly width: number
  readonly count: number
  readonly capacity: Float64Array
  /** 1 where the capacity is finite and has a use: of a group that takes no task at all nothing has a price. */
  readonly active: Uint8Array
  /** Row of the overall budget. */
  readonly budget: number
}

export function buildRows({ groups, groupBudget, budget }: Problem): Rows {
  const width = groups.count + 1
  const capacity = new Float64Array(3 * width + 1).fill(Infinity)
  capacity.set(groups.capacityTasks, 0)
  capacity.set(groups.capacityTokens, width)
  capacity.set(groupBudget, 2 * width)
  capacity[3 * width] = budget
  const active = Uint8Array.from(capacity, (limit) => (limit === Infinity ? 0 : 1))
  for (let group = 0; group < groups.count; group++)
    if (groups.capacityTasks[group]! < 1) for (let k = 0; k < 3; k++) active[k * width + group] = 0
  return { width, count: capacity.length, capacity, active, budget: 3 * width }
}

/** Money is priced by the overall and the pool's own budget together. */
export function moneyPrice(rows: Rows, y: Float64Array, group: number): number {
  return y[rows.budget]! + y[2 * rows.width + group]!
}

export function priceVector(rows: Rows, y: Float64Array): PriceVector {
  const groups = rows.width - 1
  return {
    tasks: y.slice(0, groups),
    tokens: y.slice(rows.width, rows.width + groups),
    poolBudget: y.slice(2 * rows.width, 2 * rows.width + groups),
    budget: y[rows.budget]!,
  }
}
