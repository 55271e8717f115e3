/** Every eligible (task class, pool) pair with its cost, money and quality, in compressed rows; computed once. */
import { growable } from '../numeric/growable.ts'
import type { Instance } from './instance.ts'
import { tokensOf } from './instance.ts'
import { isEligible, pairCostUsd, pairMoneyUsd, pairQuality, pairTokens } from './pair.ts'
import { classifyTasks, type TaskClasses } from './task-classes.ts'

export interface PairTable {
  readonly classes: TaskClasses
  /** Pairs of class `c` are at `start[c] .. start[c + 1]`, by rising pool. */
  readonly start: Int32Array
  readonly pool: Int32Array
  /** What the pair adds to the objective, see `pairCostUsd`. */
  readonly costUsd: Float64Array
  readonly moneyUsd: Float64Array
  readonly quality: Float64Array
  /** Tokens of one task of each class, its own (see `tokensOf`). */
  readonly tokens: Float64Array
  /** Tokens that each pair takes from a token capacity, see `pairTokens`; differs from `tokens` under estimates only. */
  readonly pairTokens: Float64Array
}

/** Takes about 36 bytes a pair; `classes` may be given when they are known already. */
export function buildPairTable(
  instance: Instance,
  classes: TaskClasses = classifyTasks(instance),
): PairTable {
  const start = new Int32Array(classes.count + 1)
  const tokens = new Float64Array(classes.count)
  const pools = growable(Int32Array)
  const costUsd = growable(Float64Array)
  const moneyUsd = growable(Float64Array)
  const quality = growable(Float64Array)
  const taken = growable(Float64Array)
  for (let row = 0; row < classes.count; row++) {
    const task = classes.representative[row]!
    tokens[row] = tokensOf(instance.tasks, task)
    for (let pool = 0; pool < instance.fleet.numPools; pool++) {
      if (!isEligible(instance, task, pool)) continue
      pools.push(pool)
      costUsd.push(pairCostUsd(instance, task, pool))
      moneyUsd.push(pairMoneyUsd(instance, task, pool))
      quality.push(pairQuality(instance, task, pool))
      taken.push(pairTokens(instance, task, pool))
    }
    start[row + 1] = pools.length
  }
  return {
    classes,
    start,
    pool: pools.toArray(),
    costUsd: costUsd.toArray(),
    moneyUsd: moneyUsd.toArray(),
    quality: quality.toArray(),
    tokens,
    pairTokens: taken.toArray(),
  }
}
