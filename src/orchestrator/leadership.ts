/** The right to run a run: one process has it at a time, each holder under a higher term than any before. */
import type { Clock } from '../clock/clock.ts'
import { QaasError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { leadershipName } from './journal.ts'

export interface LeadershipOptions {
  readonly store: Store
  readonly clock: Clock
  readonly runId: string
  /** Who this is; a dead holder can be told from a live one by it. */
  readonly holder: string
  /** How long it lasts without a sign of life. */
  readonly leadershipMs?: number
  /** Whether a holder is certainly gone, so that its leadership can be taken before it runs out. */
  readonly isGone?: (holder: string) => boolean
}

const DEFAULT_LEADERSHIP_MS = 15_000

export class Leadership {
  readonly #options: LeadershipOptions
  #term = 0

  private constructor(options: LeadershipOptions) {
    this.#options = options
  }

  /** @throws QaasError `not-allowed` when somebody else has it */
  static async take(options: LeadershipOptions): Promise<Leadership> {
    const { runId, isGone } = options
    const leadership = new Leadership(options)
    const first = await leadership.#elect()
    const retry = !first.elected && isGone?.(first.leader.holder)
    const { elected, leader } = retry ? await leadership.#elect(first.leader.term) : first
    if (!elected)
      throw new QaasError('not-allowed', `run "${runId}" is already being run by ${leader.holder}`, {
        advice: 'Maybe watch it with "qaas status"; one run has one orchestrator at a time.',
        data: { runId, holder: leader.holder },
      })
    leadership.#term = leader.term
    return leadership
  }

  get term(): number {
    return this.#term
  }

  get durationMs(): number {
    return this.#options.leadershipMs ?? DEFAULT_LEADERSHIP_MS
  }

  /** Extends it. @throws QaasError `not-allowed` when somebody else has it; `store` when the medium fails */
  async renew(): Promise<void> {
    const { elected, leader } = await this.#elect()
    if (!elected) throw superseded(this.#options.runId, `led by ${leader.holder}`)
    this.#term = leader.term
  }

  /** After a commit was refused under the present term: true when it is still ours, under a new term. */
  async moveOn(): Promise<boolean> {
    const { store, runId, holder } = this.#options
    const leader = await store.leader(leadershipName(runId)).catch(() => undefined)
    if (leader?.holder !== holder || leader.term === this.#term) return false
    this.#term = leader.term
    return true
  }

  async resign(): Promise<void> {
    const { store, runId } = this.#options
    await store.resign(leadershipName(runId), this.#term)
  }

  #elect(replacing?: number): ReturnType<Store['elect']> {
    const { store, clock, runId, holder } = this.#options
    return store.elect(leadershipName(runId), {
      holder,
      now: clock.wall(),
      ttlMs: this.durationMs,
      ...(replacing === undefined ? {} : { replacing }),
    })
  }
}

export function superseded(runId: string, detail: string): QaasError {
  return new QaasError('not-allowed', `run "${runId}" was taken over by another orchestrator (${detail})`, {
    advice: 'Maybe this process was stopped for a while; the other one goes on with the run.',
  })
}
