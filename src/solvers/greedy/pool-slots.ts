/** Free slots of a fleet while tasks are placed one after the other; the first agent of a pool that fits takes a task. */
import type { Fleet } from '../../model/instance.ts'
import { FirstFit } from '../../numeric/first-fit.ts'

export class PoolSlots {
  readonly #fleet: Fleet
  readonly #tasksOfAgent: Int32Array
  /** Token loads per pool; pools without a token limit pass their agents in order instead. */
  readonly #tokens: (FirstFit | undefined)[]
  /** First agent of each pool that is not full in tasks. */
  readonly #next: Int32Array

  constructor(fleet: Fleet) {
    this.#fleet = fleet
    this.#tasksOfAgent = new Int32Array(fleet.numAgents)
    this.#next = fleet.firstAgent.slice(0, fleet.numPools)
    this.#tokens = Array.from({ length: fleet.numPools }, (_, pool) =>
      fleet.capacityTokens[pool] === Infinity
        ? undefined
        : new FirstFit(fleet.replicas[pool]!, fleet.capacityTokens[pool]!),
    )
    for (let pool = 0; pool < fleet.numPools; pool++)
      if (fleet.capacityTasks[pool]! < 1) this.#next[pool] = fleet.firstAgent[pool + 1]!
  }

  /** The agent of the pool that would take a task of that many tokens, or -1. */
  find(pool: number, tokens: number): number {
    const next = this.#next[pool]!
    if (next === this.#fleet.firstAgent[pool + 1]) return -1
    const loads = this.#tokens[pool]
    if (loads === undefined) return next
    const bin = loads.find(tokens)
    return bin < 0 ? -1 : this.#fleet.firstAgent[pool]! + bin
  }

  /** Gives a task to an agent that `find` returned. */
  place(agent: number, tokens: number): void {
    const pool = this.#fleet.poolOf[agent]!
    this.#tasksOfAgent[agent]! += 1
    const full = this.#tasksOfAgent[agent]! + 1 > this.#fleet.capacityTasks[pool]!
    const loads = this.#tokens[pool]
    const bin = agent - this.#fleet.firstAgent[pool]!
    loads?.set(bin, full ? Infinity : loads.load(bin) + tokens)
    if (loads === undefined && full) this.#next[pool] = agent + 1
  }
}
