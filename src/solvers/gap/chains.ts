/**
 * Ejection chains: a task moves to an agent, which hands one of its own on to a third, and so on until the chain ends
 * with an agent that has room or comes back to where it began. All of them up to a depth are searched, except those
 * whose reduced costs and slacks already exceed what the end can win back.
 *
 * After Yagiura, Ibaraki and Glover, "An ejection chain approach for the generalized assignment problem", INFORMS JoC
 * 16 (2004), with the gain criterion of Lin and Kernighan as the bound that prunes.
 */
import type { Candidates } from './candidates.ts'
import type { Loads } from './loads.ts'

/** What slack and overload cost, by agent and unit; changed by whoever anneals. */
export interface LoadPrices {
  readonly slack: Float64Array
  readonly overload: Float64Array
}

export interface ChainLimits {
  /** Moves a chain may have; at most 16. */
  depth: number
  /** Positions one search may look at. */
  nodes: number
}

export class ChainSearch {
  readonly #loads: Loads
  readonly #candidates: Candidates
  readonly #prices: LoadPrices
  readonly limits: ChainLimits = { depth: 3, nodes: 3000 }
  readonly #isOn: Uint8Array
  readonly #tasks = new Int32Array(16)
  readonly #agents = new Int32Array(16)
  #length = 0
  #looked = 0
  #threshold = 0
  /** What the end of a chain can still win back. */
  #reserve = 0
  #first = 0
  #freed = 0
  #firstBefore = 0
  #firstLeft = 0
  #mostSlack = 0

  #total = 0

  constructor(loads: Loads, candidates: Candidates, prices: LoadPrices) {
    this.#loads = loads
    this.#candidates = candidates
    this.#prices = prices
    this.#isOn = new Uint8Array(loads.problem.numAgents)
  }

  /** Positions looked at by all searches so far; every search counts as one at least. */
  get looked(): number {
    return this.#total
  }

  /** Must be called when prices have changed, and now and then when slacks have. */
  refresh(): void {
    const { slack } = this.#loads
    this.#mostSlack = 0
    for (let agent = 0; agent < slack.length; agent++)
      if (slack[agent]! > 0 && slack[agent] !== Infinity)
        this.#mostSlack = Math.max(this.#mostSlack, this.#prices.slack[agent]! * slack[agent]!)
  }

  /**
   * Looks for a chain that begins by moving `task` and changes the energy by less than `threshold`, and carries out
   * the first it finds.
   * @returns the change, or NaN when there was none
   */
  run(task: number, threshold: number): number {
    const { problem, agentOf, slack } = this.#loads
    const first = agentOf[task]!
    this.#first = first
    this.#threshold = threshold
    this.#looked = 0
    this.#freed = problem.size[task * problem.numAgents + first]!
    this.#firstBefore = this.#energy(first, slack[first]!)
    this.#firstLeft = this.#energy(first, slack[first]! + this.#freed) - this.#firstBefore
    this.#reserve = Math.max(this.#firstBefore, this.#mostSlack - this.#firstLeft)
    this.#isOn[first] = 1
    const change = this.#extend(task, -this.#candidates.reduced[task * problem.numAgents + first]!, 0)
    this.#isOn[first] = 0
    this.#total += 1 + this.#looked
    if (!Number.isNaN(change))
      for (let at = 0; at < this.#length; at++) this.#loads.move(this.#tasks[at]!, this.#agents[at]!)
    return change
  }

  #energy(agent: number, slack: number): number {
    if (slack === Infinity) return 0
    return slack >= 0 ? this.#prices.slack[agent]! * slack : -this.#prices.overload[agent]! * slack
  }

  #end(at: number, change: number): number {
    this.#length = at + 1
    return change
  }

  /** Finds a place for `task`, which has left its agent; `so` is the change up to here. */
  #extend(task: number, so: number, at: number): number {
    const { start, agent: agents, reducedOf } = this.#candidates
    const { problem, agentOf, slack } = this.#loads
    const limit = this.#threshold + this.#reserve - so
    const home = agentOf[task]!
    const row = task * problem.numAgents
    for (let c = start[task]!; c < start[task + 1]!; c++) {
      if (reducedOf[c]! >= limit) break
      const agent = agents[c]!
      if (agent === home) continue
      if (++this.#looked > this.limits.nodes) return Number.NaN
      this.#tasks[at] = task
      this.#agents[at] = agent
      const own = so + reducedOf[c]!
      const left = slack[agent]! - problem.size[row + agent]!
      if (this.#isOn[agent] === 1) {
        if (agent !== this.#first) continue
        const change = own + this.#energy(agent, left + this.#freed) - this.#firstBefore
        if (change < this.#threshold) return this.#end(at, change)
        continue
      }
      const before = this.#energy(agent, slack[agent]!)
      const change = own + this.#energy(agent, left) - before + this.#firstLeft
      if (change < this.#threshold) return this.#end(at, change)
      if (at + 1 >= this.limits.depth) continue
      const further = this.#eject(agent, own - before, at)
      if (!Number.isNaN(further)) return further
    }
    return Number.NaN
  }

  /** Hands a task of `agent`, which just got one, on. */
  #eject(agent: number, so: number, at: number): number {
    const { problem, slack, members, count } = this.#loads
    const { numAgents, numTasks, size } = problem
    const { reduced } = this.#candidates
    const most = count[agent]!
    const left = slack[agent]! - size[this.#tasks[at]! * numAgents + agent]!
    const ceiling = this.#threshold + this.#reserve
    // Another beginning each time, so that no task is favoured.
    let k = most === 0 ? 0 : (this.#looked * 7919) % most
    this.#isOn[agent] = 1
    for (let seen = 0; seen < most; seen++) {
      const task = members[agent * numTasks + k]!
      if (++k === most) k = 0
      const pair = task * numAgents + agent
      const next = so + this.#energy(agent, left + size[pair]!) - reduced[pair]!
      if (next >= ceiling) continue
      const change = this.#extend(task, next, at + 1)
      if (!Number.isNaN(change)) {
        this.#isOn[agent] = 0
        return change
      }
      // The deeper positions were overwritten; this one is as it was.
      if (this.#looked > this.limits.nodes) break
    }
    this.#isOn[agent] = 0
    return Number.NaN
  }
}
