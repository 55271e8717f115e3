/** What is left of a problem when pairs are ruled out: tasks with one agent left are placed, the rest is a problem. */
import type { GapProblem } from './problem.ts'

export interface Restricted {
  readonly problem: GapProblem
  /** Tasks of the whole problem, by task of this one. */
  readonly taskOf: Int32Array
  /** By task of the whole problem: its only agent, or -1. */
  readonly agentOf: Int32Array
  /** Cost of the tasks that are placed. */
  readonly placedUsd: number
}

/** @returns undefined when some task has no agent left that it fits */
export function restrict(problem: GapProblem, open: Uint8Array): Restricted | undefined {
  const { numTasks, numAgents, cost, size } = problem
  // Sizes that are no whole numbers are subtracted with rounding, which must not rule anything out.
  const capacity = problem.wholeSizes
    ? problem.capacity.slice()
    : problem.capacity.map((most) => most * (1 + 1e-12))
  const agentOf = new Int32Array(numTasks).fill(-1)
  let [placedUsd, placed] = [0, true]
  // A task that is placed may leave no room for others, which then have one agent less.
  while (placed) {
    placed = false
    for (let task = 0; task < numTasks; task++) {
      if (agentOf[task]! >= 0) continue
      let [count, last] = [0, -1]
      for (let agent = 0; agent < numAgents; agent++) {
        const at = task * numAgents + agent
        if (open[at] === 0 || size[at]! > capacity[agent]!) continue
        count += 1
        last = agent
      }
      if (count === 0) return undefined
      if (count > 1) continue
      agentOf[task] = last
      capacity[last]! -= size[task * numAgents + last]!
      placedUsd += cost[task * numAgents + last]!
      placed = true
    }
  }
  const taskOf = Int32Array.from({ length: numTasks }, (_, task) => task).filter((task) => agentOf[task]! < 0)
  const left = new Float64Array(taskOf.length * numAgents).fill(Infinity)
  const sizes = new Float64Array(taskOf.length * numAgents)
  taskOf.forEach((task, k) => {
    for (let agent = 0; agent < numAgents; agent++) {
      const at = task * numAgents + agent
      if (open[at] === 0 || size[at]! > capacity[agent]!) continue
      left[k * numAgents + agent] = cost[at]!
      sizes[k * numAgents + agent] = size[at]!
    }
  })
  return {
    problem: { ...problem, numTasks: taskOf.length, cost: left, size: sizes, capacity },
    taskOf,
    agentOf,
    placedUsd,
  }
}
