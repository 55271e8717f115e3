/**
 * The least priced cost of tasks that depend on each other, summed over trees. Of every component of the dependency
 * graph a spanning forest is kept (leaving out edges can only lower the bound) and labelled at least cost by dynamic
 * programming over pools sorted by quality.
 */
import type { Instance } from '../model/instance.ts'
import { pairQuality } from '../model/pair.ts'
import type { Prices } from './certificate.ts'
import { fits, hasOwnCosts, leftOutCost, pricedCost, valueAt } from './priced-cost.ts'
import { linesOf } from './single-tasks.ts'

export interface Forest {
  /** 1 for each edge of the instance that is kept. */
  readonly kept: Uint8Array
  /** 1 for each task with a kept edge. */
  readonly linked: Uint8Array
  /** Kept edges, both ways: `neighbours[start[i] .. start[i + 1])`; `above` is 1 where the neighbour is the parent. */
  readonly start: Int32Array
  readonly neighbours: Int32Array
  readonly above: Uint8Array
}

/** Keeps each edge that joins two parts not yet joined, in the order of the instance. */
export function spanningForest({ tasks, dependencies }: Instance): Forest {
  const root = Int32Array.from({ length: tasks.count }, (_, task) => task)
  const find = (task: number): number => {
    let at = task
    while (root[at] !== at) at = root[at] = root[root[at]!]!
    return at
  }
  const kept: number[] = []
  for (let edge = 0; edge < dependencies.numEdges; edge++) {
    const [a, b] = [find(dependencies.parentOfEdge[edge]!), find(dependencies.childOfEdge[edge]!)]
    if (a === b) continue
    root[a] = b
    kept.push(edge)
  }
  const linked = new Uint8Array(tasks.count)
  const start = new Int32Array(tasks.count + 1)
  for (const edge of kept)
    for (const end of [dependencies.parentOfEdge[edge]!, dependencies.childOfEdge[edge]!]) {
      linked[end] = 1
      start[end + 1]! += 1
    }
  for (let task = 0; task < tasks.count; task++) start[task + 1]! += start[task]!
  const next = start.slice()
  const neighbours = new Int32Array(2 * kept.length)
  const above = new Uint8Array(2 * kept.length)
  for (const edge of kept) {
    const [parent, child] = [dependencies.parentOfEdge[edge]!, dependencies.childOfEdge[edge]!]
    neighbours[next[parent]!++] = child
    above[next[child]!] = 1
    neighbours[next[child]!++] = parent
  }
  const keptEdges = new Uint8Array(dependencies.numEdges)
  for (const edge of kept) keptEdges[edge] = 1
  return { kept: keptEdges, linked, start, neighbours, above }
}

/** A task's options by rising quality with their cost so far; `none` is the cost of leaving it out. */
interface Options {
  readonly quality: Float64Array
  readonly cost: Float64Array
  none: number
}

/** Sum over trees in whole units, rounded down tree by tree, and a tree that cannot be labelled, or -1. */
export function sumLinkedTasks(
  instance: Instance,
  prices: Prices,
  forest: Forest,
): { readonly units: bigint; readonly stuck: number } {
  const optionsOf = withCharges(instance, prices, createOptions(instance, prices))
  const { dependency } = instance.policy
  const penalty = dependency.mode === 'soft' ? dependency.penaltyUsd * prices.unitsPerUsd : Infinity
  const seen = new Uint8Array(instance.tasks.count)
  let units = 0n
  let stuck = -1
  for (let root = 0; root < instance.tasks.count; root++) {
    if (forest.linked[root] === 0 || seen[root] === 1) continue
    const tree = walk(forest, root, seen)
    const options = new Map<number, Options>()
    for (let k = tree.length - 1; k >= 0; k--) {
      const { task, from, isParent } = tree[k]!
      const own = options.get(task) ?? optionsOf(task)
      options.delete(task)
      if (from < 0) {
        const least = Math.min(own.none, minimum(own.cost))
        if (least === Infinity) stuck = root
        else units += BigInt(Math.floor(least * (1 - (tree.length + prices.edges.length + 8) * 2 ** -51)))
        continue
      }
      const receiver = options.get(from) ?? optionsOf(from)
      options.set(from, receiver)
      // `from` is the parent of `task` or its child: it then needs no better, or no worse, than `task` has.
      pass(own, receiver, { penalty, receiverIsParent: isParent })
    }
  }
  return { units, stuck }
}

interface Step {
  readonly task: number
  /** The neighbour nearer to the root; -1 at the root. */
  readonly from: number
  /** True when that neighbour is the parent in the dependency graph. */
  readonly isParent: boolean
}

/** The tree from its root outward, depth first. */
function walk(forest: Forest, root: number, seen: Uint8Array): Step[] {
  const steps: Step[] = []
  const stack: Step[] = [{ task: root, from: -1, isParent: false }]
  seen[root] = 1
  while (stack.length > 0) {
    const step = stack.pop()!
    steps.push(step)
    for (let at = forest.start[step.task]!; at < forest.start[step.task + 1]!; at++) {
      const task = forest.neighbours[at]!
      if (seen[task] === 1) continue
      seen[task] = 1
      stack.push({ task, from: step.task, isParent: forest.above[at] === 0 })
    }
  }
  return steps
}

/** Adds to every option of `receiver` the least cost of `sender` beside it. */
function pass(
  sender: Options,
  receiver: Options,
  { penalty, receiverIsParent }: { penalty: number; receiverIsParent: boolean },
): void {
  const anyway = minimum(sender.cost)
  const broken = Math.min(sender.none, anyway + penalty)
  const [from, to] = [sender.quality, receiver.quality]
  if (receiverIsParent) {
    let least = Infinity
    for (let r = to.length - 1, s = from.length - 1; r >= 0; r--) {
      for (; s >= 0 && from[s]! >= to[r]!; s--) least = Math.min(least, sender.cost[s]!)
      receiver.cost[r]! += Math.min(least, broken)
    }
  } else {
    let least = Infinity
    for (let r = 0, s = 0; r < to.length; r++) {
      for (; s < from.length && from[s]! <= to[r]!; s++) least = Math.min(least, sender.cost[s]!)
      receiver.cost[r]! += Math.min(least, broken)
    }
  }
  receiver.none += Math.min(sender.none, anyway)
}

function minimum(values: Float64Array): number {
  let least = Infinity
  for (const value of values) if (value < least) least = value
  return least
}

/** Adds what the prices of edges charge a task for its quality. */
function withCharges(
  { dependencies }: Instance,
  { edges }: Prices,
  optionsOf: (task: number) => Options,
): (task: number) => Options {
  if (edges.length === 0) return optionsOf
  const charges = new Map<number, ((quality: number) => number)[]>()
  const charge = (task: number, amount: (quality: number) => number): void => {
    const own = charges.get(task)
    if (own) own.push(amount)
    else charges.set(task, [amount])
  }
  for (const { edge, quality, price } of edges) {
    charge(dependencies.parentOfEdge[edge]!, (own) => (own >= quality ? price : 0))
    charge(dependencies.childOfEdge[edge]!, (own) => (own < quality ? price : 0))
  }
  return (task) => {
    const options = optionsOf(task)
    for (const amount of charges.get(task) ?? [])
      for (let k = 0; k < options.cost.length; k++) options.cost[k]! += amount(options.quality[k]!)
    return options
  }
}

/** Makes the options of a task; pools of tasks of one kind are sorted once. */
function createOptions(instance: Instance, prices: Prices): (task: number) => Options {
  const { tasks, fleet } = instance
  const sorted = new Map<string, ReturnType<typeof linesOf>>()
  return (task) => {
    const none = leftOutCost(instance, prices, task)
    if (hasOwnCosts(instance, prices, task)) {
      const pools = Array.from({ length: fleet.numPools }, (_, pool) => ({
        quality: pairQuality(instance, task, pool),
        cost: pricedCost(instance, prices, { task, pool }),
      })).sort((a, b) => a.quality - b.quality)
      return {
        quality: Float64Array.from(pools, ({ quality }) => quality),
        cost: Float64Array.from(pools, ({ cost }) => cost),
        none,
      }
    }
    const key = `${tasks.requirement[task]} ${tasks.domain[task]} ${tasks.minQuality[task]} ${tasks.maxLatencyMs[task]}`
    let lines = sorted.get(key)
    if (lines === undefined) {
      lines = linesOf(instance, prices, task).sort((a, b) => a.quality - b.quality)
      sorted.set(key, lines)
    }
    const [input, output] = [tasks.inputTokens[task]!, tasks.outputTokens[task]!]
    return {
      quality: Float64Array.from(lines, ({ quality }) => quality),
      cost: Float64Array.from(lines, (line) =>
        fits(line, input, output) ? valueAt(line, input, output) : Infinity,
      ),
      none,
    }
  }
}
