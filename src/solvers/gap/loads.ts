/** An assignment with the slack of every agent and its list of tasks, changed task by task. */
import type { GapProblem } from './problem.ts'

export class Loads {
  readonly problem: GapProblem
  readonly agentOf: Int32Array
  /** Capacity left; negative where an agent is overloaded. */
  readonly slack: Float64Array
  /** Tasks of agent `i` are `members[i * numTasks .. + count[i])`, in no order. */
  readonly members: Int32Array
  readonly count: Int32Array
  readonly #position: Int32Array
  #cost = 0
  #overloaded = 0

  /** @param agentOf an agent for every task; copied */
  constructor(problem: GapProblem, agentOf: ArrayLike<number>) {
    const { numTasks, numAgents } = problem
    this.problem = problem
    this.agentOf = new Int32Array(numTasks).fill(-1)
    this.slack = problem.capacity.slice()
    this.members = new Int32Array(numTasks * numAgents)
    this.count = new Int32Array(numAgents)
    this.#position = new Int32Array(numTasks)
    for (let task = 0; task < numTasks; task++) this.#add(task, agentOf[task]!)
  }

  /** Sum of the costs of all pairs. */
  get cost(): number {
    return this.#cost
  }

  /** How many agents have more than they can take. */
  get overloaded(): number {
    return this.#overloaded
  }

  move(task: number, agent: number): void {
    const { numTasks, numAgents, cost, size } = this.problem
    const from = this.agentOf[task]!
    const last = this.members[from * numTasks + --this.count[from]!]!
    this.members[from * numTasks + this.#position[task]!] = last
    this.#position[last] = this.#position[task]!
    const before = this.slack[from]!
    this.slack[from] = before + size[task * numAgents + from]!
    if (before < 0 && this.slack[from]! >= 0) this.#overloaded -= 1
    this.#cost -= cost[task * numAgents + from]!
    this.#add(task, agent)
  }

  #add(task: number, agent: number): void {
    const { numTasks, numAgents, cost, size } = this.problem
    this.agentOf[task] = agent
    this.#position[task] = this.count[agent]!
    this.members[agent * numTasks + this.count[agent]!++] = task
    const before = this.slack[agent]!
    this.slack[agent] = before - size[task * numAgents + agent]!
    if (before >= 0 && this.slack[agent]! < 0) this.#overloaded += 1
    this.#cost += cost[task * numAgents + agent]!
  }
}
