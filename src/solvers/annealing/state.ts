/**
 * One assignment under annealing with everything that makes a move's change O(1): loads, money, broken
 * dependencies, and the tasks at each place. Capacities are never exceeded; what else a plan must keep is priced by
 * weights and counted.
 */
import type { AnnealProblem } from './problem.ts'

/** Prices of violations, in dollars; raised while they persist. */
export interface Weights {
  /** Of a broken dependency. */
  edgeUsd: number
  /** Of a task without an agent. */
  unassignedUsd: number
  /** Of a dollar above a budget. */
  excessUsd: number
}

/** An option and, in its pool, a place for each task. */
export interface Assignment {
  readonly option: Int32Array
  readonly place: Int32Array
}

export class AnnealState {
  readonly problem: AnnealProblem
  readonly weights: Weights
  /** Option in force of each task. */
  readonly option: Int32Array
  /** Its quality, NaN without an agent. */
  readonly quality: Float64Array
  /** Place of each task. */
  readonly place: Int32Array
  /** Tasks at each place, in no order. */
  readonly members: number[][]
  /** Where each task stands among the members of its place. */
  readonly #slot: Int32Array
  readonly #tokens: Float64Array
  /** Of the whole plan first, then of each pool; like the budgets. */
  readonly #money: Float64Array
  readonly #hasBudgets: boolean
  /** Option of (class, pool), or -1; empty when that table would be too large. */
  readonly #optionAt: Int32Array
  /** Objective without weights: costs, prices of staying unassigned and of soft dependencies. */
  costUsd = 0
  brokenEdges = 0

  constructor(problem: AnnealProblem, start: Assignment, weights: Weights) {
    this.problem = problem
    this.weights = weights
    this.option = start.option.slice()
    this.place = start.place.slice()
    this.quality = new Float64Array(problem.numTasks)
    this.#slot = new Int32Array(problem.numTasks)
    this.members = Array.from({ length: problem.numPlaces }, () => [])
    this.#tokens = new Float64Array(problem.numPlaces)
    this.#money = new Float64Array(problem.budgetsUsd.length + 1)
    this.#hasBudgets = problem.budgetsUsd.some((limit) => limit !== Infinity)
    this.#optionAt = optionTable(problem)
    this.reset(start)
  }

  /** Takes over an assignment and computes every sum afresh. */
  reset({ option, place: places }: Assignment): void {
    const { problem } = this
    this.option.set(option)
    this.place.set(places)
    for (const list of this.members) list.length = 0
    this.#tokens.fill(0)
    this.#money.fill(0)
    this.costUsd = 0
    for (let task = 0; task < problem.numTasks; task++) {
      const at = option[task]!
      const place = places[task]!
      this.#slot[task] = this.members[place]!.push(task) - 1
      this.#tokens[place]! += problem.tokens[at]!
      this.#money[0]! += problem.moneyUsd[at]!
      this.#money[problem.pool[at]! + 1]! += problem.moneyUsd[at]!
      this.costUsd += problem.costUsd[at]!
      this.quality[task] = problem.quality[at]!
    }
    this.brokenEdges = 0
    if (problem.dependency === 'off') return
    for (let task = 0; task < problem.numTasks; task++)
      for (let k = problem.childStart[task]!; k < problem.childStart[task + 1]!; k++)
        if (this.quality[problem.children[k]!]! < this.quality[task]!) this.brokenEdges += 1
    this.costUsd += problem.edgeUsd * this.brokenEdges
  }

  get unassigned(): number {
    return this.members[this.problem.numPlaces - 1]!.length
  }

  /** Dollars above all budgets together. */
  get excessUsd(): number {
    if (!this.#hasBudgets) return 0
    return this.problem.budgetsUsd.reduce((sum, limit, k) => sum + Math.max(0, this.#money[k]! - limit), 0)
  }

  /** True when no hard promise is broken; rounding of money is for the judge. */
  get isFeasible(): boolean {
    const { mayStayUnassigned, dependency } = this.problem
    if (!mayStayUnassigned && this.unassigned > 0) return false
    if (dependency === 'hard' && this.brokenEdges > 0) return false
    return this.excessUsd <= 1e-12
  }

  /** Cost plus weighted violations. */
  get energy(): number {
    const { mayStayUnassigned, dependency } = this.problem
    return (
      this.costUsd +
      (mayStayUnassigned ? 0 : this.weights.unassignedUsd * this.unassigned) +
      (dependency === 'hard' ? this.weights.edgeUsd * this.brokenEdges : 0) +
      (this.#hasBudgets ? this.weights.excessUsd * this.excessUsd : 0)
    )
  }

  /** The option of a task's class in a pool, or -1 when it may not go there. */
  optionAt(task: number, pool: number): number {
    const { classOf, start, pool: pools, firstPlace } = this.problem
    const row = classOf[task]!
    if (this.#optionAt.length > 0) return this.#optionAt[row * (firstPlace.length - 1) + pool]!
    for (let at = start[row]!; at < start[row + 1]!; at++) if (pools[at] === pool) return at
    return -1
  }

  hasRoom(option: number, place: number): boolean {
    const { tokens, capacityTasks, capacityTokens } = this.problem
    return (
      this.members[place]!.length < capacityTasks[place]! &&
      this.#tokens[place]! + tokens[option]! <= capacityTokens[place]!
    )
  }

  /** Whether two tasks at different places can change places as far as tokens go. */
  canSwap(a: number, toA: number, b: number, toB: number): boolean {
    const { tokens, capacityTokens } = this.problem
    const [placeA, placeB] = [this.place[a]!, this.place[b]!]
    return (
      this.#tokens[placeB]! - tokens[this.option[b]!]! + tokens[toA]! <= capacityTokens[placeB]! &&
      this.#tokens[placeA]! - tokens[this.option[a]!]! + tokens[toB]! <= capacityTokens[placeA]!
    )
  }

  /** Change of energy when a task takes another option. */
  shiftDelta(task: number, option: number): number {
    const { costUsd, dependency } = this.problem
    const from = this.option[task]!
    let delta = costUsd[option]! - costUsd[from]! + this.#unassignedDelta(from, option)
    if (dependency !== 'off')
      delta += this.#edgePrice() * this.#edgeDelta(task, this.problem.quality[option]!)
    if (this.#hasBudgets) delta += this.weights.excessUsd * this.#excessDelta(from, option, -1, -1)
    return delta
  }

  /** Change of energy when a takes `toA`, at the place of b, and b takes `toB`, at the place of a. */
  swapDelta(a: number, toA: number, b: number, toB: number): number {
    const { costUsd, quality, dependency } = this.problem
    const [fromA, fromB] = [this.option[a]!, this.option[b]!]
    let delta = costUsd[toA]! - costUsd[fromA]! + costUsd[toB]! - costUsd[fromB]!
    delta += this.#unassignedDelta(fromA, toA) + this.#unassignedDelta(fromB, toB)
    if (dependency !== 'off') {
      let edges = this.#edgeDelta(a, quality[toA]!)
      // The two may be linked: b sees a as it will be.
      this.quality[a] = quality[toA]!
      edges += this.#edgeDelta(b, quality[toB]!)
      this.quality[a] = quality[fromA]!
      delta += this.#edgePrice() * edges
    }
    if (this.#hasBudgets) delta += this.weights.excessUsd * this.#excessDelta(fromA, toA, fromB, toB)
    return delta
  }

  /** Gives a task another option at a place of its pool, whether or not there is room. */
  shift(task: number, option: number, to: number): void {
    const { problem } = this
    const from = this.option[task]!
    const place = this.place[task]!
    if (problem.dependency !== 'off') {
      const edges = this.#edgeDelta(task, problem.quality[option]!)
      this.brokenEdges += edges
      this.costUsd += problem.edgeUsd * edges
    }
    this.costUsd += problem.costUsd[option]! - problem.costUsd[from]!
    if (this.#hasBudgets) {
      this.#money[0]! += problem.moneyUsd[option]! - problem.moneyUsd[from]!
      this.#money[problem.pool[from]! + 1]! -= problem.moneyUsd[from]!
      this.#money[problem.pool[option]! + 1]! += problem.moneyUsd[option]!
    }
    this.#tokens[place]! -= problem.tokens[from]!
    this.#tokens[to]! += problem.tokens[option]!
    const list = this.members[place]!
    const last = list.pop()!
    if (last !== task) {
      list[this.#slot[task]!] = last
      this.#slot[last] = this.#slot[task]!
    }
    this.#slot[task] = this.members[to]!.push(task) - 1
    this.option[task] = option
    this.place[task] = to
    this.quality[task] = problem.quality[option]!
  }

  #edgePrice(): number {
    return this.problem.dependency === 'hard' ? this.weights.edgeUsd : this.problem.edgeUsd
  }

  #unassignedDelta(from: number, to: number): number {
    const { pool, firstPlace, mayStayUnassigned } = this.problem
    if (mayStayUnassigned) return 0
    const nobody = firstPlace.length - 2
    return this.weights.unassignedUsd * (Number(pool[to] === nobody) - Number(pool[from] === nobody))
  }

  /** Change of the number of broken dependencies when a task's quality becomes `after`. */
  #edgeDelta(task: number, after: number): number {
    const { parentStart, parents, childStart, children } = this.problem
    const { quality } = this
    const before = quality[task]!
    let delta = 0
    for (let k = parentStart[task]!, end = parentStart[task + 1]!; k < end; k++) {
      const above = quality[parents[k]!]!
      delta += (after < above ? 1 : 0) - (before < above ? 1 : 0)
    }
    for (let k = childStart[task]!, end = childStart[task + 1]!; k < end; k++) {
      const below = quality[children[k]!]!
      delta += (below < after ? 1 : 0) - (below < before ? 1 : 0)
    }
    return delta
  }

  /** Change of the excess when one or two options are replaced; `fromB` is -1 for one. */
  #excessDelta(fromA: number, toA: number, fromB: number, toB: number): number {
    const { moneyUsd, pool } = this.problem
    const [outA, inA] = [moneyUsd[fromA]!, moneyUsd[toA]!]
    const [outB, inB] = fromB < 0 ? [0, 0] : [moneyUsd[fromB]!, moneyUsd[toB]!]
    const poolA = pool[fromA]!
    const poolB = pool[toA]!
    const total = this.#excessChange(0, inA + inB - outA - outB)
    if (poolA === poolB) return total + this.#excessChange(poolA + 1, inA + inB - outA - outB)
    return total + this.#excessChange(poolA + 1, inB - outA) + this.#excessChange(poolB + 1, inA - outB)
  }

  #excessChange(budget: number, change: number): number {
    const limit = this.problem.budgetsUsd[budget] ?? Infinity
    if (limit === Infinity) return 0
    const spent = this.#money[budget]!
    return Math.max(0, spent + change - limit) - Math.max(0, spent - limit)
  }
}

const MAX_TABLE = 50_000_000

function optionTable({ start, pool, firstPlace }: AnnealProblem): Int32Array {
  const classes = start.length - 1
  const numPools = firstPlace.length - 1
  if (classes * numPools > MAX_TABLE) return new Int32Array(0)
  const table = new Int32Array(classes * numPools).fill(-1)
  for (let row = 0; row < classes; row++)
    for (let at = start[row]!; at < start[row + 1]!; at++) table[row * numPools + pool[at]!] = at
  return table
}
