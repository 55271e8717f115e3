/** Ends a run early: what runs is asked to stop and settled as it says, what waits is given up. */
import { writeOffJudgement } from './checking.ts'
import { closeTask } from './dispatching.ts'
import type { RunContext } from './run-context.ts'
import { CHECKING, READY } from './task-status.ts'

export function cancelRun(context: RunContext): void {
  if (context.cancelling) return
  context.cancelling = true
  const { state } = context
  stopAttempts(context)
  for (const task of [...state.judging.keys()]) {
    writeOffJudgement(context, task)
    closeTask(context, task, 'cancelled')
  }
  for (let task = 0; task < state.status.length; task++)
    if (state.status[task] === READY || state.status[task] === CHECKING) closeTask(context, task, 'cancelled')
  context.delayed.clear()
}

/** Asks the hosts to stop every attempt under way; each still says how it ended. */
export function stopAttempts({ state, bus, subjects, agentIds }: RunContext): void {
  for (const { task, fence, agent } of state.running.values())
    bus.publish(subjects.agent(agentIds[agent]!), { kind: 'cancel', task, fence })
}
