/**
 * The port of truth: task leases with fencing, an append-only event log, accounts, key-value pairs, leadership.
 * Every adapter passes `test/conformance/store.ts`. What a promise here resolves with is durable.
 *
 * The unit of writing is a `Change`: all of it happens or none. Changes made in the same turn share one commit of
 * the medium (group commit) and still succeed or are refused one by one.
 */

/** Why a change was refused; nothing of it was written. */
export type Refusal =
  /** A task's fence or state is not what the change expects: someone else has moved it on. */
  | 'stale'
  /** The task was already completed under this very fence. */
  | 'duplicate'
  /** The stream or key is not at the expected position. */
  | 'conflict'
  /** The leadership term of the writer is over. */
  | 'superseded'
  /** An account would hold more than its limit. */
  | 'over-budget'

export type Outcome = 'ok' | Refusal

export type TaskStatus = 'ready' | 'leased' | 'done' | 'closed'

/** One step of one task; `queue` is the run it belongs to. */
export type TaskChange =
  /** Makes a task known and ready; does nothing when it is known already. */
  | {
      readonly kind: 'enqueue'
      readonly task: number
      readonly priority?: number
      readonly notBefore?: number
    }
  /** Leases a ready or yet unknown task under `fence`, which must be its last fence plus 1. */
  | {
      readonly kind: 'lease'
      readonly task: number
      readonly fence: number
      readonly owner: string
      readonly until: number
    }
  | { readonly kind: 'renew'; readonly task: number; readonly fence: number; readonly until: number }
  | { readonly kind: 'complete'; readonly task: number; readonly fence: number; readonly result?: string }
  /** Gives a leased task back, to be claimed not before `notBefore`. */
  | { readonly kind: 'return'; readonly task: number; readonly fence: number; readonly notBefore?: number }
  /** Ends a task without a result, leased or not. */
  | { readonly kind: 'close'; readonly task: number; readonly fence: number }
  /** Makes a closed task ready again. */
  | { readonly kind: 'reopen'; readonly task: number; readonly fence: number }

/** Adds to the two sides of an account; refused when `settled + reserved` would grow beyond the limit. */
export interface AccountChange {
  readonly account: string
  readonly reserve: number
  readonly settle: number
  /** Sets the limit first; Infinity for none. */
  readonly limit?: number
}

export interface Change {
  /** The writer's leadership; the change is refused once a later term exists. */
  readonly leadership?: { readonly name: string; readonly term: number }
  readonly queue?: string
  readonly tasks?: readonly TaskChange[]
  /** `expect` is the number of events the stream must hold before. Events are JSON texts. */
  readonly append?: {
    readonly stream: string
    readonly events: readonly string[]
    readonly expect?: number
  }
  readonly accounts?: readonly AccountChange[]
  /** `expect` is the revision the key must have; 0 for a key that must not exist. */
  readonly puts?: readonly {
    readonly key: string
    readonly value: string | Uint8Array
    readonly expect?: number
  }[]
}

export interface Lease {
  readonly task: number
  readonly fence: number
}

export interface TaskRow {
  readonly task: number
  readonly status: TaskStatus
  readonly fence: number
  readonly owner: string
  readonly until: number
}

export interface Account {
  readonly settled: number
  readonly reserved: number
  readonly limit: number
}

export interface Leader {
  readonly term: number
  readonly holder: string
  readonly until: number
}

export interface ElectOptions {
  readonly holder: string
  readonly now: number
  readonly ttlMs: number
  /** Displaces exactly this term although it has not run out: its holder is known to be dead. */
  readonly replacing?: number
}

export interface Store {
  /** @throws QaasError `store` when the medium fails: then it is unknown whether the change was written */
  commit(change: Change): Promise<Outcome>
  /** Leases up to `max` ready tasks of a queue, highest priority first, then lowest number. */
  claim(
    queue: string,
    request: {
      readonly owner: string
      readonly max: number
      readonly now: number
      readonly until: number
    },
  ): Promise<readonly Lease[]>
  /** Makes tasks whose lease ran out ready again; their old fence is worth nothing from then on. */
  sweep(queue: string, now: number, max: number): Promise<readonly number[]>
  /**
   * Becomes leader with a term higher than any before, or learns who is. Renewing keeps the term. A leadership that
   * says it lasts much longer than `ttlMs` comes from a clock that was set back since, and counts as run out.
   */
  elect(name: string, options: ElectOptions): Promise<{ readonly elected: boolean; readonly leader: Leader }>
  /** The leadership as it was last taken, running or run out. */
  leader(name: string): Promise<Leader | undefined>
  /** Ends a leadership early; nothing happens when the term is over already. */
  resign(name: string, term: number): Promise<void>
  /** Events `from` and on, at most about `limit`, in order. @throws QaasError `store` when the log is damaged */
  read(stream: string, from: number, limit?: number): Promise<readonly string[]>
  /** Number of events in a stream. */
  length(stream: string): Promise<number>
  tasks(queue: string): Promise<readonly TaskRow[]>
  result(queue: string, task: number): Promise<string | undefined>
  account(name: string): Promise<Account>
  get(key: string): Promise<{ readonly value: string | Uint8Array; readonly revision: number } | undefined>
  /** Keys that start with `prefix`, sorted. */
  keys(prefix: string): Promise<readonly string[]>
  close(): Promise<void>
}
