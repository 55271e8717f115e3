/**
 * Prices of the capacities by Lagrangian duality, to the quality of the linear relaxation: Newton steps on the dual
 * smoothed by entropy, the temperature falling until what smoothing loses is negligible.
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import type { GapProblem } from './problem.ts'
import { solveSymmetric } from './solve-symmetric.ts'

export interface CapacityPrices {
  /** Dollars per unit of size, by agent; 0 where nothing limits the agent. */
  readonly prices: Float64Array
  /** What they prove, in doubles: sum of least priced costs - sum of price x capacity. */
  readonly bound: number
  readonly steps: number
  /** True when the bound is above every assignment: no plan exists. */
  readonly infeasible: boolean
}

/** The temperature falls by this factor from stage to stage. */
const COOLING = 0.4
/** Newton steps a stage may take. */
const STEPS = 12
/** Stages end when the smoothed value may still miss this share of the bound. */
const TOLERANCE = 1e-7
/** Of all terms of a bound. */
const ROUNDING = 1e-9
/** Shares of a task below exp(-this) count as nothing. */
const NEGLIGIBLE = 30

export async function capacityPrices(problem: GapProblem, context: RunContext): Promise<CapacityPrices> {
  const { numTasks, capacity } = problem
  const dual = createSmoothDual(problem, context)
  const ceiling = dearest(problem)
  let prices: Float64Array = new Float64Array(problem.numAgents)
  let best = { prices, bound: boundAt(problem, prices) }
  let steps = 0
  let temperature = 0.25 * spread(problem)
  const isFree = capacity.some((most) => most !== Infinity)
  while (isFree && temperature > 0 && !mustStop(context)) {
    for (let step = 0; step < STEPS; step++) {
      const next = await dual.step(prices, temperature)
      steps += 1
      prices = next.prices
      if (next.gain <= 1e-10 * Math.abs(best.bound)) break
      await context.breathe()
      if (mustStop(context)) break
    }
    const bound = boundAt(problem, prices)
    if (bound > best.bound) best = { prices, bound }
    if (best.bound > ceiling) break
    const missed = dual.smoothingLoss(prices, temperature)
    if (missed <= TOLERANCE * Math.max(Math.abs(bound), 1e-9 * numTasks)) break
    temperature *= COOLING
  }
  // What is left after large terms cancel may be rounding.
  const rent = capacity.reduce(
    (sum, most, agent) => sum + (best.prices[agent]! > 0 ? best.prices[agent]! * most : 0),
    0,
  )
  return { ...best, steps, infeasible: best.bound > ceiling + ROUNDING * (ceiling + rent) }
}

/** The value of the dual at these prices, in doubles. */
export function boundAt(
  { numTasks, numAgents, cost, size, capacity }: GapProblem,
  prices: Float64Array,
): number {
  let sum = 0
  for (let task = 0; task < numTasks; task++) {
    const from = task * numAgents
    let least = Infinity
    for (let agent = 0; agent < numAgents; agent++) {
      const value = cost[from + agent]! + prices[agent]! * size[from + agent]!
      if (value < least) least = value
    }
    sum += least
  }
  for (let agent = 0; agent < numAgents; agent++)
    if (prices[agent]! > 0) sum -= prices[agent]! * capacity[agent]!
  return sum
}

/** No assignment costs more. */
function dearest({ numTasks, numAgents, cost }: GapProblem): number {
  let sum = 0
  for (let task = 0; task < numTasks; task++) {
    let most = -Infinity
    for (let at = task * numAgents; at < (task + 1) * numAgents; at++)
      if (cost[at] !== Infinity) most = Math.max(most, cost[at]!)
    sum += most
  }
  return sum
}

/** Mean difference between a task's dearest and cheapest agent. */
function spread({ numTasks, numAgents, cost }: GapProblem): number {
  let sum = 0
  for (let task = 0; task < numTasks; task++) {
    let [least, most] = [Infinity, -Infinity]
    for (let at = task * numAgents; at < (task + 1) * numAgents; at++) {
      if (cost[at] === Infinity) continue
      least = Math.min(least, cost[at]!)
      most = Math.max(most, cost[at]!)
    }
    sum += most - least
  }
  return Math.max(sum / Math.max(1, numTasks), 1e-9)
}

interface SmoothDual {
  /** One damped Newton step from `prices`; `gain` is what the smoothed value rose, 0 also when it had to stop. */
  step(prices: Float64Array, temperature: number): Promise<{ prices: Float64Array; gain: number }>
  /** By how much the smoothed value is below the exact one. */
  smoothingLoss(prices: Float64Array, temperature: number): number
}

function createSmoothDual(problem: GapProblem, context: RunContext): SmoothDual {
  const { numTasks, numAgents: m, cost, size, capacity } = problem
  const share = new Float64Array(m)
  const active = new Int32Array(m)
  const gradient = new Float64Array(m)
  const hessian = new Float64Array(m * m)

  /** Smoothed value of one task; fills `share` and `active`, returns it with the number of active agents. */
  let used = 0
  let least = 0
  const look = (task: number, prices: Float64Array, temperature: number): number => {
    const from = task * m
    least = Infinity
    for (let agent = 0; agent < m; agent++) {
      const value = cost[from + agent]! + prices[agent]! * size[from + agent]!
      share[agent] = value
      if (value < least) least = value
    }
    const limit = least + NEGLIGIBLE * temperature
    let sum = 0
    used = 0
    for (let agent = 0; agent < m; agent++) {
      if (share[agent]! > limit) continue
      const weight = Math.exp((least - share[agent]!) / temperature)
      share[used] = weight
      active[used++] = agent
      sum += weight
    }
    for (let k = 0; k < used; k++) share[k]! /= sum
    return least - temperature * Math.log(sum)
  }
  const rent = (prices: Float64Array): number => {
    let sum = 0
    for (let agent = 0; agent < m; agent++) if (prices[agent]! > 0) sum += prices[agent]! * capacity[agent]!
    return sum
  }
  const valueAt = (prices: Float64Array, temperature: number): number => {
    let sum = -rent(prices)
    for (let task = 0; task < numTasks; task++) sum += look(task, prices, temperature)
    return sum
  }
  /** Some 20 ms of work. */
  const slice = Math.max(16, Math.ceil(1e7 / (m * m)))
  /** undefined when it had to stop. */
  const derive = async (prices: Float64Array, temperature: number): Promise<number | undefined> => {
    let sum = -rent(prices)
    for (let agent = 0; agent < m; agent++) gradient[agent] = -capacity[agent]!
    hessian.fill(0)
    for (let task = 0; task < numTasks; task++) {
      if (task % slice === slice - 1) {
        await context.breathe()
        if (mustStop(context)) return undefined
      }
      sum += look(task, prices, temperature)
      const from = task * m
      for (let k = 0; k < used; k++) {
        const agent = active[k]!
        const own = share[k]! * size[from + agent]!
        gradient[agent]! += own
        hessian[agent * m + agent]! += (own * size[from + agent]!) / temperature
        // Kept for the products below.
        share[k] = own
      }
      for (let k = 0; k < used; k++) {
        const row = active[k]! * m
        const own = share[k]! / temperature
        if (own === 0) continue
        for (let l = 0; l < used; l++) hessian[row + active[l]!]! -= own * share[l]!
      }
    }
    return sum
  }

  return {
    async step(prices, temperature) {
      const before = await derive(prices, temperature)
      if (before === undefined) return { prices, gain: 0 }
      const rows: number[] = []
      for (let agent = 0; agent < m; agent++)
        if (capacity[agent] !== Infinity && (prices[agent]! > 0 || gradient[agent]! > 0)) rows.push(agent)
      const direction = solveSymmetric(hessian, m, rows, gradient)
      for (let length = 1; length > 1e-4; length /= 2) {
        const next = prices.slice()
        rows.forEach((agent, k) => {
          next[agent] = Math.max(0, prices[agent]! + length * direction[k]!)
        })
        const gain = valueAt(next, temperature) - before
        if (gain > 0) return { prices: next, gain }
      }
      return { prices, gain: 0 }
    },
    smoothingLoss(prices, temperature) {
      let sum = 0
      for (let task = 0; task < numTasks; task++) {
        const smooth = look(task, prices, temperature)
        sum += least - smooth
      }
      return sum
    },
  }
}
