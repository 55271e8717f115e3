/**
 * A plan under construction: which bay each task is on, the loads this makes, and what a move would change. Loads may
 * exceed capacities at a price per slot, token and dollar; a move that would break a hard dependency is never offered.
 */
import type { Bays } from './bays.ts'
import type { EntryOf } from './entry-table.ts'
import type { Problem } from './problem.ts'

/** Prices of what is over capacity, per bay; adapted while a plan is searched. */
export interface OverloadPrices {
  readonly slots: Float64Array
  readonly tokens: Float64Array
  readonly poolBudget: Float64Array
  budget: number
}

export interface Assignment {
  /** Bay of each task; -1 when it has none. */
  readonly bayOf: Int32Array
  readonly load: Int32Array
  readonly tokenLoad: Float64Array
  readonly groupMoney: Float64Array
  money(): number
  /** Tasks of a bay, in no order. */
  members(bay: number): readonly number[]
  /** Cost of the task on the group, without overload; Infinity when it may not go there. */
  cost(task: number, group: number): number
  /** True when the quality the group has for the task fits its neighbours', leaving `except` out. */
  fits(task: number, group: number, except: number): boolean
  /** What moving a task to a bay (-1: nowhere) changes, overload included; Infinity when it may not. */
  shiftDelta(task: number, bay: number): number
  /** What an exchange of two tasks on different bays changes; Infinity when one may not. */
  swapDelta(a: number, b: number): number
  shift(task: number, bay: number): void
  swap(a: number, b: number): void
  /** Slots, tokens over capacity of a bay as fractions of it; 0 when within. */
  overload(bay: number): number
  overBudget(): number
  /** Objective without overload. */
  objective(): number
}

export interface AssignmentParts {
  readonly problem: Problem
  readonly bays: Bays
  readonly entryOf: EntryOf
  readonly prices: OverloadPrices
  /** The bay a task comes from (-1: none) and what moving it elsewhere costs the search; not part of the objective. */
  readonly churn?: { readonly origin: Int32Array; readonly usd: number }
}

export function createAssignment({ problem, bays, entryOf, prices, churn }: AssignmentParts): Assignment {
  const { instance, classes, lines, groups, tokens, hasBudget, budget, groupBudget } = problem
  const { tasks, policy, dependencies } = instance
  const { parentStart, parents, childStart, children } = dependencies
  const { inputTokens, outputTokens } = tasks
  const numTasks = tasks.count
  const bayOf = new Int32Array(numTasks).fill(-1)
  const place = new Int32Array(numTasks)
  const load = new Int32Array(bays.count)
  const tokenLoad = new Float64Array(bays.count)
  const groupMoney = new Float64Array(groups.count)
  const lists: number[][] = Array.from({ length: bays.count }, () => [])
  const linked = classes.linked
  const penalty = policy.dependency.mode === 'soft' ? policy.dependency.penaltyUsd : Infinity
  let spent = 0
  let total = policy.unassignedUsd === Infinity ? 0 : policy.unassignedUsd * numTasks

  const entry = (task: number, group: number): number => {
    if (groups.tokenLimit[group]! < tokens[task]!) return -1
    return entryOf(classes.ofTask[task]!, group)
  }
  const costAt = (task: number, at: number): number =>
    lines.constant[at]! +
    lines.perInput[at]! * inputTokens[task]! +
    lines.perOutput[at]! * outputTokens[task]!
  const moneyAt = (task: number, at: number): number =>
    lines.money[at]! +
    lines.moneyPerInput[at]! * inputTokens[task]! +
    lines.moneyPerOutput[at]! * outputTokens[task]!
  const cost = (task: number, group: number): number => {
    const at = entry(task, group)
    return at < 0 ? Infinity : costAt(task, at)
  }
  const qualityNow = (task: number): number => {
    const bay = bayOf[task]!
    return bay < 0 ? Number.NaN : classes.quality[entryOf(classes.ofTask[task]!, bays.groupOf[bay]!)]!
  }
  /** Edges a quality would break. */
  const broken = (task: number, quality: number, except: number): number => {
    let count = 0
    for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++)
      if (parents[k] !== except && qualityNow(parents[k]!) > quality) count++
    for (let k = childStart[task]!; k < childStart[task + 1]!; k++)
      if (children[k] !== except && qualityNow(children[k]!) < quality) count++
    return count
  }
  const linkCost = (task: number, quality: number, except = -1): number => {
    const count = broken(task, quality, except)
    return count === 0 ? 0 : count * penalty
  }
  const churned = (task: number, from: number, to: number): number => {
    if (churn === undefined) return 0
    const origin = churn.origin[task]!
    if (origin < 0) return 0
    return (from === origin ? churn.usd : 0) - (to === origin ? churn.usd : 0)
  }
  const over = (amount: number, limit: number): number => (amount > limit ? amount - limit : 0)
  /** Change of a bay's overload price when a task or none is added and one removed. */
  const bayDelta = (bay: number, slots: number, size: number): number => {
    const [limit, tokenLimit] = [bays.capacityTasks[bay]!, bays.capacityTokens[bay]!]
    const [count, sum] = [load[bay]!, tokenLoad[bay]!]
    let delta = 0
    if (slots !== 0) delta += prices.slots[bay]! * (over(count + slots, limit) - over(count, limit))
    delta += prices.tokens[bay]! * (over(sum + size, tokenLimit) - over(sum, tokenLimit))
    return delta
  }
  const budgetDelta = (from: number, fromMoney: number, to: number, toMoney: number): number => {
    const change = toMoney - fromMoney
    let delta = prices.budget * (over(spent + change, budget) - over(spent, budget))
    const pool = (group: number, by: number): number =>
      groupBudget[group] === Infinity
        ? 0
        : prices.poolBudget[group]! *
          (over(groupMoney[group]! + by, groupBudget[group]!) - over(groupMoney[group]!, groupBudget[group]!))
    if (from === to) return delta + (from >= 0 ? pool(from, change) : 0)
    if (from >= 0) delta += pool(from, -fromMoney)
    if (to >= 0) delta += pool(to, toMoney)
    return delta
  }

  const self: Assignment = {
    bayOf,
    load,
    tokenLoad,
    groupMoney,
    money: () => spent,
    members: (bay) => lists[bay]!,
    cost,
    fits(task, group, except) {
      if (linked[classes.ofTask[task]!] === 0 || penalty !== Infinity) return true
      const at = entryOf(classes.ofTask[task]!, group)
      return at >= 0 && broken(task, classes.quality[at]!, except) === 0
    },
    shiftDelta(task, bay) {
      const from = bayOf[task]!
      if (from === bay) return Infinity
      const [fromGroup, toGroup] = [from < 0 ? -1 : bays.groupOf[from]!, bay < 0 ? -1 : bays.groupOf[bay]!]
      let delta = churned(task, from, bay)
      let [fromMoney, toMoney] = [0, 0]
      const isLinked = linked[classes.ofTask[task]!] === 1
      if (bay < 0) {
        if (policy.unassignedUsd === Infinity) return Infinity
        delta += policy.unassignedUsd
      } else {
        const at = entry(task, toGroup)
        if (at < 0) return Infinity
        delta += costAt(task, at) + bayDelta(bay, 1, tokens[task]!)
        if (hasBudget) toMoney = moneyAt(task, at)
        if (isLinked) {
          delta += linkCost(task, classes.quality[at]!)
          if (delta === Infinity) return Infinity
        }
      }
      if (from >= 0) {
        const at = entry(task, fromGroup)
        delta -= costAt(task, at)
        delta += bayDelta(from, -1, -tokens[task]!)
        if (hasBudget) fromMoney = moneyAt(task, at)
        if (isLinked && penalty !== Infinity) delta -= linkCost(task, classes.quality[at]!)
      } else if (policy.unassignedUsd !== Infinity) delta -= policy.unassignedUsd
      if (hasBudget) delta += budgetDelta(fromGroup, fromMoney, toGroup, toMoney)
      return delta
    },
    swapDelta(a, b) {
      const [bayA, bayB] = [bayOf[a]!, bayOf[b]!]
      const [groupA, groupB] = [bays.groupOf[bayA]!, bays.groupOf[bayB]!]
      const size = tokens[a]! - tokens[b]!
      let delta =
        bayDelta(bayA, 0, -size) + bayDelta(bayB, 0, size) + churned(a, bayA, bayB) + churned(b, bayB, bayA)
      if (groupA === groupB) return delta
      const [aTo, bTo] = [entry(a, groupB), entry(b, groupA)]
      if (aTo < 0 || bTo < 0) return Infinity
      const [aAt, bAt] = [entry(a, groupA), entry(b, groupB)]
      delta += costAt(a, aTo) - costAt(a, aAt) + costAt(b, bTo) - costAt(b, bAt)
      if (linked[classes.ofTask[a]!] === 1 || linked[classes.ofTask[b]!] === 1) {
        // Two ends of one edge are left to single moves.
        for (let k = parentStart[a]!; k < parentStart[a + 1]!; k++) if (parents[k] === b) return Infinity
        for (let k = childStart[a]!; k < childStart[a + 1]!; k++) if (children[k] === b) return Infinity
        delta += linkCost(a, classes.quality[aTo]!) + linkCost(b, classes.quality[bTo]!)
        if (delta === Infinity) return Infinity
        if (penalty !== Infinity)
          delta -= linkCost(a, classes.quality[aAt]!) + linkCost(b, classes.quality[bAt]!)
      }
      if (hasBudget) {
        const [aOut, bIn] = [moneyAt(a, aAt), moneyAt(b, bTo)]
        const [bOut, aIn] = [moneyAt(b, bAt), moneyAt(a, aTo)]
        delta += budgetDelta(groupA, aOut, groupA, bIn) + budgetDelta(groupB, bOut, groupB, aIn)
      }
      return delta
    },
    shift(task, bay) {
      const from = bayOf[task]!
      if (from >= 0) {
        const list = lists[from]!
        const last = list.pop()!
        if (last !== task) {
          list[place[task]!] = last
          place[last] = place[task]!
        }
        const group = bays.groupOf[from]!
        const at = entry(task, group)
        load[from]! -= 1
        tokenLoad[from]! -= tokens[task]!
        total -= costAt(task, at)
        if (linked[classes.ofTask[task]!] === 1 && penalty !== Infinity)
          total -= linkCost(task, classes.quality[at]!)
        if (hasBudget) {
          groupMoney[group]! -= moneyAt(task, at)
          spent -= moneyAt(task, at)
        }
      } else if (policy.unassignedUsd !== Infinity) total -= policy.unassignedUsd
      bayOf[task] = bay
      if (bay >= 0) {
        place[task] = lists[bay]!.length
        lists[bay]!.push(task)
        const group = bays.groupOf[bay]!
        const at = entry(task, group)
        load[bay]! += 1
        tokenLoad[bay]! += tokens[task]!
        total += costAt(task, at)
        if (linked[classes.ofTask[task]!] === 1 && penalty !== Infinity)
          total += linkCost(task, classes.quality[at]!)
        if (hasBudget) {
          groupMoney[group]! += moneyAt(task, at)
          spent += moneyAt(task, at)
        }
      } else if (policy.unassignedUsd !== Infinity) total += policy.unassignedUsd
    },
    swap(a, b) {
      const [bayA, bayB] = [bayOf[a]!, bayOf[b]!]
      self.shift(a, bayB)
      self.shift(b, bayA)
    },
    overload(bay) {
      const slots = over(load[bay]!, bays.capacityTasks[bay]!) / Math.max(1, bays.capacityTasks[bay]!)
      return slots + over(tokenLoad[bay]!, bays.capacityTokens[bay]!) / Math.max(1, bays.capacityTokens[bay]!)
    },
    overBudget() {
      let sum = over(spent, budget)
      if (hasBudget)
        for (let group = 0; group < groups.count; group++)
          sum += over(groupMoney[group]!, groupBudget[group]!)
      return sum
    },
    objective: () => total,
  }
  return self
}
