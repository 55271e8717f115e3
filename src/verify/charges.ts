/** What the branchings above a leaf charge single pairs, and what their limits are worth; no bound by itself. */
import type { Limit } from './search-tree.ts'

export interface Charges {
  /** True when some branching speaks of the task. */
  has(task: number): boolean
  /** Whole units, Infinity where the leaf forbids it; pool -1 stands for no agent. */
  of(task: number, pool: number): number
  /** What the limits are worth together, in units: the part of the bound that is subtracted. */
  readonly rent: bigint
  /** True when a limit is below nothing, so that no plan at all is in the leaf. */
  readonly isEmpty: boolean
}

export function chargesOf(limits: readonly Limit[]): Charges {
  const limitsOf = new Map<number, Limit[]>()
  let rent = 0n
  for (const limit of limits) {
    if (limit.atMost > 0) rent += BigInt(limit.price) * BigInt(limit.atMost)
    if (limit.atMost > 0 && limit.price === 0) continue
    for (const task of limit.tasks) {
      const own = limitsOf.get(task)
      if (own) own.push(limit)
      else limitsOf.set(task, [limit])
    }
  }
  return {
    has: (task) => limitsOf.has(task),
    of(task, pool) {
      const own = limitsOf.get(task)
      if (own === undefined) return 0
      let sum = 0
      for (const { isInside, atMost, price } of own)
        if (isInside[pool + 1] === 1) sum += atMost <= 0 ? Infinity : price
      // Sums beyond 2^53 round; down by more than that keeps what they prove true.
      return sum < 2 ** 53 ? sum : sum * (1 - own.length * 2 ** -52)
    },
    rent,
    isEmpty: limits.some(({ atMost }) => atMost < 0),
  }
}
