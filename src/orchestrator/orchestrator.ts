/**
 * Runs one run to its end. Each turn takes what has arrived, decides, makes the decisions durable in one commit and
 * only then acts on them. It holds the leadership of the run; whoever takes it over ends this one.
 */
import type { HeartbeatMessage, HostInfo, OutcomeMessage } from '../agents/agent-message.ts'
import { runSubjects } from '../agents/agent-message.ts'
import type { AgentProvider } from '../agents/provider.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock, Timer } from '../clock/clock.ts'
import { sleep } from '../clock/clock.ts'
import { QaasError } from '../errors.ts'
import { agentId, agentIndex, type Instance } from '../model/instance.ts'
import type { Rng } from '../numeric/rng.ts'
import type { Store } from '../store/store.ts'
import { quickCheck } from './acceptance.ts'
import { prepareAttempt, runMessage } from './attempt-request.ts'
import { BREAKER_DEFAULTS, Breaker, type BreakerOptions } from './breaker.ts'
import { endJudgement, handleJudgement, judgementOf, retryJudgement, startCheck } from './checking.ts'
import { criticalPathMs } from './critical-path.ts'
import { admitReady, closeTask, dispatch } from './dispatching.ts'
import { Journal, leadershipName, progressKey, SupersededError } from './journal.ts'
import { handleOutcome, lose, setAgent, settleOrphan, writeOff } from './outcomes.ts'
import { progressOf } from './progress.ts'
import { ReadyQueue } from './ready-queue.ts'
import { type Check, type RunContext, type RunTuning, stamp, TUNING } from './run-context.ts'
import type { RunEvent } from './run-event.ts'
import { type LoadedRun, loadRun } from './run-files.ts'
import { type Attempt, CHECKING, DONE, READY, type RunState } from './run-state.ts'
import { acceptSchema, parseSettings } from './settings.ts'
import { taskLimits } from './task-limits.ts'

/** Plans again what is left: returns moves, cheapest complete plan first; undefined when nothing better was found. */
export type Replan = (
  state: RunState,
  reason: string,
) => Promise<{ readonly moves: readonly (readonly [number, number])[]; readonly solver: string } | undefined>

export interface OrchestratorOptions {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly rng: Rng
  readonly runId: string
  /** Who this is; a dead holder can be told from a live one by it. */
  readonly holder: string
  /** By pool of the run's instance. */
  readonly providersOf: (instance: Instance) => readonly AgentProvider[]
  readonly tuning?: Partial<RunTuning>
  readonly breaker?: BreakerOptions
  /** How long leadership lasts without a sign of life. */
  readonly leadershipMs?: number
  /** Whether a holder is certainly gone, so that its leadership can be taken before it runs out. */
  readonly isGone?: (holder: string) => boolean
  readonly replan?: Replan
  readonly runCheckCommand?: RunContext['runCheckCommand']
  readonly onEvent?: (event: RunEvent, state: RunState) => void
  readonly onDispatched?: (latencyMs: number) => void
  /** Commits that may fail in a row before the run is left to be resumed. */
  readonly maxStoreFailures?: number
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

const DEFAULT_LEADERSHIP_MS = 15_000
const PROGRESS_EVERY_MS = 500
/** The first wait before a failing store is tried again; doubles. */
const STORE_RETRY_MS = 50
/** How long attempts have to say what they used before a run is let go. */
const PAUSE_MS = 300
/** Keeps a turn, and so the wait for its commit, short when much arrives at once. */
const MAX_ACTIONS_PER_TURN = 1_000

/**
 * Takes the leadership of the run and begins. @throws QaasError `not-allowed` when another orchestrator has it or
 * the run is over
 */
export async function startOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const { store, runId } = options
  const term = await takeLeadership(options)
  try {
    const loaded = await loadRun(store, runId, { taskLimits })
    if (loaded.state.outcome !== 'open')
      throw new QaasError('not-allowed', `run "${runId}" is over: ${loaded.state.outcome}`, {
        advice: 'Maybe look at "qaas results", or start a new run.',
      })
    return await beginRun(options, loaded, term)
  } catch (error) {
    await store.resign(leadershipName(runId), term)
    throw error
  }
}

async function takeLeadership(options: OrchestratorOptions): Promise<number> {
  const { store, clock, runId, holder, leadershipMs = DEFAULT_LEADERSHIP_MS, isGone } = options
  const name = leadershipName(runId)
  const elect = (replacing?: number) =>
    store.elect(name, {
      holder,
      now: clock.wall(),
      ttlMs: leadershipMs,
      ...(replacing === undefined ? {} : { replacing }),
    })
  const first = await elect()
  if (first.elected) return first.leader.term
  const second = isGone?.(first.leader.holder) ? await elect(first.leader.term) : first
  if (second.elected) return second.leader.term
  throw new QaasError('not-allowed', `run "${runId}" is already being run by ${second.leader.holder}`, {
    advice: 'Maybe watch it with "qaas status"; one run has one orchestrator at a time.',
    data: { runId, holder: second.leader.holder },
  })
}

async function beginRun(
  options: OrchestratorOptions,
  loaded: LoadedRun,
  firstTerm: number,
): Promise<Orchestrator> {
  const { store, bus, clock, runId, onEvent } = options
  const tuning: RunTuning = { ...TUNING, ...options.tuning }
  let term = firstTerm
  let inbox: (() => void)[] = []
  /** When each entry of the inbox came. */
  let arrivals: number[] = []
  let scheduled = false
  let turning = false
  let ended = false
  let storeFailures = 0
  let progressAt = -Infinity
  let idleSince = -1
  let replanReason: string | undefined
  let replanning = false
  let pausing = false
  const timers = new Set<Timer>()
  let settle: { resolve: (state: RunState) => void; reject: (error: unknown) => void }
  const done = new Promise<RunState>((resolve, reject) => {
    settle = { resolve, reject }
  })
  done.catch(() => {})

  const wake = (): void => {
    if (scheduled || ended) return
    scheduled = true
    clock.defer(() => {
      scheduled = false
      void turn()
    })
  }
  const post = (action: () => void): void => {
    inbox.push(action)
    arrivals.push(clock.now())
    wake()
  }
  const newJournal = (state: RunState): Journal =>
    new Journal({
      store,
      runId,
      state,
      ownerOf: (agent) => context.agentIds[agent]!,
      leaseUntil: () => clock.wall() + tuning.leaseMs,
      onEvent: (event) => onEvent?.(event, state),
    })
  const { state } = loaded
  const context = createContext(options, { state, tuning, post })
  context.journal = newJournal(state)
  context.requestReplan = (reason) => {
    replanReason ??= reason
  }

  /** Forgets what was derived and derives it again from the state. */
  const derive = async (): Promise<void> => {
    const { instance } = context.state
    context.queues = Array.from({ length: instance.fleet.numAgents }, () => new ReadyQueue())
    context.priority = criticalPathMs(instance, context.state.agentOf)
    for (const set of [context.dirty, context.delayed, context.starved, context.stuck]) set.clear()
    context.heard.clear()
    for (const task of context.state.running.keys()) context.heard.set(task, clock.now())
    for (const task of context.state.judging.keys()) context.heard.set(judgementOf(task), clock.now())
    for (const key of context.state.orphans.keys())
      if (!context.orphanedAt.has(key)) context.orphanedAt.set(key, clock.now())
    context.state.newlyReady = []
    for (let task = 0; task < instance.tasks.count; task++)
      if (context.state.status[task] === READY) context.state.newlyReady.push(task)
    await recallOutputs(context)
  }

  /** The state ran ahead of a commit that failed: go back to what the log says. */
  const recover = async (cause: unknown): Promise<void> => {
    for (;;) {
      storeFailures += 1
      if (storeFailures > (options.maxStoreFailures ?? 5)) return finish(cause)
      await sleep(clock, STORE_RETRY_MS * 2 ** storeFailures)
      if (ended) return
      try {
        const again = await loadRun(store, runId, { taskLimits })
        context.state = again.state
        if (again.state.outcome !== 'open') {
          finish(undefined)
          return
        }
        context.journal = newJournal(again.state)
        await derive()
        // What was heard in the failed turn is forgotten: ask for it again.
        for (const attempt of again.state.running.values()) resend(context, attempt)
        // Checks under way hold on to the old state; they are simply started again.
        for (let task = 0; task < again.state.status.length; task++)
          if (again.state.status[task] === CHECKING && !again.state.judging.has(task))
            startCheck(context, task, context.outputs.get(task)!)
        wake()
        return
      } catch (error) {
        cause = error
      }
    }
  }

  const turn = async (): Promise<void> => {
    if (turning || ended) return
    turning = true
    try {
      await takeTurn()
    } catch (error) {
      if (error instanceof SupersededError) await onRefused(error)
      else if (QaasError.isInstance(error) && error.code === 'store') await recover(error)
      else finish(error)
    } finally {
      turning = false
      const { newlyReady } = context.state
      if (inbox.length > 0 || newlyReady.length > 0 || context.dirty.size > 0) wake()
    }
  }
  /** A refused commit: another orchestrator has the run, or our own term was renewed under our feet. */
  const onRefused = async (error: SupersededError): Promise<void> => {
    const leader = await store.leader(leadershipName(runId)).catch(() => undefined)
    if (leader?.holder !== options.holder || leader.term === term) {
      finish(superseded(runId, error.message))
      return
    }
    term = leader.term
    await recover(error)
  }
  const takeTurn = async (): Promise<void> => {
    context.inputAt = arrivals[0] ?? clock.now()
    arrivals = arrivals.slice(MAX_ACTIONS_PER_TURN)
    const actions = inbox.length > MAX_ACTIONS_PER_TURN ? inbox.splice(0, MAX_ACTIONS_PER_TURN) : inbox
    if (actions === inbox) inbox = []
    for (const action of actions) action()
    // Placing a task can make it newly ready again, and starting one can starve it.
    feedStarved(context)
    while (context.state.newlyReady.length > 0) admitReady(context)
    if (!pausing) dispatch(context)
    startReplan()
    if (!settleIfOver() && !pausing) {
      giveUpIfIdle()
      // Giving up may have closed the last tasks: nothing else would come to say that the run is over.
      settleIfOver()
    }
    const { journal } = context
    if (journal.pending === 0) return
    if (clock.now() - progressAt >= PROGRESS_EVERY_MS || context.state.outcome !== 'open') {
      progressAt = clock.now()
      journal.put(progressKey(runId), JSON.stringify(progressOf(context)))
    }
    context.counters.commits += 1
    await journal.commit(term)
    storeFailures = 0
    if (context.state.outcome !== 'open') finish(undefined)
  }

  /** When every task is final and every bill known, the run is over. */
  const settleIfOver = (): boolean => {
    const { state: now, journal } = context
    if (now.remaining > 0 || now.orphans.size > 0 || now.judging.size > 0 || now.outcome !== 'open')
      return false
    journal.record({
      kind: 'finished',
      status: context.cancelling ? 'cancelled' : 'finished',
      at: stamp(context),
    })
    return true
  }
  /** Nothing runs and nothing will: what is left cannot be paid for, or has no agent. */
  const giveUpIfIdle = (): void => {
    const { state: now, delayed, pendingChecks, stuck, starved } = context
    const waiting = now.running.size + now.orphans.size + now.judging.size + delayed.size + pendingChecks
    const parked = [...context.parked.values()].some((agents) => agents.size > 0)
    const busy = waiting > 0 || parked || replanning || inbox.length > 0 || now.newlyReady.length > 0
    if (busy || now.remaining === 0) {
      idleSince = -1
      return
    }
    if (idleSince < 0) idleSince = clock.now()
    if (stuck.size > 0 && clock.now() - idleSince < tuning.patienceMs) {
      later(tuning.patienceMs, wake)
      return
    }
    for (const task of [...stuck]) closeTask(context, task, 'no-agent')
    for (const task of [...starved]) {
      starved.delete(task)
      closeTask(context, task < 0 ? judgementOf(task) : task, 'unaffordable')
    }
    if (stuck.size + starved.size === 0 && now.remaining > 0 && context.journal.pending === 0)
      throw new QaasError('internal', `run "${runId}" stands still with ${now.remaining} tasks left`)
  }

  const startReplan = (): void => {
    if (replanReason === undefined || replanning || !options.replan || context.cancelling) return
    const reason = replanReason
    replanReason = undefined
    replanning = true
    const replanned = options.replan(context.state, reason)
    const apply = (result: Awaited<typeof replanned>): void =>
      post(() => {
        replanning = false
        if (result) applyReplan(context, reason, result)
      })
    // The plan in force stays in force when planning again fails.
    replanned.then(apply, () => apply(undefined))
  }

  const later = (delayMs: number, action: () => void): void => {
    if (ended) return
    const timer = clock.after(delayMs, () => {
      timers.delete(timer)
      if (!ended) action()
    })
    timers.add(timer)
  }
  const every = (periodMs: number, action: () => void): void =>
    later(periodMs, () => {
      action()
      every(periodMs, action)
    })
  const stop = (): void => {
    ended = true
    for (const timer of timers) timer.cancel()
    for (const subscription of subscriptions) subscription()
  }
  const finish = (error: unknown): void => {
    if (ended) return
    stop()
    void store.resign(leadershipName(runId), term).catch(() => {})
    if (error === undefined) settle.resolve(context.state)
    else settle.reject(error)
  }

  const renewLeadership = async (): Promise<void> => {
    const { holder, leadershipMs = DEFAULT_LEADERSHIP_MS } = options
    try {
      const { elected, leader } = await store.elect(leadershipName(runId), {
        holder,
        now: clock.wall(),
        ttlMs: leadershipMs,
      })
      if (elected) term = leader.term
      else finish(superseded(runId, `led by ${leader.holder}`))
    } catch {
      // The next commit will find out whether the store is still there.
    }
  }

  const subscriptions: (() => void)[] = []
  const listen = (subject: string, handler: (data: unknown) => void): void => {
    const subscription = bus.subscribe(subject, ({ data }) => {
      handler(data)
      return undefined
    })
    subscriptions.push(() => subscription.unsubscribe())
  }
  listen(context.subjects.outcomes, (data) => {
    const message = data as OutcomeMessage
    post(() => (message.task < 0 ? handleJudgement(context, message) : handleOutcome(context, message)))
  })
  listen(context.subjects.heartbeats, (data) => {
    const now = clock.now()
    for (const [task, fence] of (data as HeartbeatMessage).running)
      if (task < 0 || context.state.running.get(task)?.fence === fence)
        if (context.heard.has(task)) context.heard.set(task, now)
  })
  subscriptions.push(
    bus.presence(({ id, present, info }) => {
      const agent = agentIndex(context.state.instance.fleet, id)
      if (agent >= 0) post(() => setPresence(context, agent, present ? (info as HostInfo) : undefined))
    }),
  )

  context.journal.record({ kind: 'resumed', term, at: stamp(context) })
  await derive()
  takeOver(context)
  later(tuning.patienceMs, () =>
    post(() => {
      for (let agent = 0; agent < context.agentIds.length; agent++)
        if (!context.incarnations.has(agent)) setAgent(context, agent, false, 'never came')
    }),
  )
  every(tuning.leaseMs / 4, () => post(() => sweep(context)))
  every((options.leadershipMs ?? DEFAULT_LEADERSHIP_MS) / 3, () => void renewLeadership())
  wake()
  return {
    done,
    context,
    post: (action) => post(() => action(context)),
    cancel: () => post(() => cancelRun(context)),
    async pause() {
      if (ended) return
      pausing = true
      const { state: now, subjects, agentIds } = context
      for (const { task, fence, agent } of now.running.values())
        bus.publish(subjects.agent(agentIds[agent]!), { kind: 'cancel', task, fence })
      // One last turn writes what has arrived; what has not is settled when the run is resumed.
      await sleep(clock, PAUSE_MS)
      stop()
      while (turning) await sleep(clock, 1)
      await store.resign(leadershipName(runId), term)
    },
    kill: stop,
  }
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

function superseded(runId: string, detail: string): QaasError {
  return new QaasError('not-allowed', `run "${runId}" was taken over by another orchestrator (${detail})`, {
    advice: 'Maybe this process was stopped for a while; the other one goes on with the run.',
  })
}

function createContext(
  options: OrchestratorOptions,
  { state, tuning, post }: { state: RunState; tuning: RunTuning; post: (action: () => void) => void },
): RunContext {
  const { store, bus, clock, rng, runId } = options
  const { fleet } = state.instance
  const checks = new Map<number, Check>()
  const context: RunContext = {
    runId,
    store,
    bus,
    clock,
    rng,
    tuning,
    subjects: runSubjects(runId),
    providers: options.providersOf(state.instance),
    breakers: Array.from({ length: fleet.numPools }, () => new Breaker(options.breaker ?? BREAKER_DEFAULTS)),
    parked: new Map(Array.from({ length: fleet.numPools }, (_, pool) => [pool, new Set()])),
    agentIds: Array.from({ length: fleet.numAgents }, (_, agent) => agentId(fleet, agent)),
    counters: {
      attempts: 0,
      failures: 0,
      rejections: 0,
      fenced: 0,
      leasesExpired: 0,
      resent: 0,
      replans: 0,
      commits: 0,
    },
    state,
    journal: undefined as never,
    queues: [],
    priority: new Float64Array(0),
    dirty: new Set(),
    delayed: new Set(),
    starved: new Set(),
    leastStarved: Infinity,
    stuck: new Set(),
    heard: new Map(),
    orphanedAt: new Map(),
    incarnations: new Map(),
    sentTo: new Map(),
    outputs: new Map(),
    judgeTries: new Map(),
    pendingChecks: 0,
    cancelling: false,
    plannedNano: 0,
    spentNano: 0,
    driftSeen: 0,
    inputAt: 0,
    checkOf(task) {
      const known = checks.get(task)
      const { tasks } = context.state.instance
      const accept = tasks.accepts.get(task)
      if (known || accept === undefined) return known
      const taskId = tasks.ids.get(task)
      const settings = parseSettings(acceptSchema, accept, `task "${taskId}": accept`)
      const needsMore = settings.command !== undefined || settings.judge !== undefined
      const check = { settings, quick: quickCheck(settings, taskId), needsMore }
      checks.set(task, check)
      return check
    },
    runCheckCommand: options.runCheckCommand ?? (async () => 'no way to run programs here'),
    post,
    requestReplan: () => {},
    ...(options.onDispatched ? { onDispatched: options.onDispatched } : {}),
  }
  return context
}

/** Outputs that tasks still to come need: of done parents, and of answers being checked. */
async function recallOutputs(context: RunContext): Promise<void> {
  const { state, store, runId, outputs } = context
  const { dependencies, tasks } = state.instance
  outputs.clear()
  for (let task = 0; task < tasks.count; task++) {
    if (state.status[task] === CHECKING) {
      const kept = await store.get(`output/${runId}/${task}`)
      outputs.set(task, kept === undefined ? 'null' : String(kept.value))
    }
    if (state.status[task] !== DONE) continue
    const children = dependencies.children.subarray(
      dependencies.childStart[task]!,
      dependencies.childStart[task + 1]!,
    )
    if (children.some((child) => !state.isFinal(child)))
      outputs.set(task, (await store.result(runId, task)) ?? 'null')
  }
}

/** What the orchestrator before this one left in the air died with it: its attempts are given up, not blamed. */
function takeOver(context: RunContext): void {
  const { state } = context
  for (const attempt of [...state.running.values()]) lose(context, attempt, false)
  for (const orphan of [...state.orphans.values()]) settleOrphan(context, orphan, writeOff(context, orphan))
  for (const [task, { fence }] of [...state.judging])
    endJudgement(context, task, judgeWriteOff(context, task, fence))
  for (let agent = 0; agent < state.up.length; agent++)
    if (state.up[agent] === 0)
      context.journal.record({ kind: 'agent', agent, up: true, reason: 'resumed', at: stamp(context) })
  for (let task = 0; task < state.status.length; task++)
    if (state.status[task] === CHECKING) startCheck(context, task, context.outputs.get(task)!)
}

function judgeWriteOff({ state, providers }: RunContext, task: number, fence: number): number {
  const { agent } = state.judging.get(task)!
  const { billing } = providers[state.instance.fleet.poolOf[agent]!]!
  return billing === 'local' ? 0 : state.ledger.amount(-1 - (task * 4096 + fence))
}

/** Asks for a new plan when what is done has cost clearly more than was counted on. */
function checkDrift(context: RunContext): void {
  const { plannedNano, spentNano, driftSeen, tuning } = context
  if (plannedNano === 0) return
  const drift = spentNano / plannedNano - 1
  if (drift < driftSeen + tuning.driftShare) return
  context.driftSeen = drift
  context.requestReplan(`spending is ${Math.round(drift * 100)} % above the estimate`)
}

/** Asks again after an attempt: its host says once more how it ended, or goes on with it. */
function resend(context: RunContext, { task, fence, agent }: Attempt): void {
  const { bus, subjects, counters } = context
  counters.resent += 1
  const { request } = prepareAttempt(context, task, agent)
  const attemptId = `${context.runId}.${task}.${fence}`
  bus.publish(
    subjects.agent(request.agentId),
    runMessage(context, { task, fence, agent }, { ...request, attemptId }),
  )
}

/** Gives up attempts not heard of for a lease, asks after those long silent, and writes off bills that never came. */
function sweep(context: RunContext): void {
  const { state, heard, tuning, clock, counters, journal } = context
  const now = clock.now()
  for (const attempt of state.running.values()) {
    const silentMs = now - (heard.get(attempt.task) ?? now)
    if (silentMs > tuning.leaseMs) {
      counters.leasesExpired += 1
      lose(context, attempt, true)
      continue
    }
    journal.renew(attempt.task, attempt.fence)
    if (silentMs < tuning.leaseMs / 3) continue
    resend(context, attempt)
  }
  for (const [task, judging] of [...state.judging]) {
    if (now - (heard.get(judgementOf(task)) ?? now) <= tuning.leaseMs) continue
    endJudgement(context, task, judgeWriteOff(context, task, judging.fence))
    retryJudgement(context, task, 'the judge fell silent')
  }
  checkDrift(context)
  const fateMs = state.remaining === 0 ? Math.min(tuning.fateMs, tuning.leaseMs) : tuning.fateMs
  for (const [key, orphan] of [...state.orphans])
    if (now - (context.orphanedAt.get(key) ?? 0) > fateMs)
      settleOrphan(context, orphan, writeOff(context, orphan))
}

/** Lets tasks that the budget could not pay for try again once enough is free. */
function feedStarved(context: RunContext): void {
  const { state, starved } = context
  if (starved.size === 0) return
  const { limit, settled, reserved } = state.runAccount
  if (limit - settled - reserved < context.leastStarved) return
  const tasks = [...starved]
  starved.clear()
  context.leastStarved = Infinity
  for (const task of tasks) {
    if (task < 0) retryJudgement(context, judgementOf(task), 'unaffordable')
    else state.newlyReady.push(task)
  }
}

function cancelRun(context: RunContext): void {
  if (context.cancelling) return
  context.cancelling = true
  const { state, bus, subjects, agentIds } = context
  for (const { task, fence, agent } of state.running.values())
    bus.publish(subjects.agent(agentIds[agent]!), { kind: 'cancel', task, fence })
  for (const [task] of [...state.judging]) {
    endJudgement(context, task, judgeWriteOff(context, task, state.judging.get(task)!.fence))
    closeTask(context, task, 'cancelled')
  }
  for (let task = 0; task < state.status.length; task++)
    if (state.status[task] === READY || state.status[task] === CHECKING) closeTask(context, task, 'cancelled')
  context.delayed.clear()
}

/** Puts a new plan in force for what has not begun; tasks that have begun meanwhile stay where they are. */
function applyReplan(
  context: RunContext,
  reason: string,
  { moves, solver }: { readonly moves: readonly (readonly [number, number])[]; readonly solver: string },
): void {
  const { state, journal } = context
  let moved = 0
  for (const [task, agent] of moves) {
    if (state.status[task]! > READY || state.agentOf[task] === agent || state.up[agent] === 0) continue
    journal.record({ kind: 'moved', task, agent, cause: 'replan', at: stamp(context) })
    context.stuck.delete(task)
    moved += 1
  }
  context.counters.replans += 1
  journal.record({ kind: 'replanned', reason, solver, moved, savedUsd: 0, at: stamp(context) })
  context.priority = criticalPathMs(state.instance, state.agentOf)
  for (let agent = 0; agent < context.queues.length; agent++) requeue(context, agent)
}

/** Priorities have changed: the queue is built again in their order. */
function requeue(context: RunContext, agent: number): void {
  const fresh = new ReadyQueue()
  const queue = context.queues[agent]!
  const { state } = context
  for (let task = queue.pop(context.priority); task !== undefined; task = queue.pop(context.priority))
    if (state.status[task] === READY && state.agentOf[task] === agent) fresh.push(task, context.priority)
  context.queues[agent] = fresh
  if (fresh.size > 0) context.dirty.add(agent)
}
