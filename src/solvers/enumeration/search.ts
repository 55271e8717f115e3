/** Depth-first search over every plan of a small instance, in slices; cuts only what provably cannot be better. */
import type { Instance } from '../../model/instance.ts'
import { mostMoneyUsd, mostTokens } from '../../model/limits.ts'
import { pairTokens } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { type Option, optionsOf, type Unit, unitsOf } from './options.ts'

/** Steps between two looks at the clock. */
const SLICE_STEPS = 20_000

export class Search {
  readonly #instance: Instance
  readonly #units: readonly Unit[]
  /** Tasks, parents before children; level d of the search places `#order[d]`. */
  readonly #order: Int32Array
  readonly #options: readonly Option[][]
  /** Option now tried at each level, or -1 before the first. */
  readonly #cursor: Int32Array
  /** Option in force per task; undefined while it is not placed. */
  readonly #chosen: (Option | undefined)[]
  /** Least cost, and least money, that levels d and deeper can add. */
  readonly #costAhead: Float64Array
  readonly #moneyAhead: Float64Array
  /** Sums over the levels above d; kept per level so that going back is exact. */
  readonly #cost: Float64Array
  readonly #money: Float64Array
  readonly #tasksOfUnit: Int32Array
  readonly #tokensOfUnit: Float64Array
  readonly #moneyOfPool: Float64Array
  /** Token load of the unit and money of the pool before level d's option was placed. */
  readonly #tokensBefore: Float64Array
  readonly #moneyBefore: Float64Array
  #level = 0
  #best = Infinity
  nodes = 0

  constructor(instance: Instance) {
    const { count } = instance.tasks
    this.#instance = instance
    this.#units = unitsOf(instance)
    this.#order = instance.dependencies.topologicalOrder
    this.#options = Array.from(this.#order, (task) => optionsOf(instance, this.#units, task))
    this.#cursor = new Int32Array(count).fill(-1)
    this.#chosen = new Array(count)
    this.#costAhead = suffixSums(this.#options, (option) => option.costUsd)
    this.#moneyAhead = suffixSums(this.#options, (option) => option.moneyUsd)
    this.#cost = new Float64Array(count + 1)
    this.#money = new Float64Array(count + 1)
    this.#tasksOfUnit = new Int32Array(this.#units.length)
    this.#tokensOfUnit = new Float64Array(this.#units.length)
    this.#moneyOfPool = new Float64Array(instance.fleet.numPools)
    this.#tokensBefore = new Float64Array(count)
    this.#moneyBefore = new Float64Array(count)
  }

  /** A lower bound that needs no search: every task at its cheapest. */
  get rootBound(): number {
    return this.#costAhead[0]!
  }

  /** Runs one slice. Returns the next better plan, 'paused' when the slice is used up, or 'done'. */
  advance(): Plan | 'paused' | 'done' {
    for (let step = 0; step < SLICE_STEPS; step++) {
      if (this.#level < 0) return 'done'
      if (this.#level === this.#order.length) {
        const plan = this.#leaf()
        this.#retreat()
        return plan
      }
      if (this.#tryNext()) this.#level += 1
      else this.#retreat()
    }
    return 'paused'
  }

  /** Places the next allowed option of this level; false when there is none left. */
  #tryNext(): boolean {
    const level = this.#level
    const options = this.#options[level]!
    for (let at = this.#cursor[level]! + 1; at < options.length; at++) {
      const option = options[at]!
      this.nodes += 1
      // Options are by rising cost, so that no later one can be better either.
      if (this.#cost[level]! + option.costUsd + this.#costAhead[level + 1]! >= this.#best) break
      if (!this.#place(level, option)) continue
      this.#cursor[level] = at
      return true
    }
    this.#cursor[level] = -1
    return false
  }

  #place(level: number, option: Option): boolean {
    const task = this.#order[level]!
    const dependencyUsd = this.#dependencyUsd(task, option)
    const cost = this.#cost[level]! + option.costUsd + dependencyUsd
    const money = this.#money[level]! + option.moneyUsd
    if (cost + this.#costAhead[level + 1]! >= this.#best) return false
    if (exceeds(money + this.#moneyAhead[level + 1]!, this.#instance.policy.budgetUsd)) return false
    if (option.unit >= 0 && !this.#load(task, option)) return false
    this.#cost[level + 1] = cost
    this.#money[level + 1] = money
    this.#chosen[task] = option
    return true
  }

  #load(task: number, { unit, pool, moneyUsd }: Option): boolean {
    const { capacityTasks, capacityTokens, twin } = this.#units[unit]!
    const tokens = this.#tokensOfUnit[unit]! + pairTokens(this.#instance, task, pool)
    if (this.#tasksOfUnit[unit]! + 1 > capacityTasks || tokens > mostTokens(capacityTokens)) return false
    if (exceeds(this.#moneyOfPool[pool]! + moneyUsd, this.#instance.fleet.budgetUsd[pool]!)) return false
    // Alike agents with the same load are interchangeable: only the first of them is tried. Comparing with the
    // previous one is enough, for it was skipped itself when it equals the one before.
    if (
      twin >= 0 &&
      this.#tasksOfUnit[twin] === this.#tasksOfUnit[unit] &&
      this.#tokensOfUnit[twin] === this.#tokensOfUnit[unit]
    )
      return false
    this.#tokensBefore[this.#level] = this.#tokensOfUnit[unit]!
    this.#moneyBefore[this.#level] = this.#moneyOfPool[pool]!
    this.#tasksOfUnit[unit]! += 1
    this.#tokensOfUnit[unit] = tokens
    this.#moneyOfPool[pool]! += moneyUsd
    return true
  }

  #retreat(): void {
    this.#level -= 1
    if (this.#level < 0) return
    const task = this.#order[this.#level]!
    const option = this.#chosen[task]!
    this.#chosen[task] = undefined
    if (option.unit < 0) return
    this.#tasksOfUnit[option.unit]! -= 1
    this.#tokensOfUnit[option.unit] = this.#tokensBefore[this.#level]!
    this.#moneyOfPool[option.pool] = this.#moneyBefore[this.#level]!
  }

  /** What the option's broken dependencies cost; Infinity when they are hard. All parents are placed already. */
  #dependencyUsd(task: number, option: Option): number {
    const rule = this.#instance.policy.dependency
    if (rule.mode === 'off' || option.unit < 0) return 0
    const { parentStart, parents } = this.#instance.dependencies
    let usd = 0
    for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++) {
      const parent = this.#chosen[parents[k]!]!
      if (parent.unit >= 0 && option.quality < parent.quality)
        usd += rule.mode === 'hard' ? Infinity : rule.penaltyUsd
    }
    return usd
  }

  #leaf(): Plan {
    this.#best = this.#cost[this.#level]!
    const agentOf = new Int32Array(this.#order.length).fill(-1)
    const next = new Int32Array(this.#units.length)
    for (const task of this.#order) {
      const { unit } = this.#chosen[task]!
      if (unit < 0) continue
      const { firstAgent, numAgents, capacityTasks } = this.#units[unit]!
      // A unit of several agents is filled one after the other.
      const perAgent = capacityTasks / numAgents
      agentOf[task] = firstAgent + (perAgent === Infinity ? 0 : Math.floor(next[unit]!++ / perAgent))
    }
    return { agentOf }
  }
}

function exceeds(spent: number, limit: number): boolean {
  return spent > mostMoneyUsd(limit)
}

function suffixSums(options: readonly Option[][], value: (option: Option) => number): Float64Array {
  const sums = new Float64Array(options.length + 1)
  for (let level = options.length - 1; level >= 0; level--)
    sums[level] = sums[level + 1]! + options[level]!.reduce((least, o) => Math.min(least, value(o)), Infinity)
  return sums
}
