/** Greedy with foresight: the task with the fewest places left goes first, among these the one that would lose most. */
import type { Instance } from '../../model/instance.ts'
import { pairCostUsd, pairMoneyUsd, pairQuality, pairTokens, whyIneligible } from '../../model/pair.ts'
import { emptyPlan, type Plan } from '../../model/plan.ts'
import { eligibleWindow, type QualityWindow } from '../../model/quality-window.ts'
import { PriorityQueue } from '../../numeric/priority-queue.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { Candidate, SolveContext, Solver } from '../../solve/solver.ts'
import { PoolSlots } from './pool-slots.ts'

/**
 * Tasks in chains first, then the most constrained, then the largest regret (what the second best pool costs more
 * than the best), each to its cheapest place by the full objective. When that leaves tasks without an agent that need
 * one, it goes again in the order of the tasks instead of regret, and the plan that leaves out fewer is returned. It keeps
 * hard dependencies and pool budgets where it can, and looks ahead at nothing else, so its plan may still break a
 * promise.
 */
export function tightFirstSolver(): Solver {
  return { name: 'greedy-tight', options: {}, supports: () => ({ ok: true }), doSolve }
}

async function doSolve(instance: Instance, context: SolveContext): Promise<Candidate> {
  const first = await pass(instance, context, { byRegret: true })
  // Regret places the large tasks first, and the small ones then find slots without tokens and tokens without slots.
  const mayDrop = instance.policy.unassignedUsd !== Infinity
  if (!first.complete || first.dropped === 0 || mayDrop) return candidateOf(first)
  const second = await pass(instance, context, { byRegret: false })
  return candidateOf(second.complete && second.dropped < first.dropped ? second : first)
}

interface Pass {
  readonly plan: Plan
  readonly dropped: number
  readonly complete: boolean
}

function candidateOf({ plan, dropped, complete }: Pass): Candidate {
  const detail = complete ? {} : { detail: 'stopped before every task was placed' }
  return { plan, complete, ...detail, stats: { dropped } }
}

interface Order {
  readonly byRegret: boolean
}

async function pass(instance: Instance, context: SolveContext, order: Order): Promise<Pass> {
  const { count } = instance.tasks
  const plan = emptyPlan(count)
  const chooser = new Chooser(instance, order)
  const queue = new PriorityQueue(count)
  const pacer = createPacer(context)
  let steps = 0
  const stopped = async (): Promise<boolean> =>
    (++steps & 1023) === 0 && pacer.isDue() && (await pacer.pause())
  const stoppedEarly: Pass = { plan, dropped: count, complete: false }
  for (let task = 0; task < count; task++) {
    if (await stopped()) return stoppedEarly
    queue.push(task, chooser.look(task).urgency)
  }
  const done = new Uint8Array(count)
  let dropped = 0
  while (queue.length > 0) {
    if (await stopped()) return stoppedEarly
    const task = queue.pop()
    if (done[task] === 1) continue
    const choice = chooser.look(task)
    // What was seen when the task was queued may be out of date; it waits again when others are now more urgent.
    if (queue.length > 0 && choice.urgency > queue.topKey) {
      queue.push(task, choice.urgency)
      continue
    }
    done[task] = 1
    const { agent, narrowed } = chooser.take(task, choice.pool)
    plan.agentOf[task] = agent
    if (agent < 0) dropped += 1
    for (const other of narrowed) if (done[other] === 0) queue.push(other, chooser.look(other).urgency)
  }
  return { plan, dropped, complete: true }
}

interface Choice {
  /** Best pool with room, or -1. */
  readonly pool: number
  /** Smaller goes first. */
  readonly urgency: number
}

/** What is still open for each task. */
class Chooser {
  readonly #instance: Instance
  readonly #slots: PoolSlots
  readonly #window: QualityWindow | undefined
  readonly #moneyLeft: Float64Array
  readonly #byRegret: boolean

  constructor(instance: Instance, { byRegret }: Order) {
    this.#byRegret = byRegret
    this.#instance = instance
    this.#slots = new PoolSlots(instance.fleet)
    this.#moneyLeft = instance.fleet.budgetUsd.slice()
    if (instance.policy.dependency.mode === 'hard' && instance.dependencies.numEdges > 0)
      this.#window = eligibleWindow(instance)
  }

  look(task: number): Choice {
    const inside = this.#scan(task, true)
    // Nothing fits between its ancestors and descendants: rather a broken dependency than a dropped task,
    // unless dropping has a price.
    if (inside.pool >= 0 || this.#window === undefined) return inside
    return this.#instance.policy.unassignedUsd === Infinity ? this.#scan(task, false) : inside
  }

  /** Places the task; `narrowed` are the tasks that have fewer places now because of its quality. */
  take(task: number, pool: number): { readonly agent: number; readonly narrowed: readonly number[] } {
    if (pool < 0) return { agent: -1, narrowed: [] }
    const tokens = pairTokens(this.#instance, task, pool)
    const agent = this.#slots.find(pool, tokens)
    this.#slots.place(agent, tokens)
    this.#moneyLeft[pool]! -= pairMoneyUsd(this.#instance, task, pool)
    const narrowed = this.#window?.fix(task, pairQuality(this.#instance, task, pool)) ?? []
    return { agent, narrowed }
  }

  #isChained(task: number): boolean {
    if (this.#window === undefined) return false
    const { parentStart, childStart } = this.#instance.dependencies
    return parentStart[task] !== parentStart[task + 1] || childStart[task] !== childStart[task + 1]
  }

  #scan(task: number, insideWindow: boolean): Choice {
    const instance = this.#instance
    let [pool, options] = [-1, 0]
    let [bestUsd, secondUsd] = [instance.policy.unassignedUsd, instance.policy.unassignedUsd]
    for (let other = 0; other < instance.fleet.numPools; other++) {
      if (whyIneligible(instance, task, other) !== undefined) continue
      if (insideWindow && !(this.#window?.allows(task, pairQuality(instance, task, other)) ?? true)) continue
      if (this.#slots.find(other, pairTokens(instance, task, other)) < 0) continue
      if (pairMoneyUsd(instance, task, other) > this.#moneyLeft[other]!) continue
      options += 1
      const usd = pairCostUsd(instance, task, other)
      if (usd < bestUsd) {
        secondUsd = bestUsd
        bestUsd = usd
        pool = other
      } else if (usd < secondUsd) secondUsd = usd
    }
    const regret = secondUsd - bestUsd
    // Regret is squeezed into [0, 1) so that it only orders tasks with equally many options; a task in a chain goes
    // before every task that is free to choose.
    const urgency = options - (this.#byRegret && Number.isFinite(regret) ? regret / (1 + regret) : 0)
    return { pool, urgency: this.#isChained(task) ? urgency - instance.fleet.numPools : urgency }
  }
}
