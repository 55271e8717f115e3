/**
 * The pooled MILP of an instance: one integer column for each (group position, place), holding how many copies of
 * that position go there. Rows: every task once, capacities, staircase dependencies, budgets. It also knows the way
 * from a plan to a point and back.
 */
import type { Instance } from '../../model/instance.ts'
import { mostMoneyUsd } from '../../model/limits.ts'
import { buildPairTable, type PairTable } from '../../model/pair-table.ts'
import { growable } from '../../numeric/growable.ts'
import { type Place, placesOf } from '../places.ts'
import { type ComponentGroup, groupComponents } from './components.ts'
import { type Milp, MilpBuilder } from './milp.ts'

/** One eligible place of a position. */
export interface Choice {
  readonly column: number
  /** Index of the place, or -1 for no agent. */
  readonly place: number
  readonly moneyUsd: number
  /** What one task takes from the token capacity. */
  readonly tokens: number
  readonly quality: number
}

/** A priced dependency: its column is 1 when the child is weaker than the parent. */
interface PricedEdge {
  readonly column: number
  readonly group: ComponentGroup
  readonly edge: readonly [parent: number, child: number]
}

export interface PooledModel {
  readonly milp: Milp
  /** The objective of the MILP is that of the instance times this. */
  readonly costScale: number
  readonly groups: readonly ComponentGroup[]
  /** `choices[group][position]`. */
  readonly choices: readonly (readonly (readonly Choice[])[])[]
  readonly places: readonly Place[]
  readonly pricedEdges: readonly PricedEdge[]
  /** The rows of the MILP that limit something with a price. */
  readonly limits: readonly LimitRow[]
  readonly stairs: readonly StairRow[]
}

/** A row of the MILP as the quality level of the dependency that it holds. */
export interface StairRow {
  readonly row: number
  readonly group: ComponentGroup
  readonly edge: readonly [parent: number, child: number]
  readonly quality: number
}

/** A row of the MILP as what it limits; tasks and tokens of a place's pool, money of a pool or, at -1, of all. */
export interface LimitRow {
  readonly row: number
  readonly kind: 'tasks' | 'tokens' | 'money'
  readonly pool: number
  /** The row is the limit times this. */
  readonly scale: number
}

export interface PooledModelOptions {
  /** Leaves out the choices it returns false for; pool -1 stands for no agent. Default: all stay. */
  readonly keep?: (tasks: Int32Array, pool: number) => boolean
  /** Pools whose agents get columns of their own. */
  readonly split?: ReadonlySet<number>
  /** Budgets and token capacities are lowered by this part of them; see the exact solver for when. */
  readonly margin?: number
  /** A price of a broken dependency above this is never paid. Default: any may be. */
  readonly mostPenaltyUsd?: number
}

/** Builds the model, or names a task that no place can take (as an index) when that makes it pointless. */
export function buildPooledModel(
  instance: Instance,
  { split = new Set(), margin = 0, mostPenaltyUsd = Infinity, keep = () => true }: PooledModelOptions = {},
  pairs: PairTable = buildPairTable(instance),
): PooledModel | { readonly noPlaceFor: number } {
  const places = placesOf(instance, pairs, split)
  const groups = groupComponents(instance, pairs.classes)
  const builder = new MilpBuilder()
  const kept = keptPairs({ instance, pairs, groups, keep })
  const costScale = scaleOf(kept.costs)
  const placesOfPool = indexPlaces(instance, places)
  const choices = groups.map((group) =>
    group.members.map((tasks) => {
      const row = pairs.classes.classOf[tasks[0]!]!
      const size = group.size
      const keepPair = (pool: number): boolean => kept.has(tasks, pool)
      return addChoices(builder, { instance, pairs, row, placesOfPool, size, costScale, keep: keepPair })
    }),
  )
  for (const [g, group] of groups.entries())
    for (const [p, tasks] of group.members.entries())
      if (choices[g]![p]!.length === 0) return { noPlaceFor: tasks[0]! }
  groups.forEach((group, g) => {
    for (const list of choices[g]!) builder.addRow(group.size, group.size, list.map(unit))
  })
  const limits = addCapacityRows(builder, { places, choices, margin })
  const { pricedEdges, stairs } = addDependencyRows(builder, {
    instance,
    groups,
    choices,
    costScale,
    mostPenaltyUsd,
  })
  limits.push(...addBudgetRows(builder, { instance, places, choices, margin }))
  return { milp: builder.build(), costScale, groups, choices, places, pricedEdges, limits, stairs }
}

const unit = ({ column }: Choice): readonly [number, number] => [column, 1]

interface KeptPairs {
  has(tasks: Int32Array, pool: number): boolean
  /** Of every pair that is kept, in no order. */
  readonly costs: Float64Array
}

/** Pairs that `keep` lets through and whose money alone breaks no budget. */
function keptPairs({
  instance: { fleet, policy },
  pairs,
  groups,
  keep,
}: {
  readonly instance: Instance
  readonly pairs: PairTable
  readonly groups: readonly ComponentGroup[]
  readonly keep: (tasks: Int32Array, pool: number) => boolean
}): KeptPairs {
  const kept = new Map<Int32Array, Set<number>>()
  const costs = growable(Float64Array)
  for (const { members } of groups)
    for (const tasks of members) {
      const own = new Set<number>()
      kept.set(tasks, own)
      const row = pairs.classes.classOf[tasks[0]!]!
      for (let at = pairs.start[row]!; at < pairs.start[row + 1]!; at++) {
        const pool = pairs.pool[at]!
        const mostUsd = Math.min(mostMoneyUsd(policy.budgetUsd), mostMoneyUsd(fleet.budgetUsd[pool]!))
        if (pairs.moneyUsd[at]! > mostUsd || !keep(tasks, pool)) continue
        own.add(pool)
        costs.push(pairs.costUsd[at]!)
      }
      if (policy.unassignedUsd !== Infinity && keep(tasks, -1)) own.add(-1)
    }
  return { has: (tasks, pool) => kept.get(tasks)!.has(pool), costs: costs.toArray() }
}

/** Whole costs up to this one stay as they are. */
const LARGEST_WHOLE = 1e6

/**
 * HiGHS judges reduced costs by absolute tolerances: the median cost is brought to 10, whatever the currency and however
 * large the few that stand for "never". Whole numbers stay as they are, for HiGHS rounds bounds up on an objective that
 * is whole.
 */
function scaleOf(costs: Float64Array): number {
  const positive = costs.filter((cost) => cost > 0).sort()
  if (positive.length === 0) return 1
  if (positive.at(-1)! <= LARGEST_WHOLE && positive.every(Number.isInteger)) return 1
  return 2 ** Math.round(Math.log2(10 / positive[positive.length >>> 1]!))
}

/** A power of two, so that scaling rounds nothing: brings a limit to about a thousand. */
function limitScale(limit: number): number {
  return 2 ** Math.round(Math.log2(1000 / limit))
}

function indexPlaces({ fleet }: Instance, places: readonly Place[]): readonly (readonly number[])[] {
  const index: number[][] = Array.from({ length: fleet.numPools }, () => [])
  for (const [at, { pool }] of places.entries()) index[pool]!.push(at)
  return index
}

interface ChoiceContext {
  readonly instance: Instance
  readonly pairs: PairTable
  readonly row: number
  readonly placesOfPool: readonly (readonly number[])[]
  readonly size: number
  readonly costScale: number
  readonly keep: (pool: number) => boolean
}

function addChoices(builder: MilpBuilder, context: ChoiceContext): Choice[] {
  const { instance, pairs, row, placesOfPool, size, costScale, keep } = context
  const choices: Choice[] = []
  for (let at = pairs.start[row]!; at < pairs.start[row + 1]!; at++) {
    if (!keep(pairs.pool[at]!)) continue
    const [moneyUsd, quality] = [pairs.moneyUsd[at]!, pairs.quality[at]!]
    const tokens = pairs.pairTokens[at]!
    for (const place of placesOfPool[pairs.pool[at]!]!) {
      const column = builder.addColumn(pairs.costUsd[at]! * costScale, size, true)
      choices.push({ column, place, moneyUsd, tokens, quality })
    }
  }
  const { unassignedUsd } = instance.policy
  if (unassignedUsd !== Infinity && keep(-1)) {
    const column = builder.addColumn(unassignedUsd * costScale, size, true)
    choices.push({ column, place: -1, moneyUsd: 0, tokens: 0, quality: Number.NaN })
  }
  return choices
}

interface DependencyInput {
  readonly instance: Instance
  readonly groups: readonly ComponentGroup[]
  readonly choices: PooledModel['choices']
  readonly costScale: number
  readonly mostPenaltyUsd: number
}

function addCapacityRows(
  builder: MilpBuilder,
  { places, choices, margin }: Pick<PooledModel, 'places' | 'choices'> & { readonly margin: number },
): LimitRow[] {
  const limits: LimitRow[] = []
  const tasks: [number, number][][] = places.map(() => [])
  const tokens: [number, number][][] = places.map(() => [])
  for (const { place, column, tokens: size } of choices.flat(2)) {
    if (place < 0) continue
    tasks[place]!.push([column, 1])
    if (size > 0) tokens[place]!.push([column, size])
  }
  places.forEach(({ pool, capacityTasks, capacityTokens }, at) => {
    if (capacityTasks !== Infinity && tasks[at]!.length > 0)
      limits.push({
        row: builder.addRow(-Infinity, capacityTasks, tasks[at]!),
        kind: 'tasks',
        pool,
        scale: 1,
      })
    if (capacityTokens === Infinity || tokens[at]!.length === 0) return
    const limit = capacityTokens * (1 - margin)
    const scale = capacityTokens > LARGEST_WHOLE ? limitScale(capacityTokens) : 1
    const entries = tokens[at]!.map(([column, size]) => [column, size * scale] as const)
    limits.push({ row: builder.addRow(-Infinity, limit * scale, entries), kind: 'tokens', pool, scale })
  })
  return limits
}

/**
 * Staircase rows: for each quality level, copies whose child is below it and copies whose parent is at or above it
 * are together at most all copies. A priced edge adds a column that lifts the limit by one.
 */
function addDependencyRows(
  builder: MilpBuilder,
  { instance, groups, choices, costScale, mostPenaltyUsd }: DependencyInput,
): Pick<PooledModel, 'pricedEdges' | 'stairs'> {
  const rule = instance.policy.dependency
  const priced: PricedEdge[] = []
  const rows: StairRow[] = []
  if (rule.mode === 'off') return { pricedEdges: priced, stairs: rows }
  groups.forEach((group, g) => {
    for (const edge of group.edges) {
      const [above, below] = [choices[g]![edge[0]]!, choices[g]![edge[1]]!]
      const levels = stairs(above, below)
      if (levels.length === 0) continue
      const lift: [number, number][] = []
      if (rule.mode === 'soft') {
        const isPayable = rule.penaltyUsd <= mostPenaltyUsd
        const column = builder.addColumn(
          isPayable ? rule.penaltyUsd * costScale : 0,
          isPayable ? 1 : 0,
          false,
        )
        priced.push({ column, group, edge })
        lift.push([column, -1])
      }
      for (const level of levels) {
        const entries = below.filter(({ quality }) => quality < level).map(unit)
        const strong = above.filter(({ quality }) => quality >= level).map(unit)
        const row = builder.addRow(-Infinity, group.size, [...entries, ...strong, ...lift])
        rows.push({ row, group, edge, quality: level })
      }
    }
  })
  return { pricedEdges: priced, stairs: rows }
}

type Graded = Pick<Choice, 'quality'>

/** The parent's quality levels that need a row: one for each distinct set of weaker children, the lowest. */
export function stairs(above: readonly Graded[], below: readonly Graded[]): number[] {
  const levels = [...new Set(above.map(({ quality }) => quality))]
    .filter((quality) => !Number.isNaN(quality))
    .sort((a, b) => a - b)
  const weaker = (level: number): number => below.filter(({ quality }) => quality < level).length
  return levels.filter((level, at) => weaker(level) > (at === 0 ? 0 : weaker(levels[at - 1]!)))
}

function addBudgetRows(
  builder: MilpBuilder,
  {
    instance,
    places,
    choices,
    margin,
  }: Pick<PooledModel, 'places' | 'choices'> & { readonly instance: Instance; readonly margin: number },
): LimitRow[] {
  const limits: LimitRow[] = []
  const add = (limitUsd: number, pool: number): void => {
    if (limitUsd === Infinity) return
    const entries: [number, number][] = []
    for (const choice of choices.flat(2))
      if (choice.place >= 0 && choice.moneyUsd > 0 && (pool < 0 || places[choice.place]!.pool === pool))
        entries.push([choice.column, choice.moneyUsd])
    if (entries.length === 0) return
    // Pairs that pass the limit alone are left out, so that no entry is larger than it.
    const limit = mostMoneyUsd(limitUsd) * (1 - margin)
    const scale = limitScale(limitUsd)
    const row = builder.addRow(
      -Infinity,
      limit * scale,
      entries.map(([column, money]) => [column, money * scale] as const),
    )
    limits.push({ row, kind: 'money', pool, scale })
  }
  add(instance.policy.budgetUsd, -1)
  instance.fleet.budgetUsd.forEach(add)
  return limits
}
