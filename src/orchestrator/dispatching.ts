/** Gives ready tasks to agents: the planned one, or the next that may, as places, breakers and budgets allow. */

import { pairQuality } from '../model/pair.ts'
import { prepareAttempt, runMessage } from './attempt-request.ts'
import { nextAgent, parentQuality } from './fallback.ts'
import { canPay } from './funds.ts'
import { parentsKnown, recallParents } from './outputs.ts'
import { type RunContext, stamp } from './run-context.ts'
import type { CloseCause, MoveCause } from './run-event.ts'
import { READY, WAITING } from './task-status.ts'

/** Puts every newly ready task into its agent's queue, or finds it another agent. */
export function admitReady(context: RunContext): void {
  const { state } = context
  while (state.newlyReady.length > 0) {
    const tasks = state.newlyReady
    state.newlyReady = []
    for (const task of tasks)
      if (state.status[task] === READY && !context.delayed.has(task)) admit(context, task)
  }
}

function admit(context: RunContext, task: number): void {
  const { state } = context
  if (context.cancelling) {
    closeTask(context, task, 'cancelled')
    return
  }
  const agent = state.agentOf[task]!
  if (agent < 0) {
    if (context.unplanned.has(task)) return
    const { policy } = state.instance
    // A plan that leaves a task out at a price means it.
    const left = task < state.plannedTasks && state.fence[task] === 0 && !state.unplaced.has(task)
    if (left && policy.unassignedUsd !== Infinity) {
      closeTask(context, task, 'unassigned')
      return
    }
    place(context, task, 'replan')
    return
  }
  if (state.up[agent] === 0) {
    place(context, task, 'agent-down')
    return
  }
  const pool = state.instance.fleet.poolOf[agent]!
  const quality = pairQuality(state.instance, task, pool)
  if (quality < parentQuality(state, task)) {
    place(context, task, 'dependency')
    return
  }
  if (quality <= (state.escalatedFrom.get(task) ?? -1)) {
    place(context, task, 'cascade')
    return
  }
  context.stuck.delete(task)
  context.queues[agent]!.push(task, context.priority)
  context.dirty.add(agent)
}

/** Moves the task to the next agent that may do it; without one it waits among the stuck. */
export function place(context: RunContext, task: number, cause: MoveCause): void {
  const agent = nextAgent(context.state, task, (pool) => context.breakers[pool]!.failedTrials === 0)
  if (agent >= 0) {
    context.journal.record({ kind: 'moved', task, agent, cause, at: stamp(context) })
    return
  }
  if (cause === 'cascade') {
    closeTask(context, task, 'rejected')
    return
  }
  context.stuck.add(task)
}

/** Ends a task without a result, and all that wait for it. */
export function closeTask(context: RunContext, task: number, cause: CloseCause): void {
  const { state, journal } = context
  journal.record({ kind: 'closed', task, cause, at: stamp(context) })
  context.stuck.delete(task)
  context.starved.delete(task)
  context.delayed.delete(task)
  const { childStart, children } = state.instance.dependencies
  const open = [task]
  while (open.length > 0) {
    const parent = open.pop()!
    for (let k = childStart[parent]!; k < childStart[parent + 1]!; k++) {
      const child = children[k]!
      if (state.status[child] !== WAITING) continue
      journal.record({
        kind: 'closed',
        task: child,
        cause: context.cancelling ? 'cancelled' : 'skipped',
        at: stamp(context),
      })
      open.push(child)
    }
  }
}

/** Starts what can be started on the agents that may have a free place. */
export function dispatch(context: RunContext): void {
  const { dirty } = context
  for (const agent of dirty) dispatchAgent(context, agent)
  dirty.clear()
}

function dispatchAgent(context: RunContext, agent: number): void {
  const { state, queues } = context
  const pool = state.instance.fleet.poolOf[agent]!
  const { concurrency } = context.providers[pool]!
  const queue = queues[agent]!
  if (!context.incarnations.has(agent)) return
  while (queue.size > 0 && state.busy[agent]! < concurrency && state.up[agent] === 1) {
    if (isHeldBack(context, agent, pool)) return
    const task = queue.pop(context.priority)!
    if (state.status[task] !== READY || state.agentOf[task] !== agent || context.delayed.has(task)) continue
    if (parentsKnown(context, task)) start(context, task, agent)
    else recallParents(context, task, () => context.state.newlyReady.push(task))
  }
}

/** Whether the pool's breaker lets nothing through now; then the agent is parked until it does. */
function isHeldBack(context: RunContext, agent: number, pool: number): boolean {
  const { clock, parked } = context
  const at = context.breakers[pool]!.mayStartAt()
  const now = clock.now()
  if (at <= now) return false
  const agents = parked.get(pool)!
  const first = agents.size === 0
  agents.add(agent)
  if (first && at !== Infinity) clock.after(at - now, () => context.post(() => unpark(context, pool)))
  return true
}

/** Lets the agents that waited for the pool's breaker try again. */
export function unpark(context: RunContext, pool: number): void {
  const agents = context.parked.get(pool)!
  if (agents.size === 0) return
  for (const agent of agents) context.dirty.add(agent)
  agents.clear()
}

function start(context: RunContext, task: number, agent: number): void {
  const { state, journal, bus, subjects, clock } = context
  const pool = state.instance.fleet.poolOf[agent]!
  const { request, hold } = prepareAttempt(context, task, agent)
  context.recalled.delete(task)
  if (!canPay(context, { waiter: task, pool }, hold)) return
  const fence = state.fence[task]! + 1
  journal.record({ kind: 'started', task, fence, agent, hold, at: stamp(context) })
  context.breakers[pool]!.started()
  context.heard.set(task, clock.now())
  context.sentTo.set(task, context.incarnations.get(agent)!)
  const { inputAt } = context
  journal.afterwards(() => {
    bus.publish(subjects.agent(request.agentId), runMessage(context, { task, fence, agent }, request))
    context.onDispatched?.(clock.now() - inputAt)
  })
}
