/**
 * Branch and bound on the prices of tasks, depth first: at every node the prices are improved a little, pairs that
 * cannot be part of a better assignment are ruled out by their forced costs, and the task whose agents promise the
 * smallest tree is placed on each of them in turn.
 *
 * After Posta, Ferland and Michelon, "An exact method with variable fixing for solving the generalized assignment
 * problem", Computational Optimization and Applications 52 (2012).
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import { type ForcedCosts, forcedCosts } from './forced.ts'
import { type GapProblem, isWithin, objectiveOf } from './problem.ts'
import { restrict } from './restrict.ts'
import { ascend } from './task-ascent.ts'
import { TaskDual } from './task-dual.ts'
import type { TreeRecord } from './tree-record.ts'

export interface BranchOptions {
  readonly problem: GapProblem
  /** Prices of tasks to start from, and the bound they prove. */
  readonly prices: Float64Array
  readonly bound: number
  /** Objectives are multiples of this; 0 where they are not. */
  readonly step: number
  /** Objective of the best assignment known now; asked again and again. */
  readonly best: () => number
  /** Called with assignments that cost less than `best()` and fit. */
  readonly onAssignment: (agentOf: Int32Array) => void
  readonly mostNodes: number
  /** Pairs that may be used: 1. Default: all that are eligible. */
  readonly open?: Uint8Array
  /** Is told of every node, to write the search down. */
  readonly record?: TreeRecord
}

export interface BranchAnswer {
  /** No assignment costs less, unless it is the best one known. */
  readonly bound: number
  /** True when the whole tree was searched. */
  readonly complete: boolean
  readonly nodes: number
}

/** Steps of the prices at a node, and when a node is worth a second look before it is split. */
const NODE_STEPS = 60
const NODE_PATIENCE = 8
const AGAIN_SHARE = 0.1

export async function branchAndBound(options: BranchOptions, context: RunContext): Promise<BranchAnswer> {
  const { problem } = options
  const open = options.open ?? Uint8Array.from(problem.cost, (usd) => (usd === Infinity ? 0 : 1))
  const search = new BranchSearch(options, context)
  const bound = await search.node({ open, prices: options.prices, bound: options.bound, name: 0 })
  return { bound, complete: !search.stopped, nodes: search.nodes }
}

interface Node {
  /** Pairs that may be used: 1. */
  readonly open: Uint8Array
  readonly prices: Float64Array
  readonly bound: number
  /** In the record. */
  readonly name: number
}

/** What a node knows when it is split. */
interface Split {
  readonly forced: ForcedCosts
  /** The bound of the very prices that the forced costs belong to. */
  readonly own: number
  /** Tasks that are not placed. */
  readonly taskOf: Int32Array
  readonly limit: number
}

class BranchSearch {
  readonly #options: BranchOptions
  readonly #context: RunContext
  nodes = 0
  stopped = false

  constructor(options: BranchOptions, context: RunContext) {
    this.#options = options
    this.#context = context
  }

  /** Bounds above this cannot lead to a better assignment. */
  #cut(): number {
    const { best, step } = this.#options
    const objective = best()
    if (objective === Infinity) return Infinity
    const rounding = 1e-9 * Math.abs(objective)
    return step > 0 ? objective - step + rounding : objective - rounding
  }

  /** @returns a bound on all assignments that use open pairs only */
  async node({ open, prices, bound: before, name }: Node): Promise<number> {
    if (mustStop(this.#context) || this.nodes >= this.#options.mostNodes) {
      this.stopped = true
      return before
    }
    this.nodes += 1
    const left = restrict(this.#options.problem, open)
    if (left === undefined) return Infinity
    if (left.taskOf.length === 0) return this.#offer(left.agentOf)
    const { record } = this.#options
    const { numAgents } = left.problem
    const dual = new TaskDual(left.problem)
    const cut = this.#cut()
    const found = await ascend(
      dual,
      {
        prices: Float64Array.from(left.taskOf, (task) => prices[task]!),
        target: (Number.isFinite(cut) ? cut + this.#options.step : 1.01 * before) - left.placedUsd,
        mostSteps: NODE_STEPS,
        enough: cut - left.placedUsd,
        patience: NODE_PATIENCE,
        firstLength: 0.5,
      },
      this.#context,
    )
    const bound = Math.max(before, found.bound + left.placedUsd)
    record?.prices(name, left.taskOf, found.prices)
    if (bound > cut) return bound
    dual.value(found.prices)
    if (dual.cover.every((times) => times === 1)) {
      const whole = left.agentOf.slice()
      for (const [agent, { tasks, taken }] of dual.agents.entries())
        for (let item = 0; item < tasks.length; item++)
          if (taken[item] === 1) whole[left.taskOf[tasks[item]!]!] = agent
      const objective = this.#offer(whole)
      if (objective !== Infinity) return objective
    }
    const forced = forcedCosts(dual, found.prices)
    // What forced pairs cost is on top of what these prices prove, not of what those before did.
    const own = found.bound + left.placedUsd
    const limit = this.#cut() - own
    const next = open.slice()
    const nextPrices = prices.slice()
    let [pairs, ruledOut] = [0, 0]
    for (const [k, task] of left.taskOf.entries()) {
      nextPrices[task] = found.prices[k]!
      const must = mustUse(forced, k, numAgents, limit)
      for (let agent = 0; agent < numAgents; agent++) {
        const at = task * numAgents + agent
        if (left.problem.cost[k * numAgents + agent] === Infinity) next[at] = 0
        if (next[at] === 0) continue
        pairs += 1
        if ((must >= 0 && must !== agent) || forced.use[k * numAgents + agent]! > limit) {
          next[at] = 0
          ruledOut += 1
        }
      }
    }
    const node = { open: next, prices: nextPrices, bound, name }
    if (ruledOut > AGAIN_SHARE * pairs) return await this.node({ ...node, name: record?.next(name) ?? 0 })
    return await this.#split(node, { forced, own, taskOf: left.taskOf, limit })
  }

  async #split({ open, prices, bound, name }: Node, split: Split): Promise<number> {
    const { forced, own, taskOf } = split
    const { numAgents } = this.#options.problem
    const k = smallestTree(open, split, numAgents)
    const task = taskOf[k]!
    const from = task * numAgents
    const agents = Array.from({ length: numAgents }, (_, agent) => agent)
      .filter((agent) => open[from + agent] === 1)
      .sort((a, b) => forced.use[k * numAgents + a]! - forced.use[k * numAgents + b]!)
    let least = Infinity
    for (const agent of agents) {
      const above = Math.max(bound, own + forced.use[k * numAgents + agent]!)
      if (above > this.#cut()) {
        least = Math.min(least, above)
        continue
      }
      const child = open.slice()
      child.fill(0, from, from + numAgents)
      child[from + agent] = 1
      const below = this.#options.record?.child(name, task, agent) ?? 0
      least = Math.min(least, await this.node({ open: child, prices, bound: above, name: below }))
    }
    return least
  }

  /** @returns its objective, Infinity when it does not fit after all */
  #offer(agentOf: Int32Array): number {
    const { problem } = this.#options
    if (!isWithin(problem, agentOf)) return Infinity
    const objective = objectiveOf(problem, agentOf)
    if (objective < this.#options.best()) this.#options.onAssignment(agentOf)
    return objective
  }
}

/** The agent that has to take the task in every better assignment, or -1. */
function mustUse({ leave }: ForcedCosts, task: number, numAgents: number, limit: number): number {
  for (let agent = 0; agent < numAgents; agent++) if (leave[task * numAgents + agent]! > limit) return agent
  return -1
}

/** The task whose agents raise the bound most, weighed as the size of trees that halve eight times on the way. */
function smallestTree(open: Uint8Array, { forced, taskOf, limit }: Split, numAgents: number): number {
  let [best, least] = [0, Infinity]
  for (let k = 0; k < taskOf.length; k++) {
    let [size, count] = [0, 0]
    for (let agent = 0; agent < numAgents; agent++) {
      if (open[taskOf[k]! * numAgents + agent] === 0) continue
      count += 1
      size += 2 ** (-8 * (forced.use[k * numAgents + agent]! / Math.max(limit, 1e-12)))
    }
    if (count > 1 && size < least) [best, least] = [k, size]
  }
  return best
}
