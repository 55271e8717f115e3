/**
 * Finds good prices of tasks: steps along an average of the latest subgradients, as long as the distance to a target
 * suggests, shorter and back at the best prices whenever they lead nowhere for a while.
 *
 * After Barahona and Anbil, "The volume algorithm", Mathematical Programming 87 (2000), and Polyak's step.
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { TaskDual } from './task-dual.ts'

export interface AscentOptions {
  /** Prices to start from. */
  readonly prices: Float64Array
  /** An objective that is known, or hoped for. */
  readonly target: number
  readonly mostSteps: number
  /** Stops as soon as the bound is above this. */
  readonly enough: number
  /** Steps without a better bound before they become shorter. Default 40. */
  readonly patience?: number
  /** Of the first step, relative to Polyak's. Default 1. */
  readonly firstLength?: number
}

export interface TaskPriceBound {
  readonly prices: Float64Array
  readonly bound: number
  readonly steps: number
}

/** Weight of the newest subgradient. */
const NEWEST = 0.3
const SHORTER = 0.75
/** Relative length at which it ends. */
const SHORTEST = 1e-4
/** Part of the distance to the target that counts as better. */
const PROGRESS = 1e-3

export async function ascend(
  dual: TaskDual,
  { prices: start, target, mostSteps, enough, patience = 40, firstLength = 1 }: AscentOptions,
  context: RunContext,
): Promise<TaskPriceBound> {
  const { numTasks } = dual.problem
  const prices = start.slice()
  const direction = new Float64Array(numTasks)
  const pacer = createPacer(context)
  let best = { prices: start, bound: Number.NEGATIVE_INFINITY }
  let [steps, waited, length] = [0, 0, firstLength]
  while (steps < mostSteps && length > SHORTEST) {
    const bound = dual.value(prices)
    steps += 1
    waited = bound > best.bound + PROGRESS * Math.abs(target - best.bound) ? 0 : waited + 1
    if (bound > best.bound) best = { prices: prices.slice(), bound }
    if (best.bound > enough || mustStop(context)) break
    if (pacer.isDue() && (await pacer.pause())) break
    if (waited >= patience) {
      length *= SHORTER
      waited = 0
      prices.set(best.prices)
      direction.fill(0)
      continue
    }
    let square = 0
    for (let task = 0; task < numTasks; task++) {
      direction[task] = NEWEST * (1 - dual.cover[task]!) + (1 - NEWEST) * direction[task]!
      square += direction[task]! ** 2
    }
    if (square === 0) break
    const step = (length * Math.max(target - bound, 1e-9 * Math.abs(target))) / square
    for (let task = 0; task < numTasks; task++)
      prices[task] = Math.max(0, prices[task]! + step * direction[task]!)
  }
  return { ...best, steps }
}
