/** Plans again what a run has left, one plan at a time; the plan in force stays in force until a new one is applied. */
import { pairTokens } from '../model/pair.ts'
import { criticalPathMs } from './critical-path.ts'
import { ReadyQueue } from './ready-queue.ts'
import { type RunContext, stamp } from './run-context.ts'
import type { RunState } from './run-state.ts'
import { READY } from './task-status.ts'

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

  /** Keeps tasks that no agent has yet from being placed one by one, until they are planned or planning takes too long. */
  holdForPlan(context: RunContext, tasks: Iterable<number>): void {
    if (!this.#replan) return
    for (const task of tasks) context.unplanned.add(task)
    context.clock.after(context.tuning.holdForPlanMs, () => context.post(() => release(context)))
  }

  /** Begins to plan when it was asked for and no plan is being made; the result comes in a later turn. */
  start(context: RunContext): void {
    const reason = this.#reason
    if (reason === undefined || this.#underWay || !this.#replan || context.cancelling) return
    // What was ordered before the run was resumed is part of what is planned for.
    if (context.state.orders < context.ordersSent) return
    this.#reason = undefined
    this.#underWay = true
    let ended = false
    const end = (replanned: Replanned | undefined): void => {
      if (ended) return
      ended = true
      timer.cancel()
      context.post(() => {
        this.#underWay = false
        if (replanned) applyReplan(context, reason, replanned)
        if (this.#reason === undefined) release(context)
      })
    }
    // A plan that fails or runs late is none.
    const timer = context.clock.after(context.tuning.replanMs, () => end(undefined))
    this.#replan(context.state, reason).then(end, () => end(undefined))
  }
}

/** Tasks still without an agent are placed one by one. */
function release({ state, unplanned }: RunContext): void {
  for (const task of unplanned) if (state.status[task] === READY) state.newlyReady.push(task)
  unplanned.clear()
}

/** Puts a new plan in force for what has not begun; tasks that have begun meanwhile stay where they are. */
function applyReplan(context: RunContext, reason: string, { moves, solver }: Replanned): void {
  const { state, journal } = context
  const possible = possibleMoves(state, moves)
  for (const [task, agent] of possible) {
    journal.record({ kind: 'moved', task, agent, cause: 'replan', at: stamp(context) })
    context.stuck.delete(task)
  }
  journal.record({
    kind: 'replanned',
    reason,
    solver,
    moved: possible.length,
    savedUsd: 0,
    at: stamp(context),
  })
  context.priority = criticalPathMs(state.instance, state.agentOf)
  for (let agent = 0; agent < context.queues.length; agent++) requeue(context, agent)
}

/** The moves that still can be made, and that together overfill no agent after what has happened meanwhile. */
function possibleMoves(state: RunState, moves: Replanned['moves']): Replanned['moves'] {
  const { instance, status, agentOf, up } = state
  const { capacityTasks, capacityTokens, poolOf } = instance.fleet
  const load = Int32Array.from(state.load)
  const tokens = Float64Array.from(state.loadTokens)
  const shift = (task: number, agent: number, by: 1 | -1): void => {
    if (agent < 0) return
    load[agent]! += by
    tokens[agent]! += by * pairTokens(instance, task, poolOf[agent]!)
  }
  const isOverfull = (agent: number): boolean => {
    const pool = poolOf[agent]!
    return load[agent]! > capacityTasks[pool]! || tokens[agent]! > capacityTokens[pool]!
  }
  let kept = moves.filter(
    ([task, agent]) => status[task]! <= READY && agentOf[task] !== agent && up[agent] === 1,
  )
  for (const [task, agent] of kept) {
    shift(task, agentOf[task]!, -1)
    shift(task, agent, 1)
  }
  for (let before = -1; before !== kept.length; ) {
    before = kept.length
    // A move dropped leaves its task where it is, which may overfill that agent in turn.
    kept = kept.filter(([task, agent]) => {
      if (!isOverfull(agent)) return true
      shift(task, agent, -1)
      shift(task, agentOf[task]!, 1)
      return false
    })
  }
  return kept
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
