/**
 * Re-checks a search over prices of tasks: at each node the prices rule out pairs of task and pool that no plan below
 * the target can use, then one task is placed on each pool that is left. Nothing of it is believed: every node's bound,
 * and what it would cost to use a pair or not to, is computed here from tables over the capacities.
 */
import type { Instance } from '../model/instance.ts'
import { pairTokens, whyIneligible } from '../model/pair.ts'
import { malformed, whole } from './malformed.ts'
import { bestLoads, forcedLoads } from './task-loads.ts'
import { capacitySteps, loweredCost, readTaskPrices, sizeSteps, type TaskPrices } from './task-prices.ts'

type Fields = Readonly<Record<string, unknown>>

/** The instance as tables; the last column stands for no agent. */
interface Tables {
  readonly numTasks: number
  readonly width: number
  /** Units; Infinity where the pair is not eligible. */
  readonly cost: Float64Array
  readonly size: Float64Array
  readonly capacity: Float64Array
}

interface Walk {
  readonly tables: Tables
  readonly nodes: readonly unknown[]
  readonly target: number
  readonly seen: Uint8Array
  work: number
}

/** Entries of all tables together: some seconds. */
const MOST_WORK = 4e9

/** What the search proves, in units; the prices at the head say how units and sizes are counted. @throws QaasError `invalid-plan` */
export function taskTreeUnits(
  instance: Instance,
  tree: unknown,
): { readonly prices: TaskPrices; readonly units: bigint } {
  const { nodes, target, ...head } = fieldsOf(tree, 'taskTree')
  if (!Array.isArray(nodes) || nodes.length === 0) throw malformed('"taskTree.nodes" must be a list')
  if (instance.fleet.replicas.some((count) => count !== 1))
    throw malformed('"taskTree" is for pools of one agent each')
  const prices = readTaskPrices(instance, head)
  const walk: Walk = {
    tables: tablesOf(instance, prices),
    nodes,
    target: whole(target, 'taskTree.target'),
    seen: new Uint8Array(nodes.length),
    work: 0,
  }
  const open = Uint8Array.from(walk.tables.cost, (units) => (units === Infinity ? 0 : 1))
  const units = boundAt(walk, { at: 0, open, prices: prices.tasks })
  return { prices, units: BigInt(Math.floor(Math.min(units, walk.target))) }
}

function tablesOf(instance: Instance, prices: TaskPrices): Tables {
  const { tasks, fleet, policy } = instance
  const width = fleet.numPools + 1
  const cost = new Float64Array(tasks.count * width).fill(Infinity)
  const size = new Float64Array(tasks.count * width)
  const capacity = new Float64Array(width).fill(Infinity)
  for (let pool = 0; pool < fleet.numPools; pool++) {
    capacity[pool] = capacitySteps(instance, prices, pool)
    const byTokens = fleet.capacityTokens[pool] !== Infinity
    for (let task = 0; task < tasks.count; task++) {
      if (whyIneligible(instance, task, pool) !== undefined) continue
      cost[task * width + pool] = loweredCost(instance, prices, { task, pool })
      size[task * width + pool] = byTokens ? sizeSteps(pairTokens(instance, task, pool), prices, pool) : 1
    }
  }
  if (policy.unassignedUsd !== Infinity)
    for (let task = 0; task < tasks.count; task++)
      cost[task * width + fleet.numPools] = loweredCost(instance, prices, { task, pool: -1 })
  return { numTasks: tasks.count, width, cost, size, capacity }
}

interface Place {
  readonly at: number
  readonly open: Uint8Array
  readonly prices: Float64Array
}

/** Units that every plan within the open pairs costs at least, or at least the target. */
function boundAt(walk: Walk, { at, open: given, prices: before }: Place): number {
  const node = fieldsOf(walk.nodes[at], `taskTree.nodes[${at}]`)
  if (walk.seen[at] === 1) throw malformed(`taskTree.nodes[${at}] has two parents`)
  walk.seen[at] = 1
  const open = given.slice()
  const prices = pricesAt(walk, node, { at, before })
  const placed = placeSingles(walk.tables, open)
  if (placed === undefined) return walk.target
  const ruled = ruleOut(walk, { open, prices, placed })
  if (ruled.bound >= walk.target) return walk.target
  if (node.next !== undefined) return boundAt(walk, { at: childAt(walk, node.next, at), open, prices })
  if (node.task === undefined) return ruled.bound
  return split(walk, { at, open, prices, node, use: ruled.use, bound: ruled.bound })
}

/** The least of all pools that the task may still go to. */
function split(
  walk: Walk,
  { at, open, prices, node, use, bound }: Place & { node: Fields; use: Float64Array; bound: number },
): number {
  const { width, numTasks } = walk.tables
  const task = whole(node.task, `taskTree.nodes[${at}].task`)
  if (task >= numTasks) throw malformed(`"taskTree.nodes[${at}]": there is no task ${task}`)
  const children = new Map<unknown, unknown>(
    Array.isArray(node.children) ? (node.children as [unknown, unknown][]) : [],
  )
  let least = walk.target
  for (let pool = 0; pool < width; pool++) {
    const pair = task * width + pool
    if (open[pair] === 0) continue
    const child = children.get(pool === width - 1 ? -1 : pool)
    if (child === undefined) {
      least = Math.min(least, bound + Math.max(0, use[pair]!))
      continue
    }
    const below = open.slice()
    below.fill(0, task * width, (task + 1) * width)
    below[pair] = 1
    least = Math.min(least, boundAt(walk, { at: childAt(walk, child, at), open: below, prices }))
  }
  return least
}

function childAt({ nodes }: Walk, value: unknown, at: number): number {
  const child = whole(value, `taskTree.nodes[${at}]`)
  if (child <= at || child >= nodes.length)
    throw malformed(`"taskTree.nodes[${at}]" names node ${child}, which is not behind it`)
  return child
}

/** The prices above with those that the node changes: task, price, task, price. */
function pricesAt(
  { tables }: Walk,
  node: Fields,
  { at, before }: { at: number; before: Float64Array },
): Float64Array {
  const list = node.prices ?? []
  if (!Array.isArray(list) || list.length % 2 === 1)
    throw malformed(`"taskTree.nodes[${at}].prices" must be pairs of task and price`)
  const prices = before.slice()
  for (let k = 0; k < list.length; k += 2) {
    const task = whole(list[k], `taskTree.nodes[${at}].prices[${k}]`)
    if (task >= tables.numTasks) throw malformed(`"taskTree.nodes[${at}]": there is no task ${task}`)
    prices[task] = whole(list[k + 1], `taskTree.nodes[${at}].prices[${k + 1}]`)
  }
  if (prices.reduce((sum, price) => sum + price, 0) >= 2 ** 53)
    throw malformed(`the prices at taskTree.nodes[${at}] are 2^53 units or more together`)
  return prices
}

/** Tasks with one pool left, and what is left of the capacities. */
interface Placed {
  readonly isPlaced: Uint8Array
  readonly room: Float64Array
  readonly units: number
}

/** Closes pairs that no longer fit; undefined when a task has no pool left. */
function placeSingles(
  { numTasks, width, cost, size, capacity }: Tables,
  open: Uint8Array,
): Placed | undefined {
  const room = capacity.slice()
  const isPlaced = new Uint8Array(numTasks)
  let [units, goesOn] = [0, true]
  while (goesOn) {
    goesOn = false
    for (let task = 0; task < numTasks; task++) {
      if (isPlaced[task] === 1) continue
      let [count, last] = [0, -1]
      for (let pool = 0; pool < width; pool++) {
        const pair = task * width + pool
        if (open[pair] === 1 && size[pair]! > room[pool]!) open[pair] = 0
        if (open[pair] === 0) continue
        count += 1
        last = pool
      }
      if (count === 0) return undefined
      if (count > 1) continue
      isPlaced[task] = 1
      goesOn = true
      room[last]! -= size[task * width + last]!
      units += cost[task * width + last]!
    }
  }
  return { isPlaced, room, units }
}

/** The bound at these prices; closes every pair that no plan below the target can use. */
function ruleOut(
  walk: Walk,
  { open, prices, placed }: { open: Uint8Array; prices: Float64Array; placed: Placed },
): { readonly bound: number; readonly use: Float64Array } {
  const { numTasks, width, cost, size } = walk.tables
  const free: number[] = []
  for (let task = 0; task < numTasks; task++) if (placed.isPlaced[task] === 0) free.push(task)
  let bound = placed.units
  for (const task of free) bound += prices[task]!
  const loads = Array.from({ length: width }, (_, pool) => {
    const items = free.filter((task) => open[task * width + pool] === 1)
    return {
      items,
      wins: items.map((task) => prices[task]! - cost[task * width + pool]!),
      sizes: items.map((task) => size[task * width + pool]!),
      room: placed.room[pool]!,
    }
  })
  for (const load of loads) {
    if (load.room !== Infinity) walk.work += 4 * load.items.length * (load.room + 1)
    if (walk.work > MOST_WORK) throw malformed(`the tables of "taskTree" have more than ${MOST_WORK} entries`)
    bound -= bestLoads(load).at(-1)!
  }
  const use = new Float64Array(numTasks * width)
  if (bound >= walk.target) return { bound, use }
  const must = new Int32Array(numTasks).fill(-1)
  loads.forEach((load, pool) => {
    const { best, within, without } = forcedLoads(load)
    load.items.forEach((task, k) => {
      use[task * width + pool] = best - within[k]!
      if (bound + best - without[k]! >= walk.target) must[task] = pool
    })
  })
  for (const task of free)
    for (let pool = 0; pool < width; pool++) {
      const pair = task * width + pool
      const isElsewhere = must[task]! >= 0 && must[task] !== pool
      if (isElsewhere || bound + use[pair]! >= walk.target) open[pair] = 0
    }
  return { bound, use }
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw malformed(`"${name}" must be an object`)
}
