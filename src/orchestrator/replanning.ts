/** Plans again what a run has left, one plan at a time; the plan in force stays in force until a new one is applied. */
import { criticalPathMs } from './critical-path.ts'
import { ReadyQueue } from './ready-queue.ts'
import { type RunContext, stamp } from './run-context.ts'
import { READY, type RunState } from './run-state.ts'

export interface Replanned {
  /** Pairs of a task and the agent that shall have it. */
  readonly moves: readonly (readonly [number, number])[]
  readonly solver: string
}

/** Plans again what is left; undefined when nothing better was found. */
export type Replan = (state: RunState, reason: string) => Promise<Replanned | undefined>

export class Replanning {
  readonly #replan: Replan | undefined
  #reason: string | undefined
  #underWay = false

  constructor(replan: Replan | undefined) {
    this.#replan = replan
  }

  get isUnderWay(): boolean {
    return this.#underWay
  }

  /** Asks for a new plan; the first reason since the last one is told. */
  request(reason: string): void {
    this.#reason ??= reason
  }

  /** Begins to plan when it was asked for and no plan is being made; the result comes in a later turn. */
  start(context: RunContext): void {
    const reason = this.#reason
    if (reason === undefined || this.#underWay || !this.#replan || context.cancelling) return
    this.#reason = undefined
    this.#underWay = true
    const end = (replanned: Replanned | undefined): void =>
      context.post(() => {
        this.#underWay = false
        if (replanned) applyReplan(context, reason, replanned)
      })
    this.#replan(context.state, reason).then(end, () => end(undefined))
  }
}

/** Puts a new plan in force for what has not begun; tasks that have begun meanwhile stay where they are. */
function applyReplan(context: RunContext, reason: string, { moves, solver }: Replanned): void {
  const { state, journal } = context
  let moved = 0
  for (const [task, agent] of moves) {
    if (state.status[task]! > READY || state.agentOf[task] === agent || state.up[agent] === 0) continue
    journal.record({ kind: 'moved', task, agent, cause: 'replan', at: stamp(context) })
    context.stuck.delete(task)
    moved += 1
  }
  context.counters.replans += 1
  journal.record({ kind: 'replanned', reason, solver, moved, savedUsd: 0, at: stamp(context) })
  context.priority = criticalPathMs(state.instance, state.agentOf)
  for (let agent = 0; agent < context.queues.length; agent++) requeue(context, agent)
}

/** Priorities have changed: the queue is built again in their order. */
function requeue(context: RunContext, agent: number): void {
  const fresh = new ReadyQueue()
  const queue = context.queues[agent]!
  const { state } = context
  for (let task = queue.pop(context.priority); task !== undefined; task = queue.pop(context.priority))
    if (state.status[task] === READY && state.agentOf[task] === agent) fresh.push(task, context.priority)
  context.queues[agent] = fresh
  if (fresh.size > 0) context.dirty.add(agent)
}
