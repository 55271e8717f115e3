/** Runs an instance on simulated agents under a virtual clock and a store in memory; for tests. */
import { startAgentHost } from '../../src/agents/agent-host.ts'
import { runSubjects } from '../../src/agents/agent-message.ts'
import type { AgentProvider } from '../../src/agents/provider.ts'
import { createSimulatedProvider } from '../../src/agents/simulated.ts'
import { createLocalBus } from '../../src/bus/local-bus.ts'
import { createVirtualClock, type VirtualClock } from '../../src/clock/virtual-clock.ts'
import { evaluate } from '../../src/model/evaluate.ts'
import { agentId, type Instance } from '../../src/model/instance.ts'
import { instanceHash } from '../../src/model/instance-hash.ts'
import { createRng } from '../../src/numeric/rng.ts'
import { toNano } from '../../src/orchestrator/money.ts'
import {
  type Orchestrator,
  type OrchestratorOptions,
  startOrchestrator,
} from '../../src/orchestrator/orchestrator.ts'
import type { RunEvent } from '../../src/orchestrator/run-event.ts'
import { createRun } from '../../src/orchestrator/run-files.ts'
import type { RunState } from '../../src/orchestrator/run-state.ts'
import { setSharedBudget } from '../../src/orchestrator/shared-budget.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'

export interface VirtualRunOptions {
  readonly instance: Instance
  readonly agentOf: Int32Array
  readonly seed?: number
  readonly budgetUsd?: number
  readonly workflowUsd?: number
  /** Of all runs of the store. */
  readonly sharedBudgetUsd?: number
  /** By pool id; simulated as the fleet says when left out. */
  readonly providers?: Readonly<Record<string, AgentProvider>>
  readonly options?: Partial<OrchestratorOptions>
  readonly onEvent?: (event: RunEvent, state: RunState) => void
  /** Of another run, for several runs on one store; its clock with it. */
  readonly beside?: { readonly store: Store; readonly clock: VirtualClock; readonly runId: string }
}

export interface VirtualRun {
  readonly clock: VirtualClock
  readonly store: Store
  readonly orchestrator: Orchestrator
  /** What it was started with, for another one after it. */
  readonly options: OrchestratorOptions
  readonly events: readonly RunEvent[]
  /** Starts a host for the agents from this one on, as they have joined the fleet. */
  hostFrom(agent: number): void
  /** Runs to the end; fails when the run does not end in a virtual day. */
  finish(): Promise<RunState>
}

export const RUN_ID = 'test'

export async function startVirtualRun(input: VirtualRunOptions): Promise<VirtualRun> {
  const { instance, agentOf, seed = 1 } = input
  const { store, clock, runId } = input.beside ?? {
    store: createMemoryStore(),
    clock: createVirtualClock(),
    runId: RUN_ID,
  }
  const rng = createRng(seed)
  const bus = createLocalBus(clock)
  const events: RunEvent[] = []
  if (input.sharedBudgetUsd !== undefined) await setSharedBudget(store, toNano(input.sharedBudgetUsd))
  await createRun(store, {
    settings: {
      runId,
      name: instance.name,
      createdAt: clock.wall(),
      instanceHash: instanceHash(instance),
      plannedUsd: evaluate(instance, { agentOf }).moneyUsd,
      solver: 'test',
      seed,
      runNano: input.budgetUsd === undefined ? null : toNano(input.budgetUsd),
      workflowNano: input.workflowUsd === undefined ? null : toNano(input.workflowUsd),
    },
    instance,
    agentOf,
  })
  const providersOf = ({ fleet }: Instance, firstPool: number): AgentProvider[] =>
    fleet.poolIds.slice(firstPool).map((id) => input.providers?.[id] ?? createSimulatedProvider())
  const providers = providersOf(instance, 0)
  const host = ({ fleet }: Instance, provided: readonly AgentProvider[], from: number): void => {
    startAgentHost({
      incarnation: from + 1,
      bus,
      clock,
      rng: rng.fork(1 + 2 * from),
      subjects: runSubjects(runId),
      heartbeatMs: 3_000,
      agents: [...fleet.poolOf.subarray(from)].map((pool, k) => ({
        agentId: agentId(fleet, from + k),
        provider: provided[pool]!,
      })),
    })
  }
  host(instance, providers, 0)
  const options: OrchestratorOptions = {
    store,
    bus,
    clock,
    rng: rng.fork(2),
    runId,
    holder: 'test',
    providersOf: (now, firstPool) => (firstPool === 0 ? providers : providersOf(now, firstPool)),
    ...input.options,
    onEvent(event, state) {
      events.push(event)
      input.onEvent?.(event, state)
    },
  }
  const orchestrator = await startOrchestrator(options)
  return {
    options,
    clock,
    store,
    orchestrator,
    events,
    hostFrom: (agent) => host(orchestrator.context.state.instance, orchestrator.context.providers, agent),
    async finish() {
      let over = false
      const mark = (): void => {
        over = true
      }
      orchestrator.done.then(mark, mark)
      if (!(await clock.run(() => over, clock.now() + 86_400_000))) throw new Error('the run never ended')
      return orchestrator.done
    },
  }
}
