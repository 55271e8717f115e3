/**
 * A smaller fleet to find first prices on: groups that may do the same classes of tasks at the same quality become one
 * with mean costs and summed capacity. Only a start for the search: no bound is ever taken from it.
 */
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'

export interface CoarseFleet {
  readonly problem: Problem
  /** Coarse group of each group. */
  readonly of: Int32Array
}

const COARSE_BUDGET = 1.15

/** The coarse fleet, or undefined when it would not be much smaller. */
export function coarsenFleet(problem: Problem): CoarseFleet | undefined {
  const { groups, classes } = problem
  const of = cluster(problem)
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
  const marks: string[][] = Array.from({ length: groups.count }, () => [])
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

/** Prices of the fleet from those of the coarse one: members differ in price by what they differ in cost. */
export function refinePrices(
  problem: Problem,
  { of, problem: coarse }: CoarseFleet,
  { rows, coarseRows, y }: { rows: Rows; coarseRows: Rows; y: Float64Array },
): Float64Array {
  const { groups, classes, lines } = problem
  const fine = new Float64Array(rows.count)
  const [slots, tokens, entries] = [
    new Float64Array(groups.count),
    new Float64Array(groups.count),
    new Float64Array(groups.count),
  ]
  for (let row = 0; row < classes.count; row++) {
    const place = new Map<number, number>()
    for (let at = coarse.classes.start[row]!; at < coarse.classes.start[row + 1]!; at++)
      place.set(coarse.classes.groups[at]!, at)
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      const group = classes.groups[at]!
      const mean = place.get(of[group]!)!
      slots[group]! += coarse.lines.constant[mean]! - lines.constant[at]!
      tokens[group]! +=
        (coarse.lines.perInput[mean]! -
          lines.perInput[at]! +
          coarse.lines.perOutput[mean]! -
          lines.perOutput[at]!) /
        2
      entries[group]! += 1
    }
  }
  for (let group = 0; group < groups.count; group++) {
    const c = of[group]!
    const share = 1 / Math.max(1, entries[group]!)
    if (rows.active[group] === 1) fine[group] = Math.max(0, y[c]! + share * slots[group]!)
    if (rows.active[rows.width + group] === 1)
      fine[rows.width + group] = Math.max(0, y[coarseRows.width + c]! + share * tokens[group]!)
    fine[2 * rows.width + group] =
      rows.active[2 * rows.width + group] === 1 ? y[2 * coarseRows.width + c]! : 0
  }
  fine[rows.budget] = y[coarseRows.budget]!
  return fine
}
