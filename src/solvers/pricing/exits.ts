/**
 * Where each task of a plan would go if it had to leave its bay, and what that costs at given prices: to the cheapest
 * group with room to spare. Tasks with dependencies have no exit; they are not moved for others.
 */
import type { Assignment } from './assignment.ts'
import type { Bays } from './bays.ts'
import type { Cells } from './cells.ts'
import type { EntryOf } from './entry-table.ts'
import type { PricedLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'

export interface ExitsInput {
  readonly problem: Problem
  readonly assignment: Assignment
  readonly bays: Bays
  readonly cells: Cells
  readonly entryOf: EntryOf
  readonly priced: PricedLines
  readonly rows: Rows
  readonly y: Float64Array
  /** See `AssignmentParts.churn`. */
  readonly churn?: { readonly origin: Int32Array; readonly usd: number }
}

export interface Exits {
  /** What leaving for the exit changes, in dollars; Infinity without one. */
  readonly cost: Float64Array
  /** Members of a bay that have an exit, cheapest first. */
  ranked(bay: number): readonly number[]
  /** A bay with room for the task where its exit leads, or -1. */
  bayFor(task: number): number
  /** To be called for every task that has moved, with the bay it left (-1: none). */
  moved(task: number, from: number): void
}

/** Groups with room kept for each cell. */
const WIDTH = 4
/**
 * What makes a group an exit: first room for so many tasks of mean size that nobody pays for; where none is left, priced
 * room, at last any for one task. Few exits that stay open are quicker than many that soon close.
 */
const STAGES = [
  { tasks: 8, isFree: true },
  { tasks: 8, isFree: false },
  { tasks: 1, isFree: false },
] as const
/** Bays of one group looked at. */
const ALIKE = 8

export function createExits(input: ExitsInput): Exits {
  const { problem, assignment, bays, cells, entryOf, priced, rows, y, churn } = input
  const { classes, instance, groups, tokens } = problem
  const { inputTokens, outputTokens } = instance.tasks
  const cost = new Float64Array(instance.tasks.count).fill(Infinity)
  const to = new Int32Array(instance.tasks.count).fill(-1)
  const lists: (number[] | undefined)[] = []
  const meanTokens = tokens.reduce((sum, own) => sum + own, 0) / Math.max(1, tokens.length)
  const nearest = new Int32Array(cells.count * WIDTH)
  const isRoomy = new Uint8Array(groups.count)
  let stage = 0

  const costAt = (task: number, at: number): number =>
    priced.constant[at]! +
    priced.perInput[at]! * inputTokens[task]! +
    priced.perOutput[at]! * outputTokens[task]!
  const roomIn = (group: number, size: number, slots = 1): number => {
    const end = bays.start[group + 1]!
    for (let bay = end - 1, last = Math.max(bays.start[group]!, end - ALIKE); bay >= last; bay--)
      if (
        assignment.load[bay]! + slots <= bays.capacityTasks[bay]! &&
        assignment.tokenLoad[bay]! + size <= bays.capacityTokens[bay]!
      )
        return bay
    return -1
  }

  const hasExit = (group: number): boolean => {
    const { tasks, isFree } = STAGES[stage]!
    if (isFree && (y[group]! > 0 || y[rows.width + group]! > 0)) return false
    return roomIn(group, tasks * meanTokens, tasks) >= 0
  }

  const findNearest = (): void => {
    nearest.fill(-1)
    const best = new Float64Array(WIDTH)
    for (let c = 0; c < cells.count; c++) {
      const base = c * WIDTH
      best.fill(Infinity)
      for (let at = classes.start[cells.classOf[c]!]!; at < classes.start[cells.classOf[c]! + 1]!; at++) {
        if (isRoomy[classes.groups[at]!] === 0) continue
        const own =
          priced.constant[at]! +
          priced.perInput[at]! * cells.inputTokens[c]! +
          priced.perOutput[at]! * cells.outputTokens[c]!
        let k = WIDTH - 1
        if (own >= best[k]!) continue
        for (; k > 0 && best[k - 1]! > own; k--) {
          best[k] = best[k - 1]!
          nearest[base + k] = nearest[base + k - 1]!
        }
        best[k] = own
        nearest[base + k] = classes.groups[at]!
      }
    }
  }

  const find = (task: number): void => {
    const bay = assignment.bayOf[task]!
    const row = classes.ofTask[task]!
    cost[task] = Infinity
    to[task] = -1
    if (bay < 0 || classes.linked[row] === 1) return
    const base = cells.ofTask[task]! * WIDTH
    const group = bays.groupOf[bay]!
    const own = costAt(task, entryOf(row, group))
    const stays = churn !== undefined && churn.origin[task] === bay ? churn.usd : 0
    for (let k = 0; k < WIDTH; k++) {
      const other = nearest[base + k]!
      if (other < 0 || other === group || groups.tokenLimit[other]! < tokens[task]!) continue
      const change = costAt(task, entryOf(row, other)) - own + stays
      if (change < cost[task]!) [cost[task], to[task]] = [change, other]
    }
  }

  /** Sends those that would have gone to the group elsewhere. */
  const close = (group: number): void => {
    isRoomy[group] = 0
    findNearest()
    for (let task = 0; task < to.length; task++) {
      if (to[task] !== group) continue
      find(task)
      const bay = assignment.bayOf[task]!
      if (bay >= 0) lists[bay] = undefined
    }
  }

  /** Where the task is in its bay's list, or belongs. */
  const rankOf = (list: readonly number[], task: number): number => {
    let [low, high] = [0, list.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = list[middle]!
      if (cost[other]! < cost[task]! || (cost[other] === cost[task] && other < task)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Opens the exits that have the room needed; false when there are none. */
  const open = (): boolean => {
    for (let group = 0; group < groups.count; group++) isRoomy[group] = hasExit(group) ? 1 : 0
    findNearest()
    for (let task = 0; task < cost.length; task++) find(task)
    lists.length = 0
    return isRoomy.includes(1)
  }

  const reopen = (): void => {
    while (!open() && stage + 1 < STAGES.length) stage++
  }

  reopen()
  return {
    cost,
    ranked(bay) {
      const known = lists[bay]
      if (known !== undefined) return known
      const list = assignment.members(bay).filter((task) => cost[task] !== Infinity)
      list.sort((a, b) => cost[a]! - cost[b]! || a - b)
      lists[bay] = list
      return list
    },
    bayFor: (task) => (to[task]! < 0 ? -1 : roomIn(to[task]!, tokens[task]!)),
    moved(task, from) {
      if (from >= 0) {
        const list = lists[from]
        if (list?.length && cost[task] !== Infinity) list.splice(rankOf(list, task), 1)
      }
      const bay = assignment.bayOf[task]!
      find(task)
      const list = lists[bay]
      if (list !== undefined && cost[task] !== Infinity) list.splice(rankOf(list, task), 0, task)
      const group = bays.groupOf[bay]!
      if (isRoomy[group] === 0 || hasExit(group)) return
      close(group)
      if (!isRoomy.includes(1)) reopen()
    },
  }
}
