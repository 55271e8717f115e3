/** Makes what the parts of an orchestrator share, empty but for the state. */
import { runSubjects } from '../agents/agent-message.ts'
import { acceptSchema, parseSettings } from '../io/running-schema.ts'
import { agentId } from '../model/instance.ts'
import { quickCheck } from './acceptance.ts'
import { BREAKER_DEFAULTS, Breaker } from './breaker.ts'
import { Inbox } from './inbox.ts'
import { Journal } from './journal.ts'
import type { OrchestratorOptions } from './orchestrator.ts'
import { Outputs } from './outputs.ts'
import { Replanning } from './replanning.ts'
import { type Check, type RunContext, TUNING, zeroCounters } from './run-context.ts'
import type { RunState } from './run-state.ts'
import { SHARED_ACCOUNT, SharedBudget } from './shared-budget.ts'
import { Starved } from './starved.ts'

/** `wake` is called whenever work has been posted. */
export function createContext(options: OrchestratorOptions, state: RunState, wake: () => void): RunContext {
  const { store, bus, clock, rng, runId, breaker = BREAKER_DEFAULTS } = options
  const { fleet } = state.instance
  const pools = Array.from({ length: fleet.numPools }, (_, pool) => pool)
  const inbox = new Inbox()
  const context: RunContext = {
    runId,
    store,
    bus,
    clock,
    rng,
    tuning: { ...TUNING, ...options.tuning },
    subjects: runSubjects(runId),
    providers: [...options.providersOf(state.instance, 0)],
    providersOf: options.providersOf,
    breakers: pools.map(() => new Breaker(breaker)),
    breakerOptions: breaker,
    parked: new Map(pools.map((pool) => [pool, new Set()])),
    agentIds: Array.from({ length: fleet.numAgents }, (_, agent) => agentId(fleet, agent)),
    counters: zeroCounters(),
    state,
    journal: openJournal(options, state),
    inbox,
    replanning: new Replanning(options.replan),
    shared: new SharedBudget(store, options.sharedAccount ?? SHARED_ACCOUNT),
    queues: [],
    priority: new Float64Array(0),
    dirty: new Set(),
    delayed: new Set(),
    starved: new Starved(),
    unplanned: new Set(),
    stuck: new Set(),
    heard: new Map(),
    orphanedAt: new Map(),
    incarnations: new Map(),
    sentTo: new Map(),
    outputs: new Outputs(options.tuning?.outputCharacters ?? TUNING.outputCharacters),
    recalled: new Map(),
    recalling: 0,
    judgeTries: new Map(),
    pendingChecks: 0,
    cancelling: false,
    ordersSent: options.ordersSent ?? 0,
    idleSince: undefined,
    plannedNano: 0,
    spentNano: 0,
    driftSeen: 0,
    inputAt: 0,
    checkOf: createChecks(() => context.state),
    runCheckCommand: options.runCheckCommand ?? (async () => 'no way to run programs here'),
    post(action) {
      inbox.push(action, clock.now())
      wake()
    },
    ...(options.onDispatched ? { onDispatched: options.onDispatched } : {}),
    ...(options.onOutcome ? { onOutcome: options.onOutcome } : {}),
  }
  return context
}

/** A journal that goes on where the state ends. */
export function openJournal(options: OrchestratorOptions, state: RunState): Journal {
  const { store, clock, runId, onEvent } = options
  const leaseMs = options.tuning?.leaseMs ?? TUNING.leaseMs
  return new Journal({
    store,
    runId,
    state,
    sharedAccount: options.sharedAccount ?? SHARED_ACCOUNT,
    ownerOf: (agent) => agentId(state.instance.fleet, agent),
    leaseUntil: () => clock.wall() + leaseMs,
    ...(onEvent ? { onEvent: (event) => onEvent(event, state) } : {}),
  })
}

/** The accept checks of tasks, compiled when first asked for. */
function createChecks(stateNow: () => RunState): RunContext['checkOf'] {
  const checks = new Map<number, Check>()
  return (task) => {
    const { tasks } = stateNow().instance
    const accept = tasks.accepts.get(task)
    const known = checks.get(task)
    if (known || accept === undefined) return known
    const taskId = tasks.ids.get(task)
    const settings = parseSettings(acceptSchema, accept, `task "${taskId}": accept`)
    const needsMore = settings.command !== undefined || settings.judge !== undefined
    const check = { settings, quick: quickCheck(settings, taskId), needsMore }
    checks.set(task, check)
    return check
  }
}
