/**
 * Prices on the dependencies that a spanning forest leaves out. Where tasks depend on each other in undirected cycles,
 * the cheapest labelling of a component is a minimum cut on the staircase network of its tasks and quality levels; the
 * flow along a dependency's arcs is what its promise is worth, level by level (Ishikawa, PAMI 25, 2003; Picard, 1976).
 * With those prices the forest alone proves the bound of the whole graph.
 */
import type { Instance } from '../../model/instance.ts'
import { pairCostUsd, pairMoneyUsd, pairQuality, pairTokens, whyIneligible } from '../../model/pair.ts'
import { FlowNetwork } from '../../numeric/max-flow.ts'
import { UnionFind } from '../../numeric/union-find.ts'
import type { Levels } from './levels.ts'
import type { Problem } from './problem.ts'
import { moneyPrice, type Rows } from './rows.ts'

/**
 * Entry `k` charges `usd[k]` to the parent of edge `edge[k]` when its quality is at least `quality[k]`, and to the
 * child when its quality is below; both together would break the promise, so one charge is paid back.
 */
export interface EdgePrices {
  readonly edge: Int32Array
  readonly quality: Float64Array
  readonly usd: Float64Array
}

/** A connected part of the dependency graph that is no tree. */
export interface CyclicPart {
  readonly tasks: readonly number[]
  readonly edges: readonly number[]
}

const MOST_LEVELS = 64

/** Parts with at least one edge that closes a cycle. */
export function cyclicParts({ policy, tasks, dependencies }: Instance): CyclicPart[] {
  if (policy.dependency.mode === 'off') return []
  const { numEdges, parentOfEdge, childOfEdge } = dependencies
  const sets = new UnionFind(tasks.count)
  const closing: number[] = []
  for (let edge = 0; edge < numEdges; edge++)
    if (!sets.join(parentOfEdge[edge]!, childOfEdge[edge]!)) closing.push(edge)
  const parts = new Map<number, { tasks: number[]; edges: number[] }>()
  for (const edge of closing) parts.set(sets.find(parentOfEdge[edge]!), { tasks: [], edges: [] })
  if (parts.size === 0) return []
  for (let task = 0; task < tasks.count; task++) parts.get(sets.find(task))?.tasks.push(task)
  for (let edge = 0; edge < numEdges; edge++) parts.get(sets.find(parentOfEdge[edge]!))?.edges.push(edge)
  return [...parts.values()]
}

/** The edges a spanning forest in the order of the instance leaves out: 1 for each of them. */
function leftOut({ tasks, dependencies }: Instance): Uint8Array {
  const sets = new UnionFind(tasks.count)
  return Uint8Array.from({ length: dependencies.numEdges }, (_, edge) =>
    sets.join(dependencies.parentOfEdge[edge]!, dependencies.childOfEdge[edge]!) ? 0 : 1,
  )
}

/** True when the prices of `cutPrices` are the best there are: every promise is hard and every task needs an agent. */
export function cutIsExact({ policy }: Instance): boolean {
  return policy.dependency.mode === 'hard' && policy.unassignedUsd === Infinity
}

/**
 * The best prices of the edges left out, at given prices of capacities and budgets. Where promises have a price or tasks
 * may be left out they are those of the stricter instance, no higher than the price of the promise: still valid.
 */
export function cutPrices(
  problem: Problem,
  parts: readonly CyclicPart[],
  { rows, y }: { rows: Rows; y: Float64Array },
): EdgePrices {
  const closing = leftOut(problem.instance)
  const { dependency } = problem.instance.policy
  const mostUnits = dependency.mode === 'soft' ? dependency.penaltyUsd * problem.units * (1 - 1e-9) : Infinity
  const [edge, quality, usd]: number[][] = [[], [], []]
  for (const part of parts) {
    const options = part.tasks.map((task) => pricedOptions(problem, { task, rows, y }))
    const levels = levelsOf(options)
    const flow = flowAlongEdges(problem, part, { options, levels })
    for (const [at, amounts] of flow.entries()) {
      if (closing[part.edges[at]!] === 0) continue
      const total = amounts.reduce((sum, units) => sum + units, 0)
      const share = total <= mostUnits ? 1 : mostUnits / total
      amounts.forEach((units, level) => {
        const price = Math.floor(units * share)
        if (price <= 0) return
        edge!.push(part.edges[at]!)
        quality!.push(levels[level]!)
        usd!.push(price / problem.units)
      })
    }
  }
  return {
    edge: Int32Array.from(edge!),
    quality: Float64Array.from(quality!),
    usd: Float64Array.from(usd!),
  }
}

interface PricedOption {
  readonly quality: number
  /** Whole units: sums of them are exact. */
  readonly units: number
}

/** Every pool that may do the task, dependencies apart. */
function pricedOptions(
  { instance, groups, units }: Problem,
  { task, rows, y }: { task: number; rows: Rows; y: Float64Array },
): PricedOption[] {
  const options: PricedOption[] = []
  for (let group = 0; group < groups.count; group++) {
    const pool = groups.pool[group]!
    if (groups.capacityTasks[group]! < 1 || whyIneligible(instance, task, pool) !== undefined) continue
    const usd =
      pairCostUsd(instance, task, pool) +
      y[group]! +
      y[rows.width + group]! * pairTokens(instance, task, pool) +
      moneyPrice(rows, y, group) * pairMoneyUsd(instance, task, pool)
    options.push({ quality: pairQuality(instance, task, pool), units: Math.floor(usd * units) })
  }
  return options
}

/** The lowest quality of each level. */
function levelsOf(options: readonly (readonly PricedOption[])[]): Float64Array {
  const distinct = Float64Array.from(new Set(options.flat().map(({ quality }) => quality))).sort()
  const count = Math.min(distinct.length, MOST_LEVELS)
  return Float64Array.from({ length: count }, (_, l) => distinct[Math.ceil((l * distinct.length) / count)]!)
}

/**
 * Task `i` has the nodes "at level 1 or above", "at level 2 or above", and so on, in a row from source to sink; the arc
 * behind level l carries the cost of that level. `result[e][l]` is the flow that edge e carries at level l.
 */
function flowAlongEdges(
  { instance }: Problem,
  { tasks, edges }: CyclicPart,
  { options, levels }: { options: readonly (readonly PricedOption[])[]; levels: Float64Array },
): Float64Array[] {
  const inner = levels.length - 1
  if (inner <= 0) return edges.map(() => new Float64Array(1))
  const [source, sink] = [tasks.length * inner, tasks.length * inner + 1]
  const network = new FlowNetwork(tasks.length * inner + 2)
  const rowOf = new Map(tasks.map((task, row) => [task, row]))
  const node = (row: number, level: number): number =>
    level === 0 ? source : level > inner ? sink : row * inner + level - 1
  // An impossible level costs more than everything, finitely, so that every path has a finite arc.
  const most = 1 + options.flat().reduce((sum, { units }) => sum + units, 0)
  // Prices that grow without end, as those of clashing limits do, leave double arithmetic; no charge is always valid.
  if (!Number.isFinite(most)) return edges.map(() => new Float64Array(levels.length))
  tasks.forEach((_, row) => {
    const cost = new Float64Array(levels.length).fill(Infinity)
    for (const { quality, units } of options[row]!) {
      let level = inner
      while (level > 0 && quality < levels[level]!) level--
      cost[level] = Math.min(cost[level]!, units)
    }
    for (let level = 0; level <= inner; level++) {
      network.addArc(node(row, level), node(row, level + 1), Math.min(cost[level]!, most))
      if (level > 0 && level < inner) network.addArc(node(row, level + 1), node(row, level), Infinity)
    }
  })
  const arcs = edges.map((edge) => {
    const parent = rowOf.get(instance.dependencies.parentOfEdge[edge]!)!
    const child = rowOf.get(instance.dependencies.childOfEdge[edge]!)!
    return Array.from({ length: inner }, (_, k) =>
      network.addArc(node(parent, k + 1), node(child, k + 1), Infinity),
    )
  })
  network.run(source, sink)
  return arcs.map((own) => Float64Array.from([0, ...own.map((arc) => network.flowOf(arc))]))
}

/** What the prices of edges add to the cost of tasks, by level, and the charges that are paid back. */
export interface EdgeCharges {
  /** By task: one figure for each level and a last one, 0, for being left out. */
  readonly ofTask: ReadonlyMap<number, Float64Array>
  readonly paidBackUsd: number
}

/** undefined when there are none. A level of several qualities is charged what all of them pay. */
export function edgeCharges({ instance, edgePrices }: Problem, levels: Levels): EdgeCharges | undefined {
  if (edgePrices === undefined || edgePrices.edge.length === 0) return undefined
  const { parentOfEdge, childOfEdge } = instance.dependencies
  const ofTask = new Map<number, Float64Array>()
  let paidBackUsd = 0
  const rowOf = (task: number): Float64Array => {
    const row = ofTask.get(task) ?? new Float64Array(levels.count + 1)
    ofTask.set(task, row)
    return row
  }
  edgePrices.edge.forEach((edge, k) => {
    const [quality, usd] = [edgePrices.quality[k]!, edgePrices.usd[k]!]
    const [parent, child] = [rowOf(parentOfEdge[edge]!), rowOf(childOfEdge[edge]!)]
    for (let l = 0; l < levels.count; l++) {
      if (levels.lowest[l]! >= quality) parent[l]! += usd
      if (levels.highest[l]! < quality) child[l]! += usd
    }
    paidBackUsd += usd
  })
  return { ofTask, paidBackUsd }
}
