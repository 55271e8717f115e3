/**
 * The turns of a run, one at a time. Each takes what has arrived, decides, makes the decisions durable in one commit
 * and only then acts on them. After a failed commit the state is read back from the log.
 */
import { sleep } from '../clock/clock.ts'
import { QaasError } from '../errors.ts'
import { stopAttempts } from './cancelling.ts'
import { createContext, openJournal } from './create-context.ts'
import { admitReady, dispatch } from './dispatching.ts'
import { feedStarved } from './feed-starved.ts'
import { OverBudgetError, progressKey, SupersededError } from './journal.ts'
import { type Leadership, superseded } from './leadership.ts'
import type { OrchestratorOptions } from './orchestrator.ts'
import { listenToAgents, missAbsent } from './presence.ts'
import { progressOf } from './progress.ts'
import { reopen } from './reopening.ts'
import { type RunContext, stamp } from './run-context.ts'
import { giveUpIfIdle, settleIfOver } from './run-end.ts'
import { loadRun } from './run-files.ts'
import type { RunState } from './run-state.ts'
import { SHARED } from './starved.ts'
import { sweep } from './sweep.ts'
import { carryOn, derive, takeOver } from './takeover.ts'
import { taskLimits } from './task-limits.ts'
import { Timers } from './timers.ts'

const PROGRESS_EVERY_MS = 500
/** The first wait before a failing store is tried again; doubles. */
const STORE_RETRY_MS = 50
const DEFAULT_MAX_STORE_FAILURES = 5
/** How often tasks that wait for the budget shared with other runs look for more. */
const FUNDS_EVERY_MS = 1_000
/** How long attempts have to say what they used before a run is let go. */
const PAUSE_MS = 300
/** Keeps a turn, and so the wait for its commit, short when much arrives at once. */
const MAX_ACTIONS_PER_TURN = 1_000

export class RunLoop {
  readonly context: RunContext
  /** Settles when every task is in a final state, or when the run has to be left. */
  readonly done: Promise<RunState>
  readonly #options: OrchestratorOptions
  readonly #leadership: Leadership
  readonly #timers: Timers
  #resolve: (state: RunState) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #stopListening: () => void = () => {}
  #scheduled = false
  #turning = false
  #pausing = false
  #ended = false
  #storeFailures = 0
  #progressAt = -Infinity

  constructor(options: OrchestratorOptions, leadership: Leadership, state: RunState) {
    this.#options = options
    this.#leadership = leadership
    this.#timers = new Timers(options.clock)
    this.context = createContext(options, state, () => this.#wake())
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.done.catch(() => {})
  }

  async begin(): Promise<void> {
    const { context } = this
    this.#stopListening = listenToAgents(context)
    context.journal.record({ kind: 'resumed', term: this.#leadership.term, at: stamp(context) })
    if (context.state.outcome !== 'open') reopen(context)
    await derive(context)
    takeOver(context)
    const { patienceMs, leaseMs } = context.tuning
    this.#timers.later(patienceMs, () => context.post(() => missAbsent(context)))
    this.#timers.every(FUNDS_EVERY_MS, () => {
      if (context.starved.waitsFor(SHARED)) this.#wake()
    })
    this.#timers.every(leaseMs / 4, () => context.post(() => sweep(context)))
    this.#timers.every(this.#leadership.durationMs / 3, () => void this.#renewLeadership())
    this.#wake()
  }

  /** Gives up what is running and lets go of the run, so that it can be resumed. */
  async pause(): Promise<void> {
    if (this.#ended) return
    const { clock } = this.#options
    this.#pausing = true
    stopAttempts(this.context)
    // One last turn writes what has arrived; what has not is settled when the run is resumed.
    await sleep(clock, PAUSE_MS)
    this.stop()
    while (this.#turning) await sleep(clock, 1)
    await this.#leadership.resign()
  }

  /** Stops at once without a word. */
  stop(): void {
    this.#ended = true
    this.#timers.stop()
    this.#stopListening()
  }

  #wake(): void {
    if (this.#scheduled || this.#ended) return
    this.#scheduled = true
    this.#options.clock.defer(() => {
      this.#scheduled = false
      void this.#turn()
    })
  }

  async #turn(): Promise<void> {
    if (this.#turning || this.#ended) return
    this.#turning = true
    try {
      // Other runs spend too, and limits change.
      await this.context.shared.refresh()
      if (this.#ended) return
      this.#decide()
      await this.#commit()
    } catch (error) {
      if (error instanceof OverBudgetError) await this.#recover(error, 0)
      else if (error instanceof SupersededError) await this.#onRefused(error)
      else if (QaasError.isInstance(error) && error.code === 'store') await this.#recover(error)
      else this.#finish(error)
    } finally {
      this.#turning = false
      const { state, inbox, dirty } = this.context
      if (inbox.size > 0 || state.newlyReady.length > 0 || dirty.size > 0) this.#wake()
    }
  }

  #decide(): void {
    const { context } = this
    const { actions, since } = context.inbox.take(MAX_ACTIONS_PER_TURN)
    // What was kept before this turn is durable by now.
    context.outputs.trim()
    context.inputAt = since ?? context.clock.now()
    for (const action of actions) action()
    // Placing a task can make it newly ready again, and starting one can starve it.
    feedStarved(context)
    while (context.state.newlyReady.length > 0) admitReady(context)
    if (!this.#pausing) dispatch(context)
    context.replanning.start(context)
    if (settleIfOver(context) || this.#pausing) return
    giveUpIfIdle(context, (delayMs) => this.#timers.later(delayMs, () => this.#wake()))
    // Giving up may have closed the last tasks: nothing else would come to say that the run is over.
    settleIfOver(context)
  }

  async #commit(): Promise<void> {
    const { context } = this
    const { journal, clock, runId } = context
    if (journal.pending === 0) return
    if (clock.now() - this.#progressAt >= PROGRESS_EVERY_MS || context.state.outcome !== 'open') {
      this.#progressAt = clock.now()
      journal.put(progressKey(runId), JSON.stringify(progressOf(context)))
    }
    context.counters.commits += 1
    await journal.commit(this.#leadership.term)
    this.#storeFailures = 0
    if (context.state.outcome !== 'open') this.#finish(undefined)
  }

  /** A refused commit: another orchestrator has the run, or our own term was renewed under our feet. */
  async #onRefused(error: SupersededError): Promise<void> {
    if (await this.#leadership.moveOn()) await this.#recover(error)
    else this.#finish(superseded(this.context.runId, error.message))
  }

  /** The state ran ahead of a commit that failed: goes back to what the log says, as often as it takes. */
  async #recover(cause: unknown, failuresSoFar = this.#storeFailures): Promise<void> {
    const { clock, maxStoreFailures = DEFAULT_MAX_STORE_FAILURES } = this.#options
    this.#storeFailures = failuresSoFar
    for (let failure = cause; ; ) {
      this.#storeFailures += 1
      if (this.#storeFailures > maxStoreFailures) return this.#finish(failure)
      await sleep(clock, STORE_RETRY_MS * 2 ** this.#storeFailures)
      if (this.#ended) return
      try {
        return await this.#reload()
      } catch (error) {
        failure = error
      }
    }
  }

  async #reload(): Promise<void> {
    const { context } = this
    const { state } = await loadRun(context.store, context.runId, { taskLimits })
    context.state = state
    if (state.outcome !== 'open') return this.#finish(undefined)
    context.journal = openJournal(this.#options, state)
    await derive(context)
    carryOn(context)
    this.#wake()
  }

  async #renewLeadership(): Promise<void> {
    try {
      await this.#leadership.renew()
    } catch (error) {
      // A failing store is the next commit's to find out.
      if (QaasError.isInstance(error) && error.code === 'not-allowed') this.#finish(error)
    }
  }

  #finish(error: unknown): void {
    if (this.#ended) return
    this.stop()
    void this.#leadership.resign().catch(() => {})
    if (error === undefined) this.#resolve(this.context.state)
    else this.#reject(error)
  }
}
