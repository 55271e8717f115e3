/** Small runs on agents that do exactly what a test says, brought to their end under a virtual clock. */
import { attemptError, type FailureReason } from '../../src/agents/attempt-error.ts'
import type { AgentProvider, AttemptRequest } from '../../src/agents/provider.ts'
import { createInstance } from '../../src/model/builder.ts'
import type { AgentDocument, TaskDocument } from '../../src/model/document.ts'
import { agentId, type Instance } from '../../src/model/instance.ts'
import type { RunEvent } from '../../src/orchestrator/run-event.ts'
import type { RunState } from '../../src/orchestrator/run-state.ts'
import { STATUS_NAMES } from '../../src/orchestrator/task-status.ts'
import { startVirtualRun, type VirtualRun, type VirtualRunOptions } from './virtual-run.ts'

export const LEVELS: readonly AgentDocument[] = [
  { id: 'small', quality: 0.5, price: { perTaskUsd: 0.01 }, latencyMs: 100 },
  { id: 'medium', quality: 0.7, price: { perTaskUsd: 0.02 }, latencyMs: 100 },
  { id: 'large', quality: 0.9, price: { perTaskUsd: 0.05 }, latencyMs: 100 },
]

export function instanceOf(
  tasks: readonly TaskDocument[],
  agents: readonly AgentDocument[] = LEVELS,
): Instance {
  return createInstance({ version: 1, agents, tasks })
}

type Behaviour = (request: AttemptRequest, attempt: number) => unknown

/** An agent that does what `behave` says; throwing fails the attempt. */
export function scripted(behave: Behaviour, more: Partial<AgentProvider> = {}): AgentProvider {
  let attempts = 0
  return {
    kind: 'scripted',
    concurrency: 1,
    billing: 'local',
    async doAttempt(request, { clock }) {
      await new Promise<void>((resolve) => clock.after(request.expected.latencyMs, resolve))
      const { inputTokens, outputTokens } = request.expected
      return { output: behave(request, ++attempts), usage: { inputTokens, outputTokens } }
    },
    ...more,
  }
}

export const failing = (reason: FailureReason, times = Infinity): AgentProvider =>
  scripted((request, attempt) => {
    if (attempt <= times) throw attemptError(reason, 'as the test says')
    return request.taskId
  })

export interface EndedRun {
  readonly run: VirtualRun
  readonly state: RunState
  readonly events: readonly RunEvent[]
  /** By task: who has it, or "none". */
  readonly agents: readonly string[]
  /** By task. */
  readonly states: readonly (typeof STATUS_NAMES)[number][]
  kinds(kind: RunEvent['kind']): readonly RunEvent[]
}

export async function runToEnd(
  options: Partial<VirtualRunOptions> & { readonly instance: Instance },
): Promise<EndedRun> {
  const agentOf = options.agentOf ?? new Int32Array(options.instance.tasks.count)
  const run = await startVirtualRun({ ...options, agentOf })
  const state = await run.finish()
  const { fleet } = state.instance
  return {
    run,
    state,
    events: run.events,
    agents: [...state.agentOf].map((agent) => (agent < 0 ? 'none' : agentId(fleet, agent))),
    states: [...state.status].map((status) => STATUS_NAMES[status]!),
    kinds: (kind: RunEvent['kind']) => run.events.filter((event) => event.kind === kind),
  }
}

export const tasks = (count: number, more: Partial<TaskDocument> = {}): TaskDocument[] =>
  Array.from({ length: count }, (_, k) => ({ id: `t${k}`, ...more }))
