/** A first assignment before any search: the largest tasks first, each where it is cheapest among those with room. */
import type { GapProblem } from './problem.ts'

/** @returns undefined where some task finds no room that way */
export function firstFit(problem: GapProblem, prices: Float64Array): Int32Array | undefined {
  const { numTasks, numAgents, cost, size, capacity } = problem
  const left = capacity.slice()
  const largest = new Float64Array(numTasks)
  for (let task = 0; task < numTasks; task++)
    for (let at = task * numAgents; at < (task + 1) * numAgents; at++)
      if (cost[at] !== Infinity) largest[task] = Math.max(largest[task]!, size[at]!)
  const order = Int32Array.from({ length: numTasks }, (_, task) => task)
  order.sort((a, b) => largest[b]! - largest[a]! || a - b)
  const agentOf = new Int32Array(numTasks)
  for (const task of order) {
    let [best, least] = [-1, Infinity]
    for (let agent = 0; agent < numAgents; agent++) {
      const at = task * numAgents + agent
      const value = cost[at]! + prices[agent]! * size[at]!
      if (value < least && size[at]! <= left[agent]!) [best, least] = [agent, value]
    }
    if (best < 0) return undefined
    agentOf[task] = best
    left[best]! -= size[task * numAgents + best]!
  }
  return agentOf
}
