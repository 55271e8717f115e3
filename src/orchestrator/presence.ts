/** Hears what agents say: how attempts ended, that they are alive, that they come and go. */
import type { HeartbeatMessage, HostInfo, OutcomeMessage } from '../agents/agent-message.ts'
import { agentIndex } from '../model/instance.ts'
import { handleJudgement } from './checking.ts'
import { handleOutcome, setAgent } from './outcomes.ts'
import type { RunContext } from './run-context.ts'

/** Listens until the returned function is called. */
export function listenToAgents(context: RunContext): () => void {
  const { bus, subjects, post } = context
  const outcomes = bus.subscribe(subjects.outcomes, ({ data }) => {
    const message = data as OutcomeMessage
    post(() => (message.task < 0 ? handleJudgement(context, message) : handleOutcome(context, message)))
    return undefined
  })
  const heartbeats = bus.subscribe(subjects.heartbeats, ({ data }) => {
    hear(context, data as HeartbeatMessage)
    return undefined
  })
  const leavePresence = bus.presence(({ id, present, info }) => {
    const agent = agentIndex(context.state.instance.fleet, id)
    if (agent >= 0) post(() => setPresence(context, agent, present ? (info as HostInfo) : undefined))
  })
  return () => {
    outcomes.unsubscribe()
    heartbeats.unsubscribe()
    leavePresence()
  }
}

/** Takes agents down that have not shown up at all. */
export function missAbsent(context: RunContext): void {
  for (let agent = 0; agent < context.agentIds.length; agent++)
    if (!context.incarnations.has(agent) && context.state.up[agent] === 1)
      setAgent(context, agent, false, 'never came')
}

function hear({ state, heard, clock }: RunContext, { running }: HeartbeatMessage): void {
  const now = clock.now()
  for (const [task, fence] of running)
    if (task < 0 || state.running.get(task)?.fence === fence) if (heard.has(task)) heard.set(task, now)
}

/** An agent has come, come back with another host, or gone. */
function setPresence(context: RunContext, agent: number, info: HostInfo | undefined): void {
  const { incarnations } = context
  if (info === undefined) {
    incarnations.delete(agent)
    setAgent(context, agent, false, 'gone')
    return
  }
  incarnations.set(agent, info.incarnation)
  context.dirty.add(agent)
  setAgent(context, agent, true, 'back')
}
