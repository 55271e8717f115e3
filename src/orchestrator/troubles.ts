/** Why attempts of a run failed, from its log: the last error of each task, and what each pool's attempts say alike. */
import type { RunEvent } from './run-event.ts'

export interface Trouble {
  /** In words: what the provider said, or why it could not be asked. */
  readonly cause: string
  /** Attempts that failed with exactly this cause. */
  readonly attempts: number
  readonly pool: number
  /** Every attempt the pool has made so far ended with it. */
  readonly always: boolean
}

interface PoolErrors {
  ended: number
  /** Attempts by cause. */
  readonly causes: Map<string, number>
}

/** Causes told apart per pool; further ones count as ended only. */
const MAX_CAUSES = 100
/** So many attempts alike are no accident. */
const ALWAYS_FROM = 3

export class Troubles {
  readonly #pools = new Map<number, PoolErrors>()
  readonly #lastError = new Map<number, string>()
  #newest: { readonly pool: number; readonly cause: string } | undefined

  /** `pool` is that of the attempt. */
  note(event: Extract<RunEvent, { kind: 'ended' | 'lost' }>, pool: number): void {
    const own = this.#of(pool)
    const cause = causeOf(event)
    if (cause === undefined) {
      if (event.kind === 'lost' || event.cause === 'returned') return
      own.ended += 1
      if (event.cause === 'rejected') this.rejected(event.task, event.reason)
      return
    }
    own.ended += 1
    this.#lastError.set(event.task, cause)
    this.#newest = { pool, cause }
    if (own.causes.has(cause) || own.causes.size < MAX_CAUSES)
      own.causes.set(cause, (own.causes.get(cause) ?? 0) + 1)
  }

  rejected(task: number, reason: string): void {
    this.#lastError.set(task, `answer rejected: ${reason}`)
  }

  done(task: number): void {
    this.#lastError.delete(task)
  }

  lastError(task: number): string | undefined {
    return this.#lastError.get(task)
  }

  get newest(): Trouble | undefined {
    return this.#newest && this.#trouble(this.#newest.pool, this.#newest.cause)
  }

  /** Pools none of whose attempts ended in anything but one and the same error. */
  get alwaysAlike(): readonly Trouble[] {
    return [...this.#pools].flatMap(([pool, { causes }]) => {
      const [cause] = causes.keys()
      const trouble = cause === undefined ? undefined : this.#trouble(pool, cause)
      return trouble?.always ? [trouble] : []
    })
  }

  #trouble(pool: number, cause: string): Trouble {
    const { ended, causes } = this.#of(pool)
    const attempts = causes.get(cause) ?? 1
    return { cause, attempts, pool, always: ended >= ALWAYS_FROM && attempts === ended }
  }

  #of(pool: number): PoolErrors {
    const known = this.#pools.get(pool)
    if (known) return known
    const fresh = { ended: 0, causes: new Map<string, number>() }
    this.#pools.set(pool, fresh)
    return fresh
  }
}

/** Undefined for what says nothing about the provider: answers, cancelled attempts, those of a dead process. */
function causeOf(event: Extract<RunEvent, { kind: 'ended' | 'lost' }>): string | undefined {
  if (event.kind === 'lost') return event.blame ? 'nothing was heard of it any more' : undefined
  const told = event.cause === 'failed' || (event.cause === 'returned' && event.reason === 'rate-limited')
  return told ? event.detail || event.reason : undefined
}
