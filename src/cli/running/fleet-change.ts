/** What a file says a run's fleet shall be, as a change of what it is: pools keep their place, new ones come behind. */
import { QaasError } from '../../errors.ts'
import { headDocument } from '../../io/instance-document.ts'
import type { AgentDocument } from '../../model/document.ts'
import { agentId } from '../../model/instance.ts'
import type { RunState } from '../../orchestrator/run-state.ts'

export interface FleetChangeDocument {
  readonly agents: readonly AgentDocument[]
  /** Names of all agents that shall not work. */
  readonly retired: readonly string[]
}

/** Without a file the fleet stays as it is. @throws QaasError `not-allowed` on what cannot change while it runs */
export function mergeFleet(
  state: RunState,
  wanted: readonly AgentDocument[] | undefined,
): FleetChangeDocument {
  const { fleet } = state.instance
  const present = headDocument(state.instance).agents
  if (wanted === undefined) {
    const retired = [...state.retired.keys()].filter((agent) => state.retired[agent] === 1)
    return { agents: present, retired: retired.map((agent) => agentId(fleet, agent)) }
  }
  const byId = new Map(wanted.map((agent) => [agent.id, agent]))
  const retired: string[] = []
  const agents = present.map((now, pool) => {
    const next = byId.get(now.id)
    byId.delete(now.id)
    const replicas = fleet.replicas[pool]!
    const kept = next === undefined ? 0 : (next.replicas ?? 1)
    for (let k = kept; k < replicas; k++) retired.push(agentId(fleet, fleet.firstAgent[pool]! + k))
    if (next === undefined) return now
    checkSame(now, next)
    return { ...next, ...(now.replicas === undefined ? { replicas: 1 } : { replicas: now.replicas }) }
  })
  return { agents: [...agents, ...byId.values()], retired }
}

/** Agents keep their number and the way they are reached: both are part of what is running. */
function checkSame(now: AgentDocument, next: AgentDocument): void {
  const [before, after] = [now.replicas ?? 1, next.replicas ?? 1]
  if (after > before)
    throw new QaasError('not-allowed', `agent "${now.id}" has ${before} replicas in the run, not ${after}`, {
      advice: 'Maybe add the further ones under another id.',
    })
  if (next.provider !== undefined && JSON.stringify(next.provider) !== JSON.stringify(now.provider))
    throw new QaasError(
      'not-allowed',
      `the provider of agent "${now.id}" cannot change while the run is open`,
      {
        advice: 'Maybe add it under another id, and leave the old one out.',
      },
    )
}
