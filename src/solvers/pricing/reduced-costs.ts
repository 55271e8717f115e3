/**
 * What each pair costs above the cheapest way to do its task at given prices, dependencies included: no feasible plan
 * with the pair costs less than the bound plus that. Exact two-pass dynamic programming on trees (min-marginals).
 */
import { CompensatedSum } from '../../numeric/sum.ts'
import { edgeCharges } from './edge-prices.ts'
import { buildLevels } from './levels.ts'
import { createPricedLines, priceLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'

export interface ReducedCosts {
  /** The bound at the prices, safely rounded down. */
  readonly boundUsd: number
  /** At least 0; Infinity where the task may not go. Group -1 stands for leaving the task out. */
  of(task: number, group: number): number
}

export function reducedCosts(problem: Problem, rows: Rows, y: Float64Array): ReducedCosts {
  const { classes, groups, instance, tokens } = problem
  const { tasks, policy } = instance
  const priced = createPricedLines(problem)
  priceLines(problem, rows, { y, out: priced })
  const levels = buildLevels(classes)
  const width = levels.count + 1
  const costAt = (task: number, at: number): number =>
    groups.tokenLimit[classes.groups[at]!]! < tokens[task]!
      ? Infinity
      : priced.constant[at]! +
        priced.perInput[at]! * tasks.inputTokens[task]! +
        priced.perOutput[at]! * tasks.outputTokens[task]!
  const entryOf = entryFinder(problem)
  const charges = edgeCharges(problem, levels)

  /** The task's least priced cost on each level; leaving it out is the last. */
  const levelCosts = (task: number): Float64Array => {
    const costs = new Float64Array(width).fill(Infinity)
    costs[levels.count] = policy.unassignedUsd
    const row = classes.ofTask[task]!
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
      costs[levels.ofEntry[at]!] = Math.min(costs[levels.ofEntry[at]!]!, costAt(task, at))
    const charged = charges?.ofTask.get(task)
    if (charged) for (let l = 0; l < levels.count; l++) costs[l]! += charged[l]!
    return costs
  }

  const sum = new CompensatedSum()
  /** What a level costs above the best of the whole tree, less the task's own cost on it. */
  const beside = treeMarginals(problem, { levelCosts, onTree: (least) => sum.add(least) })
  const least = new Float64Array(tasks.count)
  for (let task = 0; task < tasks.count; task++) {
    if (beside.has(task)) continue
    const row = classes.ofTask[task]!
    least[task] = policy.unassignedUsd
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
      least[task] = Math.min(least[task]!, costAt(task, at))
    sum.add(least[task]!)
  }
  let rent = charges?.paidBackUsd ?? 0
  for (let row = 0; row < rows.count; row++) if (rows.active[row] === 1) rent += y[row]! * rows.capacity[row]!
  return {
    boundUsd: sum.value - rent - 4e-14 * (sum.value + rent) - (2 * tasks.count) / problem.units,
    of(task, group) {
      const at = group < 0 ? -1 : entryOf(task, group)
      if (group >= 0 && at < 0) return Infinity
      const own = at < 0 ? policy.unassignedUsd : costAt(task, at)
      const rest = beside.get(task)
      if (rest === undefined) return own - least[task]!
      const level = at < 0 ? levels.count : levels.ofEntry[at]!
      return Math.max(0, own + rest[level]! + (charges?.ofTask.get(task)?.[level] ?? 0))
    },
  }
}

/** Position of a group among the entries of the task's class, or -1. */
function entryFinder({ classes }: Problem): (task: number, group: number) => number {
  const known = new Map<number, Map<number, number>>()
  return (task, group) => {
    const row = classes.ofTask[task]!
    let index = known.get(row)
    if (index === undefined) {
      index = new Map()
      for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
        index.set(classes.groups[at]!, at)
      known.set(row, index)
    }
    return index.get(group) ?? -1
  }
}

interface TreeInput {
  readonly levelCosts: (task: number) => Float64Array
  readonly onTree: (least: number) => void
}

/** For each linked task what the rest of its tree costs by level, less the least of the tree. */
function treeMarginals(
  { forest, instance }: Problem,
  { levelCosts, onTree }: TreeInput,
): Map<number, Float64Array> {
  const { dependency } = instance.policy
  const penalty = dependency.mode === 'soft' ? dependency.penaltyUsd : Infinity
  const found = new Map<number, Float64Array>()
  for (let tree = 0; tree + 1 < forest.trees.length; tree++) {
    const [begin, end] = [forest.trees[tree]!, forest.trees[tree + 1]!]
    const own: Float64Array[] = []
    for (let node = begin; node < end; node++) own.push(levelCosts(forest.task[node]!))
    const below = own.map((costs) => costs.slice())
    const messages: Float64Array[] = []
    for (let node = end - 1; node > begin; node--) {
      const message = sent(below[node - begin]!, penalty, forest.toParent[node] === 1)
      messages[node - begin] = message
      add(below[forest.from[node]! - begin]!, message)
    }
    // From the root outward `below` becomes the cost of the whole tree given the node's level.
    for (let node = begin + 1; node < end; node++) {
      const [above, message] = [below[forest.from[node]! - begin]!, messages[node - begin]!]
      const beyond = above.map((cost, l) => (message[l] === Infinity ? Infinity : cost - message[l]!))
      add(below[node - begin]!, sent(beyond, penalty, forest.toParent[node] === 0))
    }
    const least = below[0]!.reduce((a, b) => Math.min(a, b))
    onTree(least)
    for (let node = begin; node < end; node++) {
      const [whole, alone] = [below[node - begin]!, own[node - begin]!]
      found.set(
        forest.task[node]!,
        whole.map((cost, l) =>
          alone[l] === Infinity || cost === Infinity ? Infinity : cost - alone[l]! - least,
        ),
      )
    }
  }
  return found
}

function add(to: Float64Array, values: Float64Array): void {
  for (let l = 0; l < to.length; l++) to[l]! += values[l]!
}

/** The least cost of the sender beside each level of the receiver, which is its parent or its child. */
function sent(costs: Float64Array, penalty: number, receiverIsParent: boolean): Float64Array {
  const count = costs.length - 1
  const message = new Float64Array(costs.length)
  const none = costs[count]!
  let anyway = none
  for (let l = 0; l < count; l++) anyway = Math.min(anyway, costs[l]!)
  let run = Math.min(none, anyway + penalty)
  for (let k = 0; k < count; k++) {
    const l = receiverIsParent ? count - 1 - k : k
    run = Math.min(run, costs[l]!)
    message[l] = run
  }
  message[count] = anyway
  return message
}
