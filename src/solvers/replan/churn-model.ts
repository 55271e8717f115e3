/**
 * The integer program of objective plus churn: one column for each place of each task, rows for slots, tokens, money
 * and dependencies. Alike agents are one place, apart from the one a task had before. It knows no solver.
 */
import type { Instance } from '../../model/instance.ts'
import { mostMoneyUsd, mostTokens } from '../../model/limits.ts'
import { isEligible, pairCostUsd, pairMoneyUsd, pairTokens } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { type Milp, MilpBuilder } from '../exact/milp.ts'
import { stairs } from '../exact/pooled-model.ts'
import { holds, isSplit, type Place } from './places.ts'

/** A place of a task with its column. */
interface Entry {
  readonly task: number
  readonly place: Place
  readonly column: number
}

export interface ChurnModel {
  readonly milp: Milp
  /** The objective of the program is dollars times this. */
  readonly scale: number
  /** Of each task. */
  readonly entries: readonly (readonly Entry[])[]
  /** Columns that are 1 where a child is weaker than its parent, at a price. */
  readonly edges: readonly { readonly column: number; readonly parent: number; readonly child: number }[]
}

export interface ChurnModelInput {
  readonly instance: Instance
  readonly places: readonly (readonly Place[])[]
  readonly split: ReadonlySet<number>
}

export function buildChurnModel({ instance, places, split }: ChurnModelInput): ChurnModel {
  const builder = new MilpBuilder()
  const scale = scaleOf(places)
  const entries = places.map((list, task) =>
    list.map((place) => ({ task, place, column: builder.addColumn(place.usd * scale, 1, true) })),
  )
  for (const list of entries) builder.addRow(1, 1, list.map(unit))
  const flat = entries.flat()
  addCapacities(builder, { instance, flat, split })
  addBudgets(builder, instance, flat)
  const edges = addDependencies(builder, { instance, entries, scale })
  return { milp: builder.build(), scale, entries, edges }
}

const unit = ({ column }: Pick<Entry, 'column'>): readonly [number, number] => [column, 1]

/** The mean cost becomes 10, whatever the currency: tolerances of solvers are absolute. */
function scaleOf(places: readonly (readonly Place[])[]): number {
  const costs = places.flat().flatMap(({ usd }) => (usd > 0 ? [usd] : []))
  const sum = costs.reduce((total, usd) => total + usd, 0)
  return sum === 0 ? 1 : 2 ** Math.round(Math.log2((10 * costs.length) / sum))
}

interface Capacities {
  readonly instance: Instance
  readonly flat: readonly Entry[]
  readonly split: ReadonlySet<number>
}

/** Those of single agents where tasks name them, and of the pool together where some do not. */
function addCapacities(builder: MilpBuilder, { instance, flat, split }: Capacities): void {
  const { fleet } = instance
  const limit = (own: readonly Entry[], pool: number, agents: number): void => {
    const slots = agents * Math.floor(fleet.capacityTasks[pool]!)
    if (own.length > slots) builder.addRow(-Infinity, slots, own.map(unit))
    const room = agents * mostTokens(fleet.capacityTokens[pool]!)
    const sizes = own.map(({ task, column }) => [column, pairTokens(instance, task, pool)] as const)
    if (sizes.reduce((sum, [, size]) => sum + size, 0) > room) builder.addRow(-Infinity, room, sizes)
  }
  const placed = flat.filter(({ place }) => place.pool >= 0)
  for (const [agent, own] of by(placed, ({ place }) => place.agent))
    if (agent >= 0) limit(own, fleet.poolOf[agent]!, 1)
  for (const [pool, own] of by(placed, ({ place }) => place.pool))
    if (!isSplit(instance, split, pool)) limit(own, pool, fleet.replicas[pool]!)
}

function by(entries: readonly Entry[], key: (entry: Entry) => number): ReadonlyMap<number, readonly Entry[]> {
  const lists = new Map<number, Entry[]>()
  for (const entry of entries) {
    const list = lists.get(key(entry))
    if (list) list.push(entry)
    else lists.set(key(entry), [entry])
  }
  return lists
}

function addBudgets(builder: MilpBuilder, instance: Instance, flat: readonly Entry[]): void {
  const add = (own: readonly Entry[], limitUsd: number): void => {
    if (limitUsd === Infinity) return
    const money = own.flatMap(({ task, place, column }) => {
      const usd = place.pool < 0 ? 0 : pairMoneyUsd(instance, task, place.pool)
      return usd > 0 ? [[column, usd] as const] : []
    })
    if (money.length === 0) return
    // All that the judge forgives, or the bound would not be one; units make a solver's absolute tolerance small.
    const limit = mostMoneyUsd(limitUsd)
    const unitUsd = limitUsd > 0 ? limitUsd / 1000 : money.reduce((most, [, usd]) => Math.max(most, usd), 0)
    builder.addRow(
      -Infinity,
      limit / unitUsd,
      money.map(([column, usd]) => [column, usd / unitUsd]),
    )
  }
  add(flat, instance.policy.budgetUsd)
  instance.fleet.budgetUsd.forEach((limitUsd, pool) => {
    if (limitUsd !== Infinity)
      add(
        flat.filter(({ place }) => place.pool === pool),
        limitUsd,
      )
  })
}

interface Linked extends Pick<ChurnModel, 'entries' | 'scale'> {
  readonly instance: Instance
}

/** Staircase rows: a child below a level and a parent at or above it exclude each other, or cost the price. */
function addDependencies(
  builder: MilpBuilder,
  { instance, entries, scale }: Linked,
): { column: number; parent: number; child: number }[] {
  const { dependencies, policy } = instance
  const rule = policy.dependency
  if (rule.mode === 'off') return []
  const edges: { column: number; parent: number; child: number }[] = []
  for (let edge = 0; edge < dependencies.numEdges; edge++) {
    const [parent, child] = [dependencies.parentOfEdge[edge]!, dependencies.childOfEdge[edge]!]
    const [above, below] = [graded(entries[parent]!), graded(entries[child]!)]
    const levels = stairs(above, below)
    if (levels.length === 0) continue
    const lift: [number, number][] = []
    if (rule.mode === 'soft') {
      const column = builder.addColumn(rule.penaltyUsd * scale, 1, false)
      edges.push({ column, parent, child })
      lift.push([column, -1])
    }
    for (const level of levels) {
      const weak = below.filter(({ quality }) => quality < level).map(unit)
      const strong = above.filter(({ quality }) => quality >= level).map(unit)
      builder.addRow(-Infinity, 1, [...weak, ...strong, ...lift])
    }
  }
  return edges
}

const graded = (list: readonly Entry[]): { column: number; quality: number }[] =>
  list.map(({ column, place }) => ({ column, quality: place.quality }))

/** The point of a plan, or undefined when one of its places was left out. */
export function pointOfPlan(
  { milp, entries, edges }: ChurnModel,
  { instance, previous, plan }: { instance: Instance; previous: Plan; plan: Plan },
): Float64Array | undefined {
  const point = new Float64Array(milp.numCols)
  const quality = new Float64Array(entries.length)
  for (const [task, list] of entries.entries()) {
    const agent = plan.agentOf[task]!
    const own = list.find(({ place }) => holds(instance, place, { agent, input: { previous }, task }))
    if (own === undefined) return undefined
    point[own.column] = 1
    quality[task] = own.place.quality
  }
  for (const { column, parent, child } of edges) point[column] = quality[child]! < quality[parent]! ? 1 : 0
  return point
}

/**
 * The plan of a whole point, and the pools on whose agents its tasks were not made to fit: those tasks are with others,
 * whatever that breaks or costs.
 */
export function planOfPoint(
  { entries }: ChurnModel,
  { instance, previous, point }: { instance: Instance; previous: Plan; point: Float64Array },
): { readonly plan: Plan; readonly unpacked: readonly number[] } {
  const { fleet } = instance
  const agentOf = new Int32Array(entries.length).fill(-1)
  const load = new Float64Array(fleet.numAgents)
  const tokens = new Float64Array(fleet.numAgents)
  const fits = (task: number, agent: number): boolean => {
    const pool = fleet.poolOf[agent]!
    return (
      load[agent]! + 1 <= fleet.capacityTasks[pool]! &&
      tokens[agent]! + pairTokens(instance, task, pool) <= mostTokens(fleet.capacityTokens[pool]!)
    )
  }
  const put = (task: number, agent: number): void => {
    agentOf[task] = agent
    load[agent]! += 1
    tokens[agent]! += pairTokens(instance, task, fleet.poolOf[agent]!)
  }
  const waiting: { task: number; pool: number; size: number }[] = []
  for (const list of entries) {
    const chosen = list.find(({ column }) => point[column]! > 0.5)
    if (chosen === undefined || chosen.place.pool < 0) continue
    const { task, place } = chosen
    if (place.agent >= 0) put(task, place.agent)
    else waiting.push({ task, pool: place.pool, size: pairTokens(instance, task, place.pool) })
  }
  const unpacked = new Set<number>()
  const left: number[] = []
  for (const { task, pool } of waiting.sort((a, b) => b.size - a.size || a.task - b.task)) {
    const before = previous.agentOf[task]!
    const first = fleet.firstAgent[pool]!
    let agent = before >= 0 && fleet.poolOf[before] === pool && fits(task, before) ? before : first
    while (agent < first + fleet.replicas[pool]! && !fits(task, agent)) agent += 1
    if (agent < first + fleet.replicas[pool]!) put(task, agent)
    else {
      unpacked.add(pool)
      left.push(task)
    }
  }
  for (const task of left) {
    let [best, bestUsd] = [-1, Infinity]
    for (let agent = 0; agent < fleet.numAgents; agent++) {
      const pool = fleet.poolOf[agent]!
      if (!fits(task, agent) || !isEligible(instance, task, pool)) continue
      const usd = pairCostUsd(instance, task, pool)
      if (usd < bestUsd) [best, bestUsd] = [agent, usd]
    }
    if (best >= 0) put(task, best)
  }
  return { plan: { agentOf }, unpacked: [...unpacked] }
}
