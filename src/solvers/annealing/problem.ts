/** What an annealing read needs of an instance, as typed arrays that travel to workers without a copy. */
import type { Instance } from '../../model/instance.ts'
import type { PairTable } from '../../model/pair-table.ts'
import { sharedFloat64, sharedInt32 } from '../../numeric/shared.ts'
import type { Place } from '../places.ts'

/**
 * Tasks by class, their options by pool; pools consist of places, which have the capacities. The last pool and the
 * last place stand for "no agent"; every class has it as its last option.
 */
export interface AnnealProblem {
  readonly numTasks: number
  readonly numPlaces: number
  readonly classOf: Int32Array
  /** Options of class `c` are at `start[c] .. start[c + 1]`, by rising cost, the last of them "no agent". */
  readonly start: Int32Array
  readonly pool: Int32Array
  readonly costUsd: Float64Array
  readonly moneyUsd: Float64Array
  readonly tokens: Float64Array
  /** NaN without an agent: nothing is weaker or stronger than nobody. */
  readonly quality: Float64Array
  readonly capacityTasks: Float64Array
  readonly capacityTokens: Float64Array
  readonly poolOfPlace: Int32Array
  /** Places of pool `p` are `firstPlace[p] .. firstPlace[p + 1]`. */
  readonly firstPlace: Int32Array
  /** Of the whole plan first, then of each pool. */
  readonly budgetsUsd: Float64Array
  /** False when every task needs an agent; then being without is a violation, not a price. */
  readonly mayStayUnassigned: boolean
  readonly dependency: 'hard' | 'soft' | 'off'
  /** Of a broken soft dependency. */
  readonly edgeUsd: number
  readonly parentStart: Int32Array
  readonly parents: Int32Array
  readonly childStart: Int32Array
  readonly children: Int32Array
}

export function buildAnnealProblem(
  instance: Instance,
  pairs: PairTable,
  places: readonly Place[],
): AnnealProblem {
  const { fleet, policy, dependencies, tasks } = instance
  const rule = dependencies.numEdges === 0 ? ({ mode: 'off' } as const) : policy.dependency
  const unassigned = policy.unassignedUsd
  const poolOfPlace = [...places.map(({ pool }) => pool), fleet.numPools]
  return {
    numTasks: tasks.count,
    numPlaces: places.length + 1,
    classOf: sharedInt32(pairs.classes.classOf),
    ...optionColumns(instance, pairs),
    capacityTasks: sharedFloat64([...places.map((place) => place.capacityTasks), Infinity]),
    capacityTokens: sharedFloat64([...places.map((place) => place.capacityTokens), Infinity]),
    poolOfPlace: sharedInt32(poolOfPlace),
    firstPlace: sharedInt32(firstPlaces(poolOfPlace, fleet.numPools)),
    budgetsUsd: sharedFloat64([policy.budgetUsd, ...fleet.budgetUsd]),
    mayStayUnassigned: unassigned !== Infinity,
    dependency: rule.mode,
    edgeUsd: rule.mode === 'soft' ? rule.penaltyUsd : 0,
    parentStart: sharedInt32(dependencies.parentStart),
    parents: sharedInt32(dependencies.parents),
    childStart: sharedInt32(dependencies.childStart),
    children: sharedInt32(dependencies.children),
  }
}

function firstPlaces(poolOfPlace: readonly number[], numPools: number): Int32Array {
  const first = new Int32Array(numPools + 2)
  for (const pool of poolOfPlace) first[pool + 1]! += 1
  for (let pool = 0; pool <= numPools; pool++) first[pool + 1]! += first[pool]!
  return first
}

type OptionColumns = Pick<AnnealProblem, 'start' | 'pool' | 'costUsd' | 'moneyUsd' | 'tokens' | 'quality'>

function optionColumns({ policy, fleet }: Instance, pairs: PairTable): OptionColumns {
  const { count } = pairs.classes
  const start = new Int32Array(count + 1)
  /** Pair of each option, or -1 for "no agent". */
  const source = new Int32Array(pairs.pool.length + count)
  let length = 0
  for (let row = 0; row < count; row++) {
    const first = length
    for (let at = pairs.start[row]!; at < pairs.start[row + 1]!; at++) source[length++] = at
    source.subarray(first, length).sort((a, b) => pairs.costUsd[a]! - pairs.costUsd[b]! || a - b)
    source[length++] = -1
    start[row + 1] = length
  }
  const column = (values: Float64Array, otherwise: number): Float64Array => {
    const filled = sharedFloat64(source)
    for (let option = 0; option < filled.length; option++) {
      const at = source[option]!
      filled[option] = at < 0 ? otherwise : values[at]!
    }
    return filled
  }
  return {
    start: sharedInt32(start),
    pool: sharedInt32(source.map((at) => (at < 0 ? fleet.numPools : pairs.pool[at]!))),
    costUsd: column(pairs.costUsd, policy.unassignedUsd === Infinity ? 0 : policy.unassignedUsd),
    moneyUsd: column(pairs.moneyUsd, 0),
    tokens: column(pairs.pairTokens, 0),
    quality: column(pairs.quality, Number.NaN),
  }
}
