/**
 * A smaller fleet to find first prices on: groups that may do the same classes of tasks at the same quality become one
 * with mean costs and summed capacity. Only a start for the search: no bound is ever taken from it.
 */
import type { Cells } from './cells.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'
import type { FractionalPlan } from './smooth-dual.ts'

export interface CoarseFleet {
  readonly problem: Problem
  /** Coarse group of each group. */
  readonly of: Int32Array
}

const COARSE_BUDGET = 1.15

/** The coarse fleet, or undefined when it would not be much smaller. */
export function coarsenFleet(problem: Problem, parts = 1): CoarseFleet | undefined {
  const { groups, classes } = problem
  const of = parts === 1 ? cluster(problem) : byCost(problem, cluster(problem), parts)
  const count = 1 + of.reduce((most, c) => Math.max(most, c), -1)
  if (count > 0.4 * groups.count || classes.estimated.includes(1)) return undefined
  const sum = (values: Float64Array): Float64Array => {
    const total = new Float64Array(count)
    of.forEach((c, group) => {
      total[c]! += values[group]!
    })
    return total
  }
  const most = (values: Float64Array): Float64Array => {
    const largest = new Float64Array(count)
    of.forEach((c, group) => {
      largest[c] = Math.max(largest[c]!, values[group]!)
    })
    return largest
  }
  return {
    of,
    problem: {
      ...problem,
      groups: {
        ...groups,
        count,
        capacityTasks: sum(groups.capacityTasks),
        capacityTokens: sum(groups.capacityTokens),
        tokenLimit: most(groups.tokenLimit),
      },
      // Mean costs are above the least: a tight budget would seem out of reach.
      budget: problem.budget * COARSE_BUDGET,
      groupBudget: sum(problem.groupBudget).map((usd) => usd * COARSE_BUDGET),
      ...mergeEntries(problem, of),
    },
  }
}

/** Groups with the same entries but for their costs share a number. */
function cluster({ groups, classes }: Problem): Int32Array {
  // What a context window keeps out differs by agent; what a capacity keeps out is its own business.
  const marks: string[][] = Array.from(groups.pool, (_, group) => {
    const limit = groups.tokenLimit[group]!
    return limit < groups.capacityTokens[group]! ? [`${limit}`] : []
  })
  for (let row = 0; row < classes.count; row++)
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
      marks[classes.groups[at]!]!.push(`${row}:${classes.quality[at]}`)
  const index = new Map<string, number>()
  return Int32Array.from(marks, (list) => {
    const key = list.join(' ')
    if (!index.has(key)) index.set(key, index.size)
    return index.get(key)!
  })
}

/** Halves every cluster by cost until no part has more than its share. */
function byCost({ groups, classes, lines }: Problem, of: Int32Array, parts: number): Int32Array {
  const cost = new Float64Array(groups.count)
  for (let at = 0; at < classes.groups.length; at++)
    cost[classes.groups[at]!] = lines.perInput[at]! + lines.perOutput[at]!
  const members = new Map<number, number[]>()
  of.forEach((c, group) => {
    const list = members.get(c) ?? []
    members.set(c, list)
    list.push(group)
  })
  const finer = new Int32Array(of.length)
  let count = 0
  for (const list of members.values()) {
    list.sort((a, b) => cost[a]! - cost[b]! || a - b)
    const own = Math.min(parts, list.length)
    list.forEach((group, k) => {
      finer[group] = count + Math.floor((k * own) / list.length)
    })
    count += own
  }
  return finer
}

function mergeEntries(
  { classes, lines, groups }: Problem,
  of: Int32Array,
): Pick<Problem, 'classes' | 'lines'> {
  const start = new Int32Array(classes.count + 1)
  const [group, quality]: [number[], number[]] = [[], []]
  const names = ['constant', 'perInput', 'perOutput', 'money', 'moneyPerInput', 'moneyPerOutput'] as const
  const columns = names.map((): number[] => [])
  for (let row = 0; row < classes.count; row++) {
    const place = new Map<number, number>()
    const weight: number[] = []
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      const own = of[classes.groups[at]!]!
      const size = Math.min(1e9, groups.capacityTasks[classes.groups[at]!]!)
      let to = place.get(own)
      if (to === undefined) {
        to = group.length
        place.set(own, to)
        group.push(own)
        quality.push(classes.quality[at]!)
        for (const column of columns) column.push(0)
        weight[to] = 0
      }
      weight[to]! += size
      for (const [k, name] of names.entries()) columns[k]![to]! += size * lines[name][at]!
    }
    for (const to of place.values()) for (const column of columns) column[to]! /= weight[to]!
    start[row + 1] = group.length
  }
  const column = (k: number): Float64Array => Float64Array.from(columns[k]!)
  return {
    classes: { ...classes, start, groups: Int32Array.from(group), quality: Float64Array.from(quality) },
    lines: {
      constant: column(0),
      perInput: column(1),
      perOutput: column(2),
      money: column(3),
      moneyPerInput: column(4),
      moneyPerOutput: column(5),
      flat: lines.flat,
    },
  }
}

interface RefineInput {
  readonly rows: Rows
  readonly coarseRows: Rows
  readonly y: Float64Array
  /** How much of each entry of the coarse fleet is used; without, all count alike. */
  readonly used?: Float64Array
}

/**
 * Prices of the fleet from those of the coarse one: members differ in price by what they differ in cost for the tasks
 * that are there. With the classes in use as weights the error is of second order in how far members differ.
 */
export function refinePrices(
  problem: Problem,
  { of, problem: coarse }: CoarseFleet,
  { rows, coarseRows, y, used }: RefineInput,
): Float64Array {
  const { groups, classes, lines } = problem
  const fine = new Float64Array(rows.count)
  const [slots, tokens, weights] = [
    new Float64Array(groups.count),
    new Float64Array(groups.count),
    new Float64Array(groups.count),
  ]
  const place = new Int32Array(coarse.groups.count)
  for (let row = 0; row < classes.count; row++) {
    for (let at = coarse.classes.start[row]!; at < coarse.classes.start[row + 1]!; at++)
      place[coarse.classes.groups[at]!] = at
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      const group = classes.groups[at]!
      const mean = place[of[group]!]!
      // A little for every entry: an unused group still has a price.
      const weight = used === undefined ? 1 : used[mean]! + 1e-6
      slots[group]! += weight * (coarse.lines.constant[mean]! - lines.constant[at]!)
      tokens[group]! +=
        (weight *
          (coarse.lines.perInput[mean]! -
            lines.perInput[at]! +
            coarse.lines.perOutput[mean]! -
            lines.perOutput[at]!)) /
        2
      weights[group]! += weight
    }
  }
  for (let group = 0; group < groups.count; group++) {
    const c = of[group]!
    const share = weights[group]! > 0 ? 1 / weights[group]! : 0
    if (rows.active[group] === 1) fine[group] = Math.max(0, y[c]! + share * slots[group]!)
    if (rows.active[rows.width + group] === 1)
      fine[rows.width + group] = Math.max(0, y[coarseRows.width + c]! + share * tokens[group]!)
    fine[2 * rows.width + group] =
      rows.active[2 * rows.width + group] === 1 ? y[2 * coarseRows.width + c]! : 0
  }
  fine[rows.budget] = y[coarseRows.budget]!
  return fine
}

/** Tokens that a fractional plan puts on each entry. */
export function usedTokens({ classes }: Problem, cells: Cells, plan: FractionalPlan): Float64Array {
  const used = new Float64Array(classes.groups.length)
  for (let cell = 0; cell < cells.count; cell++) {
    const tokens =
      (cells.start[cell + 1]! - cells.start[cell]!) * (cells.inputTokens[cell]! + cells.outputTokens[cell]!)
    for (let k = plan.start[cell]!; k < plan.start[cell + 1]!; k++)
      if (plan.entry[k]! >= 0) used[plan.entry[k]!]! += plan.share[k]! * tokens
  }
  return used
}
