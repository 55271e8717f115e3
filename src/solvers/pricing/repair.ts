/**
 * Makes an assignment strictly feasible where moves within reach allow it: bays over capacity, tasks without a bay and
 * budgets, at very high overload prices, by the best shift or exchange each time. Prices rise on what resists.
 */
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import type { Assignment, OverloadPrices } from './assignment.ts'
import type { Bays } from './bays.ts'
import type { Problem } from './problem.ts'

export interface RepairInput {
  readonly problem: Problem
  readonly assignment: Assignment
  readonly bays: Bays
  readonly prices: OverloadPrices
  readonly context: SolveContext
}

const MOST_ROUNDS = 60
/** Bays of one group looked at per task; they are alike but for their loads. */
const MOST_BAYS = 8
/** Exchange partners looked at per task and bay. */
const PARTNERS = 6

/** True when nothing is over capacity or budget and every task that must has a bay. */
export async function repair(input: RepairInput): Promise<boolean> {
  const { problem, assignment, bays, prices, context } = input
  const mayDrop = problem.instance.policy.unassignedUsd !== Infinity
  let looked = 0
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let wrong = 0
    for (let task = 0; task < assignment.bayOf.length; task++)
      if (assignment.bayOf[task]! < 0 && (!mayDrop || round === 0)) {
        if ((++looked & 255) === 0) {
          await context.breathe()
          if (mustStop(context)) return false
        }
        const move = bestShift(input, task)
        if (move.bay >= 0 && (!mayDrop || move.delta < 0)) assignment.shift(task, move.bay)
        else if (!mayDrop) wrong++
      }
    if (mustStop(context)) break
    for (let bay = 0; bay < bays.count; bay++) {
      if (assignment.overload(bay) === 0) continue
      if (!relieve(input, bay)) {
        wrong++
        prices.slots[bay]! *= 2
        prices.tokens[bay]! *= 2
      }
      await context.breathe()
      if (mustStop(context)) return !anyOver(input) && !assignment.bayOf.includes(-1)
    }
    if (assignment.overBudget() > 0) {
      prices.budget = Math.max(prices.budget * 2, 1)
      for (const [group, price] of prices.poolBudget.entries())
        prices.poolBudget[group] = Math.max(price * 2, 1)
      save(input, round)
      if (assignment.overBudget() > 0) wrong++
    }
    if (wrong === 0 && !anyOver(input)) return true
    if (mustStop(context)) break
    await context.breathe()
  }
  return !anyOver(input) && (mayDrop || !assignment.bayOf.includes(-1))
}

function anyOver({ assignment, bays }: RepairInput): boolean {
  for (let bay = 0; bay < bays.count; bay++) if (assignment.overload(bay) > 0) return true
  return assignment.overBudget() > 0
}

/** The best place for a task over all groups it may go to. */
function bestShift(
  { problem, assignment, bays, context }: RepairInput,
  task: number,
): { bay: number; delta: number } {
  const { classes } = problem
  const row = classes.ofTask[task]!
  let best = { bay: -1, delta: Infinity }
  for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
    const group = classes.groups[at]!
    const size = bays.start[group + 1]! - bays.start[group]!
    const first = size > MOST_BAYS ? context.rng.nextInt(size) : 0
    for (let k = 0; k < Math.min(size, MOST_BAYS); k++) {
      const bay = bays.start[group]! + ((first + k) % size)
      const delta = assignment.shiftDelta(task, bay)
      if (delta < best.delta) best = { bay, delta }
    }
  }
  return best
}

/** Moves tasks off a bay by the best shift or exchange until it is within capacity; false when none helps. */
function relieve(input: RepairInput, bay: number): boolean {
  const { assignment, bays, problem, context } = input
  const { classes } = problem
  for (let guard = 0; assignment.overload(bay) > 0; guard++) {
    if (guard > 200 || mustStop(context)) return false
    let best = { task: -1, bay: -1, other: -1, delta: -1e-15 }
    for (const task of assignment.members(bay)) {
      const shift = bestShift(input, task)
      if (shift.delta < best.delta) best = { task, bay: shift.bay, other: -1, delta: shift.delta }
    }
    if (best.task < 0) {
      for (const task of assignment.members(bay)) {
        const row = classes.ofTask[task]!
        for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
          const group = classes.groups[at]!
          const size = bays.start[group + 1]! - bays.start[group]!
          const first = size > MOST_BAYS ? context.rng.nextInt(size) : 0
          for (let b = 0; b < Math.min(size, MOST_BAYS); b++) {
            const to = bays.start[group]! + ((first + b) % size)
            const partners = assignment.members(to)
            if (to === bay || partners.length === 0) continue
            for (let k = 0; k < PARTNERS; k++) {
              const other = partners[context.rng.nextInt(partners.length)]!
              const delta = assignment.swapDelta(task, other)
              if (delta < best.delta) best = { task, bay: -1, other, delta }
            }
          }
        }
      }
    }
    if (best.task < 0) return false
    if (best.other >= 0) assignment.swap(best.task, best.other)
    else assignment.shift(best.task, best.bay)
  }
  return true
}

/** Moves that spend less, cheapest in cost per dollar saved first by the rising price of the budget. */
function save(input: RepairInput, round: number): void {
  const { assignment } = input
  const count = assignment.bayOf.length
  const from = input.context.rng.nextInt(count)
  for (let k = 0; k < count && assignment.overBudget() > 0; k++) {
    if ((k & 255) === 255 && mustStop(input.context)) return
    const task = (from + k) % count
    const move = bestShift(input, task)
    if (move.bay >= 0 && move.delta < (round > 20 ? 0 : -1e-12)) assignment.shift(task, move.bay)
  }
}
