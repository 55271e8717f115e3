/** Checks a run's log after a simulation: the nine invariants, each with what broke it. */

import { evaluate } from '../../src/model/evaluate.ts'
import type { Instance } from '../../src/model/instance.ts'
import { isEligible } from '../../src/model/pair.ts'
import type { RunEvent } from '../../src/orchestrator/run-event.ts'
import { loadRun } from '../../src/orchestrator/run-files.ts'
import type { RunState } from '../../src/orchestrator/run-state.ts'
import { taskLimits } from '../../src/orchestrator/task-limits.ts'
import { DONE } from '../../src/orchestrator/task-status.ts'
import type { Store } from '../../src/store/store.ts'

export interface History {
  readonly store: Store
  readonly runId: string
  readonly concurrency: number
  /** Completions whose commit was acknowledged. */
  readonly acknowledged: ReadonlySet<number>
  /** Tasks the run was last said to have, after a submission. */
  readonly toldTasks: number
  /** Nano-dollars that providers really billed. */
  readonly billedNano: number
  /** The state the last orchestrator ended with. */
  readonly live: RunState
}

/** Everything that was found broken; empty when all holds. */
export async function checkHistory(history: History): Promise<string[]> {
  const { store, runId, live } = history
  const broken: string[] = []
  const { watch, completedUnder } = createWatch(broken, history.concurrency)
  const { state } = await loadRun(store, runId, { taskLimits, onEvent: watch })
  const { settled, reserved } = state.runAccount
  // 1. What was acknowledged is stored.
  const rows = new Map((await store.tasks(runId)).map((row) => [row.task, row]))
  for (const task of history.acknowledged) {
    if (rows.get(task)?.status !== 'done')
      broken.push(`1: completion of task ${task} was acknowledged and is lost`)
    if ((await store.result(runId, task)) === undefined) broken.push(`1: result of task ${task} is lost`)
  }
  for (const [task, fence] of completedUnder) {
    const { attempt } = (JSON.parse((await store.result(runId, task)) ?? 'null') ?? {}) as {
      attempt?: string
    }
    if (attempt !== undefined && attempt !== `${runId}.${task}.${fence}`)
      broken.push(`3: task ${task} completed under fence ${fence} with the answer of ${attempt}`)
  }
  for (const [task, row] of rows)
    if ((row.status === 'done') !== (state.status[task] === DONE))
      broken.push(`1: task ${task} is ${row.status} in the store, not in the log`)
  if (state.status.length < history.toldTasks)
    broken.push(`1: of ${history.toldTasks} tasks said to be in the run, it has ${state.status.length}`)
  // 6. No dollar overspent, none lost.
  if (reserved !== 0 || state.ledger.openHolds !== 0) broken.push(`6: ${reserved} is still held at the end`)
  if (settled < history.billedNano)
    broken.push(`6: ${history.billedNano} was billed, ${settled} is accounted for`)
  // 7. Every task has ended.
  if (state.remaining > 0) broken.push(`7: ${state.remaining} tasks never ended`)
  if (state.outcome === 'open') broken.push('7: the run never ended')
  // 9. Replay gives the same state.
  if (state.hash() !== live.hash())
    broken.push(`9: the replayed state (${state.events} events) differs from the live one (${live.events})`)
  broken.push(...brokenPlan(state.instance, state))
  return broken
}

/** Looks at every event with the state after it: invariants 2 to 6 and 8. */
function createWatch(
  broken: string[],
  concurrency: number,
): {
  readonly watch: (event: RunEvent, state: RunState) => void
  /** The fence each done task was completed under. */
  readonly completedUnder: ReadonlyMap<number, number>
} {
  const completions = new Map<number, number>()
  const fences = new Map<number, number>()
  let term = 0
  let before = 0
  let lowered = false
  const watch = (event: RunEvent, state: RunState): void => {
    const { settled, reserved, limit } = state.runAccount
    // A limit may be lowered below what is spent; from then on nothing may be added.
    if (settled + reserved > Math.max(limit, before))
      broken.push(`6: ${settled} + ${reserved} > ${limit} after ${event.kind}`)
    before = settled + reserved
    if (event.kind === 'budget') lowered = true
    if (!lowered) broken.push(...state.ledger.violations().map((text) => `6: ${text}`))
    if (event.kind === 'resumed') {
      if (event.term <= term) broken.push(`8: term ${event.term} follows term ${term}`)
      term = event.term
    }
    if (event.kind === 'started') {
      const { task, fence, agent } = event
      if (fence <= (fences.get(task) ?? 0)) broken.push(`3: fence ${fence} of task ${task} does not grow`)
      fences.set(task, fence)
      const { parents, parentStart } = state.instance.dependencies
      for (const parent of parents.subarray(parentStart[task]!, parentStart[task + 1]!))
        if (!completions.has(parent))
          broken.push(`4: task ${task} began before its parent ${parent} was done`)
      if (state.retired[agent] === 1) broken.push(`5: agent ${agent} began task ${task} after it had left`)
      if (state.busy[agent]! > concurrency)
        broken.push(`5: agent ${agent} has ${state.busy[agent]} live leases`)
    }
    const done =
      (event.kind === 'ended' && event.cause === 'accepted') || (event.kind === 'checked' && event.accepted)
    if (!done) return
    if (completions.has(event.task)) broken.push(`2: task ${event.task} completed twice`)
    completions.set(event.task, event.fence)
    if (event.fence !== fences.get(event.task))
      broken.push(`3: task ${event.task} completed under an old fence`)
  }
  return { watch, completedUnder: completions }
}

/** What was done in the end is itself a plan that keeps capacities, eligibility and hard dependencies. */
function brokenPlan(instance: Instance, { status, agentOf }: RunState): string[] {
  const done = agentOf.map((agent, task) => (status[task] === DONE ? agent : -1))
  const broken: string[] = []
  done.forEach((agent, task) => {
    if (agent >= 0 && !isEligible(instance, task, instance.fleet.poolOf[agent]!))
      broken.push(`5: task ${task} was done by agent ${agent}, which may not`)
  })
  for (const violation of evaluate(instance, { agentOf: done }).violations)
    if (violation.kind !== 'unassigned')
      broken.push(`5: the finished work breaks ${JSON.stringify(violation)}`)
  return broken
}
