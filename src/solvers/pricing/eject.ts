/**
 * Finds places for tasks that have none in a plan that is nearly full. A task goes to a bay with room, or takes the
 * place of others there that themselves go where there is room, whatever costs least at given prices. Nothing exceeds
 * its capacity on the way, and nothing else moves.
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import type { Assignment } from './assignment.ts'
import type { Bays } from './bays.ts'
import type { Cells } from './cells.ts'
import type { EntryOf } from './entry-table.ts'
import { createExits } from './exits.ts'
import { createPricedLines, priceLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'

export interface EjectInput {
  readonly problem: Problem
  readonly assignment: Assignment
  readonly bays: Bays
  readonly cells: Cells
  readonly entryOf: EntryOf
  readonly rows: Rows
  readonly y: Float64Array
  /** See `AssignmentParts.churn`. */
  readonly churn?: { readonly origin: Int32Array; readonly usd: number }
  readonly context: RunContext
}

/** Bays of one group looked at; they are alike but for their loads. */
const ALIKE = 8

/** Places what it can of `tasks`, in their order; returns those that found no place. */
export async function placeByEjection(input: EjectInput, tasks: Iterable<number>): Promise<number[]> {
  const { context } = input
  const place = createEjection(input)
  const left: number[] = []
  let looked = 0
  for (const task of tasks) {
    if ((++looked & 31) === 0) await context.breathe()
    if (mustStop(context) || !place(task)) left.push(task)
  }
  return left
}

/** Returns a function that places one task; false when it finds no place. */
function createEjection(input: EjectInput): (task: number) => boolean {
  const { problem, assignment, bays, rows, y, churn } = input
  const { classes, groups, instance, tokens } = problem
  const { inputTokens, outputTokens } = instance.tasks
  const { unassignedUsd, dependency } = instance.policy
  const priced = createPricedLines(problem)
  priceLines(problem, rows, { y, out: priced })
  const exits = createExits({ ...input, priced })
  // The best place so far: a bay, what it costs, and who leaves to make room there (-1: nobody).
  let [best, bestUsd, leaver] = [-1, Infinity, -1]
  // The places of one task: bay, priced cost without what making room costs, and the least it may cost with that.
  const places = new Int32Array(groups.count * ALIKE)
  const priceOf = new Float64Array(groups.count * ALIKE)
  const leastOf = new Float64Array(groups.count * ALIKE)
  let turn = 0

  /** Takes the bay with the member that makes room there at least cost, when that is better than the best so far. */
  const consider = (task: number, bay: number, usd: number): void => {
    const size = tokens[task]!
    const isFull = assignment.load[bay]! + 1 > bays.capacityTasks[bay]!
    const missing = assignment.tokenLoad[bay]! + size - bays.capacityTokens[bay]!
    if (!isFull && missing <= 0) {
      if (usd < bestUsd) [best, bestUsd, leaver] = [bay, usd, -1]
      return
    }
    const perToken = y[rows.width + bays.groupOf[bay]!]!
    const spare = perToken > 0 ? perToken * (size - missing) : 0
    for (const member of exits.ranked(bay)) {
      const cost = usd + exits.cost[member]!
      if (cost - spare >= bestUsd) return
      // Who leaves more room than is taken leaves it to others at its price.
      const total = cost + perToken * (tokens[member]! - size)
      if (tokens[member]! < missing || total >= bestUsd || exits.bayFor(member) < 0) continue
      ;[best, bestUsd, leaver] = [bay, total, member]
    }
  }

  /** No place in the bay costs less than this. */
  const leastAt = (task: number, bay: number, usd: number): number => {
    const free = bays.capacityTokens[bay]! - assignment.tokenLoad[bay]!
    if (assignment.load[bay]! + 1 <= bays.capacityTasks[bay]! && free >= tokens[task]!) return usd
    const first = exits.ranked(bay)[0]
    const perToken = y[rows.width + bays.groupOf[bay]!]!
    return first === undefined ? Infinity : usd + exits.cost[first]! - (perToken > 0 ? perToken * free : 0)
  }

  /** Writes down the places of a task; returns how many. */
  const list = (task: number): number => {
    const row = classes.ofTask[task]!
    const isLinked = classes.linked[row] === 1
    const home = churn?.origin[task] ?? -1
    let count = 0
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      const group = classes.groups[at]!
      if (groups.tokenLimit[group]! < tokens[task]!) continue
      if (isLinked && !assignment.fits(task, group, -1)) continue
      const usd =
        priced.constant[at]! +
        priced.perInput[at]! * inputTokens[task]! +
        priced.perOutput[at]! * outputTokens[task]!
      const first = bays.start[group]!
      const size = bays.start[group + 1]! - first
      for (let k = 0; k < Math.min(ALIKE, size); k++) {
        const bay = first + ((turn + k) % size)
        places[count] = bay
        priceOf[count] = bay === home ? usd - churn!.usd : usd
        leastOf[count] = leastAt(task, bay, priceOf[count]!)
        count++
      }
    }
    return count
  }

  const search = (task: number): void => {
    ;[best, bestUsd, leaver] = [-1, unassignedUsd, -1]
    const count = list(task)
    // The most promising first: the others need only be looked at where they promise more than it keeps.
    let promising = 0
    for (let k = 1; k < count; k++) if (leastOf[k]! < leastOf[promising]!) promising = k
    if (count > 0) consider(task, places[promising]!, priceOf[promising]!)
    for (let k = 0; k < count; k++) if (leastOf[k]! < bestUsd) consider(task, places[k]!, priceOf[k]!)
  }

  return (task) => {
    if (dependency.mode === 'soft' && classes.linked[classes.ofTask[task]!] === 1) return false
    turn++
    search(task)
    if (best < 0) return false
    const [bay, member] = [best, leaver]
    if (member >= 0) {
      assignment.shift(member, exits.bayFor(member))
      exits.moved(member, bay)
    }
    assignment.shift(task, bay)
    exits.moved(task, -1)
    return true
  }
}
