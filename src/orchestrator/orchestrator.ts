/** Runs one run to its end: takes its leadership, brings it back from the store, and turns until all is final. */
import type { OutcomeMessage } from '../agents/agent-message.ts'
import type { AgentProvider } from '../agents/provider.ts'
import type { Bus } from '../bus/bus.ts'
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import type { Rng } from '../numeric/rng.ts'
import type { BreakerOptions } from './breaker.ts'
import { cancelRun } from './cancelling.ts'
import { Leadership, type LeadershipOptions } from './leadership.ts'
import type { Replan } from './replanning.ts'
import type { RunContext, RunTuning } from './run-context.ts'
import type { RunEvent } from './run-event.ts'
import { loadRun } from './run-files.ts'
import { RunLoop } from './run-loop.ts'
import type { RunState } from './run-state.ts'
import { taskLimits } from './task-limits.ts'

export interface OrchestratorOptions extends LeadershipOptions {
  readonly bus: Bus
  readonly rng: Rng
  /** Of the instance's pools from `firstPool` on. */
  readonly providersOf: (instance: Instance, firstPool: number) => readonly AgentProvider[]
  readonly tuning?: Partial<RunTuning>
  readonly breaker?: BreakerOptions
  readonly replan?: Replan
  /** The account of the store that this run and others book on; default that of all runs that pay. */
  readonly sharedAccount?: string
  readonly runCheckCommand?: RunContext['runCheckCommand']
  readonly onEvent?: (event: RunEvent, state: RunState) => void
  readonly onDispatched?: (latencyMs: number) => void
  readonly onOutcome?: (outcome: OutcomeMessage) => void
  /** Commits that may fail in a row before the run is left to be resumed. */
  readonly maxStoreFailures?: number
  /** Orders that were sent to the run before now, the last one's number. */
  readonly ordersSent?: number
}

export interface Orchestrator {
  /** Settles when every task is in a final state. @throws QaasError when the run had to be left; it can be resumed */
  readonly done: Promise<RunState>
  readonly context: RunContext
  cancel(): void
  /** Hands work to the next turn, as commands to a live run do. */
  post(action: (context: RunContext) => void): void
  /** Gives up what is running and lets go of the run, so that it can be resumed. */
  pause(): Promise<void>
  /** Stops at once without a word, as a killed process does. */
  kill(): void
}

/**
 * Takes the leadership of the run and begins. @throws QaasError `not-allowed` when another orchestrator has it or
 * the run is over
 */
export async function startOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const { store, runId } = options
  const leadership = await Leadership.take(options)
  try {
    const { state } = await loadRun(store, runId, { taskLimits })
    if (!state.isResumable)
      throw new QaasError('not-allowed', `run "${runId}" is over: ${state.outcome}`, {
        advice: 'Maybe look at "qaas results", or start a new run.',
      })
    const loop = new RunLoop(options, leadership, state)
    await loop.begin()
    const { context } = loop
    return {
      context,
      done: loop.done,
      cancel: () => context.post(() => cancelRun(context)),
      post: (action) => context.post(() => action(context)),
      pause: () => loop.pause(),
      kill: () => loop.stop(),
    }
  } catch (error) {
    await leadership.resign()
    throw error
  }
}
