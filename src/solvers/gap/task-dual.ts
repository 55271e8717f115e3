/**
 * The dual of generalised assignment with prices on tasks: each agent fills its capacity with the tasks whose prices
 * are furthest above their costs. Its value is a lower bound at any prices and, unlike that of prices on capacities,
 * may be above the linear relaxation.
 */
import { Knapsack } from './knapsack.ts'
import type { GapProblem } from './problem.ts'

/** Tables that check a bound have at most so many steps of capacity. */
const MOST_STEPS = 16_384

export class TaskDual {
  readonly problem: GapProblem
  /** By agent: sizes are counted in this many units, rounded down, so that no assignment is ruled out. */
  readonly unitsPerStep: Float64Array
  /** By agent, in steps. */
  readonly capacity: Float64Array
  readonly agents: readonly Knapsack[]
  /** How many agents the last evaluation had take each task. */
  readonly cover: Int32Array

  constructor(problem: GapProblem) {
    const { numTasks, numAgents, capacity } = problem
    this.problem = problem
    this.cover = new Int32Array(numTasks)
    this.unitsPerStep = Float64Array.from({ length: numAgents }, (_, agent) => stepOf(problem, agent))
    this.capacity = capacity.map((most, agent) => Math.floor(most / this.unitsPerStep[agent]!))
    this.agents = Array.from({ length: numAgents }, (_, agent) => this.#knapsackOf(agent))
  }

  /** The bound that these prices, >= 0, prove; says in `cover` what the agents would take. */
  value(prices: Float64Array): number {
    this.cover.fill(0)
    let sum = 0
    for (const price of prices) sum += price
    for (const knapsack of this.agents) {
      sum -= knapsack.solve(prices)
      const { tasks, taken } = knapsack
      for (let item = 0; item < tasks.length; item++) if (taken[item] === 1) this.cover[tasks[item]!]! += 1
    }
    return sum
  }

  #knapsackOf(agent: number): Knapsack {
    const { numTasks, numAgents, cost, size } = this.problem
    const tasks: number[] = []
    for (let task = 0; task < numTasks; task++)
      if (cost[task * numAgents + agent] !== Infinity) tasks.push(task)
    const step = this.unitsPerStep[agent]!
    return new Knapsack(
      {
        tasks: Int32Array.from(tasks),
        cost: Float64Array.from(tasks, (task) => cost[task * numAgents + agent]!),
        size: Float64Array.from(tasks, (task) => Math.floor(size[task * numAgents + agent]! / step)),
      },
      this.capacity[agent]!,
    )
  }
}

/** The greatest common divisor of the sizes, or one coarse enough. */
function stepOf({ numTasks, numAgents, cost, size, capacity }: GapProblem, agent: number): number {
  const most = capacity[agent]!
  if (most === Infinity) return 1
  let divisor = 0
  for (let task = 0; task < numTasks && divisor !== 1; task++) {
    const at = task * numAgents + agent
    if (cost[at] === Infinity) continue
    if (!Number.isSafeInteger(size[at]!)) divisor = 1
    for (let rest = size[at]!; rest !== 0 && divisor !== 1; ) [divisor, rest] = [rest, divisor % rest]
  }
  return Math.max(1, divisor, Math.ceil(most / MOST_STEPS))
}
