/** What prices say of every pair: its reduced cost, the few agents a task may profit from, and the scale of both. */
import type { GapProblem } from './problem.ts'

export interface Candidates {
  /** Least priced cost of each task. */
  readonly least: Float64Array
  /** Priced cost above the task's least, at `task * numAgents + agent`. */
  readonly reduced: Float64Array
  /** Agents of task `t` by rising reduced cost are at `start[t] .. start[t + 1]`. */
  readonly start: Int32Array
  readonly agent: Int32Array
  readonly reducedOf: Float64Array
  /** A typical reduced cost of a second choice: the step in which this problem's decisions differ. */
  readonly step: number
}

/** Differences below this share of a mean cost are rounding of prices, not of decisions. */
const TIE = 1e-4

export function buildCandidates(problem: GapProblem, prices: Float64Array, width: number): Candidates {
  const { numTasks, numAgents, cost, size } = problem
  const reduced = new Float64Array(numTasks * numAgents)
  const least = new Float64Array(numTasks).fill(Infinity)
  const start = new Int32Array(numTasks + 1)
  const agents: number[] = []
  for (let task = 0; task < numTasks; task++) {
    const from = task * numAgents
    const possible: number[] = []
    for (let agent = 0; agent < numAgents; agent++) {
      const value = cost[from + agent]! + prices[agent]! * size[from + agent]!
      reduced[from + agent] = value
      if (value === Infinity) continue
      possible.push(agent)
      if (value < least[task]!) least[task] = value
    }
    for (const agent of possible) reduced[from + agent]! -= least[task]!
    possible.sort((a, b) => reduced[from + a]! - reduced[from + b]! || a - b)
    for (const agent of possible.slice(0, width)) agents.push(agent)
    start[task + 1] = agents.length
  }
  const agent = Int32Array.from(agents)
  const reducedOf = new Float64Array(agent.length)
  for (let task = 0; task < numTasks; task++)
    for (let at = start[task]!; at < start[task + 1]!; at++)
      reducedOf[at] = reduced[task * numAgents + agent[at]!]!
  return { least, reduced, start, agent, reducedOf, step: stepOf(least, start, reducedOf) }
}

/** The reduced cost below which there is one more choice a task, on average. */
function stepOf(least: Float64Array, start: Int32Array, reducedOf: Float64Array): number {
  const numTasks = least.length
  const tie = (TIE * least.reduce((sum, value) => sum + Math.abs(value), 0)) / Math.max(1, numTasks)
  const further: number[] = []
  for (let task = 0; task < numTasks; task++)
    for (let at = start[task]! + 1; at < start[task + 1]!; at++)
      if (reducedOf[at]! > tie) further.push(reducedOf[at]!)
  further.sort((a, b) => a - b)
  const value = further[Math.min(numTasks, further.length - 1)]
  return value ?? Math.max(tie, 1e-9)
}
