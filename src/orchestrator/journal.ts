/**
 * Writes what happens to a run: applies each event to the state at once, and makes all events of a turn durable in
 * one change. Effects (messages to agents) wait until their events are durable. After a failed commit the state is
 * ahead of the log and must be thrown away.
 */
import type { Store, TaskChange } from '../store/store.ts'
import { encodeEvent, type RunEvent } from './run-event.ts'
import type { RunState } from './run-state.ts'

export const runStream = (runId: string): string => `run/${runId}`
export const leadershipName = (runId: string): string => `run/${runId}`
export const progressKey = (runId: string): string => `progress/${runId}`

export interface JournalOptions {
  readonly store: Store
  readonly runId: string
  readonly state: RunState
  /** The store's account whose budget the run shares with others. */
  readonly sharedAccount: string
  readonly ownerOf: (agent: number) => string
  readonly leaseUntil: () => number
  /** Called with each event once it is durable. */
  readonly onEvent?: (event: RunEvent) => void
}

/** The change was refused: another orchestrator has the run. */
export class SupersededError extends Error {}

/** The change was refused: other runs have meanwhile taken what was left of the shared budget. */
export class OverBudgetError extends Error {}

export class Journal {
  readonly #options: JournalOptions
  #length: number
  #events: string[] = []
  #told: RunEvent[] = []
  #tasks: TaskChange[] = []
  #puts: { key: string; value: string | Uint8Array }[] = []
  #effects: (() => void)[] = []
  /** What the run had spent and held at the last commit. */
  #charged: { readonly settled: number; readonly reserved: number }

  /** `state` must be the fold of the whole log. */
  constructor(options: JournalOptions) {
    this.#options = options
    this.#length = options.state.events
    this.#charged = options.state.runAccount
  }

  get pending(): number {
    return this.#events.length
  }

  /** Money taken since the last commit, spent or held; negative when holds were released. */
  get uncommitted(): number {
    const { settled, reserved } = this.#options.state.runAccount
    return settled + reserved - this.#charged.settled - this.#charged.reserved
  }

  /** Applies the event and queues it; `result` is the accepted answer of its task, as JSON. */
  record(event: RunEvent, result?: string): void {
    const { state, onEvent } = this.#options
    state.apply(event)
    this.#events.push(encodeEvent(event))
    const change = this.#taskChange(event, result)
    if (change) this.#tasks.push(change)
    // What is told to others is durable first.
    if (onEvent) this.#told.push(event)
  }

  renew(task: number, fence: number): void {
    this.#tasks.push({ kind: 'renew', task, fence, until: this.#options.leaseUntil() })
  }

  put(key: string, value: string | Uint8Array): void {
    this.#puts.push({ key, value })
  }

  /** Runs once everything recorded so far is durable. */
  afterwards(effect: () => void): void {
    this.#effects.push(effect)
  }

  /** @throws SupersededError when another orchestrator has taken over; QaasError `store` when the medium fails */
  async commit(term: number): Promise<void> {
    const { store, runId, sharedAccount } = this.#options
    const [events, tasks, puts, effects] = [this.#events, this.#tasks, this.#puts, this.#effects]
    const told = this.#told
    this.#events = []
    this.#told = []
    this.#tasks = []
    this.#puts = []
    this.#effects = []
    const charged = this.#options.state.runAccount
    const reserve = charged.reserved - this.#charged.reserved
    const settle = charged.settled - this.#charged.settled
    const outcome = await store.commit({
      leadership: { name: leadershipName(runId), term },
      queue: runId,
      tasks,
      puts,
      accounts: reserve === 0 && settle === 0 ? [] : [{ account: sharedAccount, reserve, settle }],
      append: { stream: runStream(runId), events, expect: this.#length },
    })
    if (outcome === 'over-budget') throw new OverBudgetError(outcome)
    if (outcome !== 'ok') throw new SupersededError(outcome)
    this.#charged = charged
    this.#length += events.length
    for (const event of told) this.#options.onEvent?.(event)
    for (const effect of effects) effect()
  }

  #taskChange(event: RunEvent, result: string | undefined): TaskChange | undefined {
    switch (event.kind) {
      case 'started': {
        const { task, fence, agent } = event
        const { ownerOf, leaseUntil } = this.#options
        return { kind: 'lease', task, fence, owner: ownerOf(agent), until: leaseUntil() }
      }
      case 'ended': {
        const { task, fence, cause, retryAt } = event
        if (cause === 'unchecked') return undefined
        if (cause === 'accepted')
          return { kind: 'complete', task, fence, ...(result === undefined ? {} : { result }) }
        return { kind: 'return', task, fence, notBefore: retryAt }
      }
      case 'checked': {
        const { task, fence, accepted } = event
        if (!accepted) return { kind: 'return', task, fence }
        return { kind: 'complete', task, fence, ...(result === undefined ? {} : { result }) }
      }
      case 'lost':
        return { kind: 'return', task: event.task, fence: event.fence }
      case 'reopened':
        return { kind: 'reopen', task: event.task, fence: this.#options.state.fence[event.task]! }
      case 'closed':
        return { kind: 'close', task: event.task, fence: this.#options.state.fence[event.task]! }
      default:
        return undefined
    }
  }
}
