/** Greedy with foresight: the task with the fewest places left goes first, among these the one that would lose most. */
import type { Instance } from '../../model/instance.ts'
import { tokensOf } from '../../model/instance.ts'
import { pairCostUsd, pairMoneyUsd, pairQuality, whyIneligible } from '../../model/pair.ts'
import { emptyPlan } from '../../model/plan.ts'
import { QualityWindow } from '../../model/quality-window.ts'
import { PriorityQueue } from '../../numeric/priority-queue.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { Candidate, SolveContext, Solver } from '../../solve/solver.ts'
import { PoolSlots } from './pool-slots.ts'

/**
 * Most constrained task first, then largest regret (what the second best pool costs more than the best), each to
 * its cheapest place by the full objective. It keeps hard dependencies and pool budgets where it can, and looks
 * ahead at nothing else, so its plan may still break a promise.
 */
export function tightFirstSolver(): Solver {
  return { name: 'greedy-tight', options: {}, supports: () => ({ ok: true }), doSolve }
}

async function doSolve(instance: Instance, context: SolveContext): Promise<Candidate> {
  const { count } = instance.tasks
  const plan = emptyPlan(count)
  const chooser = new Chooser(instance)
  const queue = new PriorityQueue(count)
  const pacer = createPacer(context)
  let steps = 0
  const stopped = async (): Promise<boolean> =>
    (++steps & 1023) === 0 && pacer.isDue() && (await pacer.pause())
  const stoppedEarly = (): Candidate => ({
    plan,
    complete: false,
    detail: 'stopped before every task was placed',
  })
  for (let task = 0; task < count; task++) {
    if (await stopped()) return stoppedEarly()
    queue.push(task, chooser.look(task).urgency)
  }
  let dropped = 0
  while (queue.length > 0) {
    if (await stopped()) return stoppedEarly()
    const task = queue.pop()
    const choice = chooser.look(task)
    // What was seen when the task was queued may be out of date; it waits again when others are now more urgent.
    if (queue.length > 0 && choice.urgency > queue.topKey) {
      queue.push(task, choice.urgency)
      continue
    }
    plan.agentOf[task] = chooser.take(task, choice.pool)
    if (plan.agentOf[task]! < 0) dropped += 1
  }
  return { plan, complete: true, stats: { dropped } }
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

  constructor(instance: Instance) {
    this.#instance = instance
    this.#slots = new PoolSlots(instance.fleet)
    this.#moneyLeft = instance.fleet.budgetUsd.slice()
    if (instance.policy.dependency.mode === 'hard' && instance.dependencies.numEdges > 0)
      this.#window = initialWindow(instance)
  }

  look(task: number): Choice {
    const inside = this.#scan(task, true)
    // Nothing fits between its ancestors and descendants: rather a broken dependency than a dropped task,
    // unless dropping has a price.
    if (inside.pool >= 0 || this.#window === undefined) return inside
    return this.#instance.policy.unassignedUsd === Infinity ? this.#scan(task, false) : inside
  }

  take(task: number, pool: number): number {
    if (pool < 0) return -1
    const tokens = tokensOf(this.#instance.tasks, task)
    const agent = this.#slots.find(pool, tokens)
    this.#slots.place(agent, tokens)
    this.#moneyLeft[pool]! -= pairMoneyUsd(this.#instance, task, pool)
    this.#window?.fix(task, pairQuality(this.#instance, task, pool))
    return agent
  }

  #scan(task: number, insideWindow: boolean): Choice {
    const instance = this.#instance
    const tokens = tokensOf(instance.tasks, task)
    let [pool, options] = [-1, 0]
    let [bestUsd, secondUsd] = [instance.policy.unassignedUsd, instance.policy.unassignedUsd]
    for (let other = 0; other < instance.fleet.numPools; other++) {
      if (whyIneligible(instance, task, other) !== undefined) continue
      if (insideWindow && !(this.#window?.allows(task, pairQuality(instance, task, other)) ?? true)) continue
      if (this.#slots.find(other, tokens) < 0) continue
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
    // Regret squeezed into [0, 1) so that it only orders tasks with equally many options.
    return { pool, urgency: options - (Number.isFinite(regret) ? regret / (1 + regret) : 0) }
  }
}

function initialWindow(instance: Instance): QualityWindow {
  const { count } = instance.tasks
  const low = new Float64Array(count).fill(Infinity)
  const high = new Float64Array(count).fill(-Infinity)
  const { parentStart, childStart } = instance.dependencies
  for (let task = 0; task < count; task++) {
    const isFree = parentStart[task] === parentStart[task + 1] && childStart[task] === childStart[task + 1]
    for (let pool = 0; pool < instance.fleet.numPools; pool++) {
      if (whyIneligible(instance, task, pool) !== undefined) continue
      const quality = isFree ? 0 : pairQuality(instance, task, pool)
      low[task] = Math.min(low[task]!, quality)
      high[task] = Math.max(high[task]!, quality)
    }
    // A task without any pool holds nobody back.
    if (isFree || low[task] === Infinity) {
      low[task] = 0
      high[task] = 1
    }
  }
  return new QualityWindow(instance, low, high)
}
