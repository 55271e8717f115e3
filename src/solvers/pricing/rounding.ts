/**
 * From the fractional plan to a whole one by error diffusion: tasks are taken from the largest down, and each goes to
 * the group that is furthest behind its share so far. Linked tasks go first, parents before children, within the
 * qualities their neighbours leave them.
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import type { Assignment } from './assignment.ts'
import type { Bays } from './bays.ts'
import type { Cells } from './cells.ts'
import { hasDependencies } from './classes.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'
import type { FractionalPlan } from './smooth-dual.ts'

export interface RoundingInput {
  readonly problem: Problem
  readonly cells: Cells
  readonly bays: Bays
  readonly rows: Rows
  readonly y: Float64Array
  readonly plan: FractionalPlan
  readonly context: RunContext
}

/** A cell owes a group a task once this much of one has added up; what is less waits. */
const OWED = 0.05

/** Entries looked at between two looks at the clock. */
const SLICE = 1e6

/**
 * Fills an empty assignment; capacities may end up exceeded, qualities never fall along hard edges. False when the time
 * ended before the last task had a place.
 */
export async function round(input: RoundingInput, assignment: Assignment): Promise<boolean> {
  const { problem, cells, bays, rows, y, plan, context } = input
  const { instance, classes, tokens, groups } = problem
  const behind = new Float64Array(groups.count)
  const behindTokens = new Float64Array(groups.count)
  // What each cell owes its groups: without it a task might go where hardly any of its like belong.
  const owed = new Float64Array(plan.entry.length)
  const pick = createBayPicker(bays, assignment)

  let looked = 0
  const mustEnd = async (task: number): Promise<boolean> => {
    const cell = cells.ofTask[task]!
    looked += 1 + plan.start[cell + 1]! - plan.start[cell]!
    if (looked < SLICE) return false
    looked = 0
    await context.breathe()
    return mustStop(context)
  }

  /** Adds the task's shares to what groups are owed and gives it to the one owed most among those that fit. */
  const take = (task: number, fits: (at: number) => boolean, otherwise = fits): void => {
    const cell = cells.ofTask[task]!
    const size = tokens[task]!
    let [best, bestScore, from, isOwed] = [-2, -Infinity, -1, false]
    for (let k = plan.start[cell]!; k < plan.start[cell + 1]!; k++) {
      const at = plan.entry[k]!
      if (at < 0) {
        if (plan.share[k]! > 0.5) best = -1
        continue
      }
      const group = classes.groups[at]!
      behind[group]! += plan.share[k]!
      behindTokens[group]! += plan.share[k]! * size
      owed[k]! += plan.share[k]!
      if (groups.tokenLimit[group]! < size || !fits(at)) continue
      const [slots, perToken] = [y[group]!, y[rows.width + group]! * size]
      const priced = slots + perToken
      const weight = priced > 0 ? perToken / priced : 0.5
      const score = (1 - weight) * behind[group]! + (weight * behindTokens[group]!) / Math.max(size, 1)
      const mayTake = owed[k]! >= OWED
      if (best >= -1 && isOwed && !mayTake) continue
      if (best >= -1 && isOwed === mayTake && score <= bestScore) continue
      best = at
      bestScore = score
      from = k
      isOwed = mayTake
    }
    if (best === -1) return
    if (best < 0) [best, from] = [cheapest(input, task, otherwise), -1]
    if (best < 0) return
    if (from >= 0) owed[from]! -= 1
    const group = classes.groups[best]!
    behind[group]! -= 1
    behindTokens[group]! -= size
    assignment.shift(task, pick(group, size))
  }

  // One quantile for all tasks of a tree: as the qualities of children are never likely to be lower than their
  // parents', the same quantile of each keeps every edge and, over the trees, every task's shares.
  const quantile = treeQuantiles(problem)
  if (hasDependencies(instance))
    for (const task of instance.dependencies.topologicalOrder) {
      if (classes.linked[classes.ofTask[task]!] === 0) continue
      if (await mustEnd(task)) return false
      const level = qualityAt(input, cells.ofTask[task]!, quantile[task]!)
      const fits = (at: number): boolean => assignment.fits(task, classes.groups[at]!, -1)
      take(task, (at) => classes.quality[at] === level && fits(at), fits)
    }
  const order = Int32Array.from({ length: cells.count }, (_, c) => c)
  const size = (c: number): number => cells.inputTokens[c]! + cells.outputTokens[c]!
  order.sort((a, b) => size(b) - size(a) || a - b)
  for (const c of order) {
    if (cells.linked[c] === 1) continue
    for (let k = cells.start[c]!; k < cells.start[c + 1]!; k++) {
      if (await mustEnd(cells.tasks[k]!)) return false
      take(cells.tasks[k]!, () => true)
    }
  }
  return true
}

/** Evenly spread numbers in (0, 1), the same for all tasks of a tree. */
function treeQuantiles({ forest, instance }: Problem): Float64Array {
  const quantile = new Float64Array(instance.tasks.count).fill(0.5)
  for (let tree = 0; tree + 1 < forest.trees.length; tree++) {
    // Multiples of the golden ratio fill the interval without gaps at any length.
    const own = ((tree + 0.5) * 0.6180339887498949) % 1
    for (let node = forest.trees[tree]!; node < forest.trees[tree + 1]!; node++)
      quantile[forest.task[node]!] = own
  }
  return quantile
}

/** The quality at that quantile of a cell's shares; they are in order of rising quality. */
function qualityAt({ plan, problem }: RoundingInput, cell: number, quantile: number): number {
  let sum = 0
  let quality = Number.NaN
  for (let k = plan.start[cell]!; k < plan.start[cell + 1]!; k++) {
    if (plan.entry[k]! < 0) continue
    quality = problem.classes.quality[plan.entry[k]!]!
    sum += plan.share[k]!
    if (sum >= quantile) return quality
  }
  return quality
}

/** The entry of least priced cost that fits, whatever the fractional plan says; -1 when there is none. */
function cheapest({ problem, rows, y }: RoundingInput, task: number, fits: (at: number) => boolean): number {
  const { classes, lines, instance, tokens, groups } = problem
  const row = classes.ofTask[task]!
  let [best, least] = [-1, Infinity]
  for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
    const group = classes.groups[at]!
    if (groups.tokenLimit[group]! < tokens[task]! || !fits(at)) continue
    const cost =
      lines.constant[at]! +
      lines.perInput[at]! * instance.tasks.inputTokens[task]! +
      lines.perOutput[at]! * instance.tasks.outputTokens[task]! +
      y[group]! +
      y[rows.width + group]! * tokens[task]!
    if (cost < least) [best, least] = [at, cost]
  }
  return best
}

/** Picks the bay of a group with the most room among a few that take turns. */
export function createBayPicker(
  bays: Bays,
  assignment: Assignment,
): (group: number, tokens: number) => number {
  const next = bays.start.slice()
  return (group, tokens) => {
    const [begin, end] = [bays.start[group]!, bays.start[group + 1]!]
    if (end - begin === 1) return begin
    let [best, bestRoom] = [begin, -Infinity]
    for (let k = 0; k < Math.min(8, end - begin); k++) {
      if (++next[group]! >= end) next[group] = begin
      const bay = next[group]!
      const room = Math.min(
        (bays.capacityTokens[bay]! - assignment.tokenLoad[bay]! - tokens) / bays.capacityTokens[bay]!,
        (bays.capacityTasks[bay]! - assignment.load[bay]! - 1) / Math.max(1, bays.capacityTasks[bay]!),
      )
      if (room > bestRoom || Number.isNaN(room)) [best, bestRoom] = [bay, room]
    }
    return best
  }
}
