/**
 * The embedded Store: one SQLite file in WAL mode with `synchronous=FULL`. Changes of one turn of the event loop
 * share one transaction and one fsync. Several processes may open the same file.
 */
import Database from 'libsql'
import type { Clock } from '../clock/clock.ts'
import { QaasError } from '../errors.ts'
import { MIGRATIONS } from './schema.ts'
import { readSegments, streamLength } from './segments.ts'
import { damaged, storeError } from './sqlite-errors.ts'
import { createWriter, type Writer } from './sqlite-writer.ts'
import { createStatements, STATUSES, type Statements } from './statements.ts'
import type { Change, Leader, Lease, Outcome, Store, TaskRow } from './store.ts'

/** How long a process waits for another one's transaction. */
const BUSY_TIMEOUT_MS = 10_000

/** Leaderships further ahead than so many terms of life come from a wrong clock. */
const MAX_TTLS = 4

export interface SqliteStoreOptions {
  /** Says when a turn ends; the host's clock outside of tests. */
  readonly clock: Pick<Clock, 'defer'>
  /** Called after each group commit, for metrics. */
  readonly onCommit?: (report: { readonly changes: number; readonly elapsedMs: number }) => void
  readonly now?: () => number
  /** The file may not grow beyond so many pages of 4 KiB, as on a small disk. */
  readonly maxPages?: number
}

interface Waiting {
  readonly change: Change
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: Error) => void
}

/** Opens or creates the store. @throws QaasError `store` when it is damaged, locked or cannot be written */
export function openSqliteStore(path: string, options: SqliteStoreOptions): Store {
  const { database, statements } = guarded(path, () => connect(path, options.maxPages))
  const writer = createWriter(statements)
  const { clock, onCommit, now = () => performance.now() } = options
  let waiting: Waiting[] = []

  const flush = (): void => {
    const group = waiting
    waiting = []
    if (group.length === 0) return
    const start = now()
    try {
      const outcomes = transaction(database, () => group.map(({ change }) => inSavepoint(writer, change)))
      group.forEach(({ resolve }, at) => {
        resolve(outcomes[at]!)
      })
    } catch (cause) {
      const error = storeError(path, cause)
      for (const { reject } of group) reject(error)
    }
    onCommit?.({ changes: group.length, elapsedMs: now() - start })
  }
  const inSavepoint = (target: Writer, change: Change): Outcome => {
    statements.savepoint.run()
    const outcome = target.apply(change)
    if (outcome !== 'ok') statements.rollbackTo.run()
    statements.release.run()
    return outcome
  }
  /** Runs `action` in a transaction of its own, after what waits for the next group. */
  const write = <T>(action: () => T): T => {
    flush()
    return guarded(path, () => transaction(database, action))
  }

  return {
    commit: (change) =>
      new Promise((resolve, reject) => {
        if (waiting.push({ change, resolve, reject }) === 1) clock.defer(flush)
      }),
    claim: async (queue, { owner, max, now: at, until }) =>
      write(() => {
        const id = writer.idOf(queue)
        const rows = statements.claimable.all([id, at, max]) as [number, number][]
        return rows.map(([task, fence]): Lease => {
          statements.lease.run([fence + 1, owner, until, id, task, fence])
          return { task, fence: fence + 1 }
        })
      }),
    sweep: async (queue, at, max) =>
      write(() => {
        const id = writer.idOf(queue)
        const rows = statements.expired.all([id, at, max]) as [number][]
        for (const [task] of rows) statements.expire.run([id, task])
        return rows.map(([task]) => task)
      }),
    elect: async (name, { holder, now: at, ttlMs, replacing }) =>
      write(() => {
        const leader = readLeader(statements, name)
        const held = leader !== undefined && leader.until > at && leader.until <= at + MAX_TTLS * ttlMs
        if (held && leader.holder !== holder && leader.term !== replacing) return { elected: false, leader }
        const keeps = held && leader.holder === holder
        const next = { term: keeps ? leader.term : (leader?.term ?? 0) + 1, holder, until: at + ttlMs }
        statements.putLeader.run([name, next.term, holder, next.until])
        return { elected: true, leader: next }
      }),
    leader: async (name) => guarded(path, () => readLeader(statements, name)),
    resign: async (name, term) => write(() => void statements.endLeader.run([name, term])),
    read: async (stream, from, limit = Infinity) =>
      guarded(path, () => readSegments(statements, { path, stream, from, limit })),
    length: async (stream) => guarded(path, () => streamLength(statements, stream)),
    tasks: async (queue) =>
      guarded(path, () =>
        (statements.tasks.all([queue]) as [number, number, number, string, number][]).map(
          ([task, status, fence, owner, until]): TaskRow => ({
            task,
            status: STATUSES[status]!,
            fence,
            owner,
            until,
          }),
        ),
      ),
    result: async (queue, task) =>
      guarded(path, () => (statements.result.get([queue, task]) as [string] | undefined)?.[0]),
    account: async (name) => guarded(path, () => writer.account(name)),
    get: async (key) =>
      guarded(path, () => {
        const row = statements.pair.get([key]) as [string | Buffer, number] | undefined
        return row && { value: row[0], revision: row[1] }
      }),
    keys: async (prefix) =>
      guarded(path, () =>
        (statements.keys.all([prefix, `${prefix}\u{10ffff}`]) as [string][]).map(([key]) => key),
      ),
    async close() {
      flush()
      try {
        database.exec('pragma wal_checkpoint(truncate)')
      } catch {
        // The log stays beside the file and is read from there; nothing is lost.
      }
      database.close()
    },
  }
}

function connect(path: string, maxPages?: number): { database: Database.Database; statements: Statements } {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec('pragma journal_mode = WAL; pragma synchronous = FULL; pragma wal_autocheckpoint = 4000')
    if (maxPages !== undefined) database.exec(`pragma max_page_count = ${maxPages}`)
    migrate(path, database)
    return { database, statements: createStatements(database) }
  } catch (error) {
    database.close()
    throw error
  }
}

function migrate(path: string, database: Database.Database): void {
  const version = (): number => (database.prepare('pragma user_version').raw().get() as [number])[0]
  if (version() > MIGRATIONS.length)
    throw new QaasError('store', `run store "${path}" was written by a newer QAAS (version ${version()})`, {
      advice: 'Maybe update QAAS, or point QAAS_HOME to another folder.',
    })
  if (version() > 0) {
    const faults = database.prepare('pragma quick_check(1)').raw().all() as [string][]
    if (faults[0]?.[0] !== 'ok') throw damaged(path, faults[0]?.[0] ?? 'quick_check says nothing')
  }
  if (version() === MIGRATIONS.length) return
  transaction(database, () => {
    for (let step = version(); step < MIGRATIONS.length; step++)
      database.exec(`${MIGRATIONS[step]}; pragma user_version = ${step + 1}`)
  })
}

function transaction<T>(database: Database.Database, action: () => T): T {
  database.exec('begin immediate')
  try {
    const result = action()
    database.exec('commit')
    return result
  } catch (error) {
    // A full disk has rolled back already; the first error is the one to tell.
    if (database.inTransaction) database.exec('rollback')
    throw error
  }
}

function guarded<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw storeError(path, cause)
  }
}

function readLeader(statements: Statements, name: string): Leader | undefined {
  const row = statements.leader.get([name]) as [number, string, number] | undefined
  return row && { term: row[0], holder: row[1], until: row[2] }
}
