/** The hosts of a run's agents in this process: one for the fleet it begins with, one for each group that joins it. */
import { randomInt } from 'node:crypto'
import { type AgentHost, startAgentHost } from '../../agents/agent-host.ts'
import { runSubjects } from '../../agents/agent-message.ts'
import type { Bus } from '../../bus/bus.ts'
import { realClock } from '../../clock/real-clock.ts'
import type { Rng } from '../../numeric/rng.ts'
import type { RunContext } from '../../orchestrator/run-context.ts'

const HEARTBEAT_MS = 5_000

export interface Hosts {
  /** Starts a host for the agents that have none yet. */
  open(): void
  close(): void
}

export function createHosts(
  context: RunContext,
  { bus, rng, runId }: { readonly bus: Bus; readonly rng: Rng; readonly runId: string },
): Hosts {
  const hosts: AgentHost[] = []
  let hosted = 0
  return {
    open() {
      const { poolOf, numAgents } = context.state.instance.fleet
      // A fleet that was not made durable yet may still be taken back; its providers come with it.
      const known = Math.min(numAgents, context.agentIds.length)
      if (hosted >= known) return
      const agents = Array.from({ length: known - hosted }, (_, k) => ({
        agentId: context.agentIds[hosted + k]!,
        provider: context.providers[poolOf[hosted + k]!]!,
      }))
      hosted = known
      hosts.push(
        startAgentHost({
          incarnation: randomInt(1, 2 ** 32),
          bus,
          clock: realClock,
          rng: rng.fork(hosts.length),
          subjects: runSubjects(runId),
          heartbeatMs: HEARTBEAT_MS,
          agents,
        }),
      )
    },
    close() {
      for (const host of hosts) host.close()
    },
  }
}
