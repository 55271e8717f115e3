/** What the parts of a running orchestrator share; the orchestrator makes it, the parts work on it. */
import type { OutcomeMessage, RunSubjects } from '../agents/agent-message.ts'
import type { AgentProvider } from '../agents/provider.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../clock/clock.ts'
import type { AcceptSettings } from '../io/running-schema.ts'
import type { Instance } from '../model/instance.ts'
import type { Rng } from '../numeric/rng.ts'
import type { Store } from '../store/store.ts'
import type { QuickCheck } from './acceptance.ts'
import type { Breaker, BreakerOptions } from './breaker.ts'
import type { Inbox } from './inbox.ts'
import type { Journal } from './journal.ts'
import type { Outputs } from './outputs.ts'
import type { ReadyQueue } from './ready-queue.ts'
import type { Replanning } from './replanning.ts'
import type { RunState } from './run-state.ts'
import type { SharedBudget } from './shared-budget.ts'
import type { Starved } from './starved.ts'

export interface RunTuning {
  /** An attempt not heard of for so long is given up and fenced off. */
  readonly leaseMs: number
  /** How long the bill of a lost attempt is waited for before its worst case is written off. */
  readonly fateMs: number
  /** Attempts on one agent before another is asked. */
  readonly triesPerAgent: number
  /** Attempts on one agent when there is no other. */
  readonly triesWithoutAlternative: number
  /** A task that failed on so many distinct agents is quarantined. */
  readonly quarantineAfter: number
  /** The first wait before a retry; doubles, with jitter of half to one and a half. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** How long tasks without any possible agent wait for one to come back. */
  readonly patienceMs: number
  /** A provider that has answered nobody yet and fails for so long is given up, when no other can do its tasks. */
  readonly unreachableMs: number
  /** The same for one that has worked before. */
  readonly outageMs: number
  /** A re-plan must save this much per task it moves for no other reason. */
  readonly churnUsd: number
  /** A new plan that takes longer is not waited for: the one in force stays. */
  readonly replanMs: number
  /** How long tasks that arrive wait for the plan that is made for them. */
  readonly holdForPlanMs: number
  /** Accepted answers kept in memory for those that depend on them, in characters; more are read back when needed. */
  readonly outputCharacters: number
  /** Spending beyond the estimate of what is done, as a share, that calls for a re-plan. */
  readonly driftShare: number
}

export const TUNING: RunTuning = {
  leaseMs: 30_000,
  fateMs: 60_000,
  triesPerAgent: 3,
  triesWithoutAlternative: 8,
  quarantineAfter: 3,
  backoffMs: 500,
  maxBackoffMs: 30_000,
  patienceMs: 10_000,
  unreachableMs: 30_000,
  outageMs: 300_000,
  churnUsd: 0.0001,
  replanMs: 30_000,
  outputCharacters: 64_000_000,
  holdForPlanMs: 10_000,
  driftShare: 0.2,
}

/** An accept check made ready: the part that needs no one else, and the settings of the rest. */
export interface Check {
  readonly settings: AcceptSettings
  readonly quick: QuickCheck
  readonly needsMore: boolean
}

/** What this process has seen; what the log tells is in the state's tally. */
export interface RunCounters {
  fenced: number
  leasesExpired: number
  resent: number
  commits: number
}

export function zeroCounters(): RunCounters {
  return {
    fenced: 0,
    leasesExpired: 0,
    resent: 0,
    commits: 0,
  }
}

export interface RunContext {
  readonly runId: string
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly rng: Rng
  readonly tuning: RunTuning
  readonly subjects: RunSubjects
  /** By pool. */
  readonly providers: AgentProvider[]
  /** Providers of the instance's pools from `firstPool` on. */
  providersOf(instance: Instance, firstPool: number): readonly AgentProvider[]
  readonly breakers: Breaker[]
  readonly breakerOptions: BreakerOptions
  /** Agents of a pool that wait for its breaker. */
  readonly parked: Map<number, Set<number>>
  /** Agent names by number. */
  readonly agentIds: string[]
  readonly counters: RunCounters
  state: RunState
  journal: Journal
  readonly inbox: Inbox
  readonly replanning: Replanning
  readonly shared: SharedBudget
  /** By agent. */
  queues: ReadyQueue[]
  priority: Float64Array
  /** Agents that may have something to start. */
  readonly dirty: Set<number>
  /** Tasks that wait for a retry. */
  readonly delayed: Set<number>
  /** Tasks that a budget cannot pay for now. */
  readonly starved: Starved
  /** Tasks without an agent that wait for the plan being made. */
  readonly unplanned: Set<number>
  /** Tasks nobody can do now. */
  readonly stuck: Set<number>
  /** When each running attempt was last heard of, monotone; judgements at `-1 - task`. */
  readonly heard: Map<number, number>
  readonly orphanedAt: Map<number, number>
  /** The present life of each agent's host; absent while the agent has not shown up. */
  readonly incarnations: Map<number, number>
  /** The life of the host each running attempt was given to; judgements at `-1 - task`. */
  readonly sentTo: Map<number, number>
  readonly outputs: Outputs
  /** By task: outputs of its parents read back from the store for its next attempt. */
  readonly recalled: Map<number, ReadonlyMap<number, string>>
  /** Tasks whose parents' outputs are being read. */
  recalling: number
  readonly judgeTries: Map<number, number>
  /** Checks by program under way. */
  pendingChecks: number
  cancelling: boolean
  /** Orders sent before the run was resumed: what they change must be known before anything is given up. */
  readonly ordersSent: number
  /** Since when nothing has run and nothing could, monotone; undefined while something does. */
  idleSince: number | undefined
  /** What the plan counted on for the tasks done in this process, and what was spent in it; nano-dollars. */
  plannedNano: number
  spentNano: number
  /** The excess of spending over the estimate that was last planned for, as a share. */
  driftSeen: number
  /** When the inputs of this turn arrived, monotone. */
  inputAt: number
  checkOf(task: number): Check | undefined
  /** Ends a program's check: 'ok' or the reason against. */
  runCheckCommand(command: readonly string[], input: string, timeoutMs: number): Promise<string | undefined>
  /** Hands work to the next turn. */
  post(action: () => void): void
  onDispatched?(latencyMs: number): void
  /** What the host of an attempt or judgement under way says of its end, before that is decided on and durable. */
  onOutcome?(outcome: OutcomeMessage): void
}

/** Whole wall-clock milliseconds, for events. */
export const stamp = (context: RunContext): number => Math.round(context.clock.wall())
