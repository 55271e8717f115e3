/** Brings a run to life from its log: derives what is not stored, and gives up what died with the process before. */
import { startCheck, writeOffJudgement } from './checking.ts'
import { criticalPathMs } from './critical-path.ts'
import { judgementOf } from './judgement.ts'
import { lose, settleOrphan, writeOff } from './outcomes.ts'
import { ReadyQueue } from './ready-queue.ts'
import { type RunContext, stamp } from './run-context.ts'
import { resend } from './sweep.ts'
import { CHECKING, READY } from './task-status.ts'

/** Forgets what was derived and derives it again from the state. */
export async function derive(context: RunContext): Promise<void> {
  const { state, clock, heard } = context
  const { instance } = state
  context.queues = Array.from({ length: instance.fleet.numAgents }, () => new ReadyQueue())
  context.priority = criticalPathMs(instance, state.agentOf)
  for (const set of [context.dirty, context.delayed, context.unplanned, context.stuck, context.starved])
    set.clear()
  heard.clear()
  for (const task of state.running.keys()) heard.set(task, clock.now())
  for (const task of state.judging.keys()) heard.set(judgementOf(task), clock.now())
  for (const key of state.orphans.keys())
    if (!context.orphanedAt.has(key)) context.orphanedAt.set(key, clock.now())
  state.newlyReady = []
  for (let task = 0; task < instance.tasks.count; task++)
    if (state.status[task] === READY) state.newlyReady.push(task)
  await recallUnchecked(context)
}

/** Answers being checked; accepted ones are read when a task needs them. */
async function recallUnchecked({ state, store, runId, outputs, recalled }: RunContext): Promise<void> {
  outputs.clear()
  recalled.clear()
  for (let task = 0; task < state.status.length; task++) {
    if (state.status[task] !== CHECKING) continue
    const kept = await store.get(`output/${runId}/${task}`)
    outputs.holdUnchecked(task, kept === undefined ? 'null' : String(kept.value))
  }
}

/** What the orchestrator before this one left in the air died with it: its attempts are given up, not blamed. */
export function takeOver(context: RunContext): void {
  const { state } = context
  for (const attempt of [...state.running.values()]) lose(context, attempt, false)
  for (const orphan of [...state.orphans.values()]) settleOrphan(context, orphan, writeOff(context, orphan))
  for (const task of [...state.judging.keys()]) writeOffJudgement(context, task)
  for (let agent = 0; agent < state.up.length; agent++)
    if (state.up[agent] === 0 && state.retired[agent] === 0)
      context.journal.record({ kind: 'agent', agent, up: true, reason: 'resumed', at: stamp(context) })
  startChecks(context)
  if (!state.replanDue) return
  context.replanning.request('the run changed before it was resumed')
  const unplaced = [...state.status.keys()].filter((task) => state.agentOf[task]! < 0 && !state.isFinal(task))
  context.replanning.holdForPlan(context, unplaced)
}

/** Goes on after a failed commit of this very process: attempts go on too, what was heard meanwhile is asked for. */
export function carryOn(context: RunContext): void {
  for (const attempt of context.state.running.values()) resend(context, attempt)
  // Checks under way hold on to the old state; they are simply started again.
  startChecks(context)
}

function startChecks(context: RunContext): void {
  const { state } = context
  for (let task = 0; task < state.status.length; task++)
    if (state.status[task] === CHECKING && !state.judging.has(task))
      startCheck(context, task, context.outputs.unchecked(task))
}
