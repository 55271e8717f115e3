/**
 * Pairs that a better plan than the best known one can contain: reduced-cost fixing by cost alone. It takes the costs that
 * stand for "never" out of a model, next to which the real ones would be rounding.
 */
import type { Instance } from '../../model/instance.ts'
import type { PairTable } from '../../model/pair-table.ts'
import { CompensatedSum } from '../../numeric/sum.ts'

export interface Affordable {
  /** For `buildPooledModel`. */
  keep(tasks: Int32Array, pool: number): boolean
  /** What is dearer than this above the cheapest is in no better plan. */
  readonly mostUsd: number
  /** Pairs that are kept, and one if a broken dependency may be paid for. */
  readonly count: number
}

/** Costs above this many times those of the best plan have no place beside the others. */
const OUTLIER = 1000

/** Room for rounding: the pairs of the best plan itself always stay. */
const ROUNDING = 1e-9

/** @param bestUsd objective of the best plan; Infinity keeps every pair */
export function affordablePairs({ policy }: Instance, pairs: PairTable, bestUsd: number): Affordable {
  const { classes, start, pool: poolOf, costUsd } = pairs
  const least = new Float64Array(classes.count).fill(policy.unassignedUsd)
  const sum = new CompensatedSum()
  for (let row = 0; row < classes.count; row++) {
    for (let at = start[row]!; at < start[row + 1]!; at++) least[row] = Math.min(least[row]!, costUsd[at]!)
    sum.add(classes.size[row]! * least[row]!)
  }
  const slackUsd =
    bestUsd === Infinity ? Infinity : (bestUsd - sum.value) * (1 + ROUNDING) + ROUNDING * bestUsd
  // Those that are no outliers stay, so that the prices of a search hold for every pair there is.
  const mostUsd = Math.max(slackUsd, OUTLIER * bestUsd)
  const isWithin = (row: number, usd: number): boolean => usd <= mostUsd || usd - least[row]! <= slackUsd
  const { dependency } = policy
  let count = dependency.mode === 'soft' && dependency.penaltyUsd <= mostUsd ? 1 : 0
  const dear = new Set<number>()
  for (let row = 0; row < classes.count; row++) {
    for (let at = start[row]!; at < start[row + 1]!; at++) {
      if (isWithin(row, costUsd[at]!)) count += 1
      else dear.add(row * MOST_POOLS + poolOf[at]!)
    }
    if (policy.unassignedUsd === Infinity) continue
    if (isWithin(row, policy.unassignedUsd)) count += 1
    else dear.add(row * MOST_POOLS + MOST_POOLS - 1)
  }
  return {
    keep: (tasks, pool) =>
      !dear.has(classes.classOf[tasks[0]!]! * MOST_POOLS + (pool < 0 ? MOST_POOLS - 1 : pool)),
    mostUsd,
    count,
  }
}

/** More than any fleet has. */
const MOST_POOLS = 2 ** 21
