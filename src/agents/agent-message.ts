/** What travels on the bus between the orchestrator and the hosts of agents. */
import { asToken } from '../bus/subject.ts'
import type { AttemptFailure } from './attempt-error.ts'
import type { AttemptReply, AttemptRequest } from './provider.ts'

export interface RunMessage {
  readonly kind: 'run'
  readonly task: number
  readonly fence: number
  readonly agent: number
  readonly request: AttemptRequest
  /** Which life of the host it is meant for: a later one must not do it again. */
  readonly incarnation: number
  /** The subject the outcome goes to. */
  readonly outcomes: string
}

/** What a host says of itself when it announces its agents. */
export interface HostInfo {
  readonly incarnation: number
}

export interface CancelMessage {
  readonly kind: 'cancel'
  readonly task: number
  readonly fence: number
}

export interface OutcomeMessage {
  readonly kind: 'outcome'
  readonly task: number
  readonly fence: number
  readonly agent: number
  readonly elapsedMs: number
  readonly reply?: AttemptReply
  readonly failure?: AttemptFailure
}

/** Which attempts of a host are still running: `[task, fence]` pairs. */
export interface HeartbeatMessage {
  readonly kind: 'heartbeat'
  readonly running: readonly (readonly [number, number])[]
}

export interface RunSubjects {
  agent(agentId: string): string
  readonly outcomes: string
  readonly heartbeats: string
}

/** The subjects of one run on one machine: tenant, region and cluster have one value each until there are more. */
export function runSubjects(runId: string): RunSubjects {
  const base = `q.local.r0.c0.${asToken(runId)}`
  return {
    agent: (agentId) => `${base}.agent.${asToken(agentId)}.run`,
    outcomes: `${base}.outcome`,
    heartbeats: `${base}.hb`,
  }
}
