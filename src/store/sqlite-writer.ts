/** Applies one change inside the caller's savepoint; says why when it is refused, and then leaves undoing to it. */
import { alikeFrom, BULK_ROWS, bulkSteps } from './bulk.ts'
import { appendSegment, head } from './segments.ts'
import type { Statements } from './statements.ts'
import type { Account, AccountChange, Change, Outcome, TaskChange } from './store.ts'

export interface Writer {
  apply(change: Change): Outcome
  /** The number that stands for a queue or stream in the tables. */
  idOf(name: string): number
  account(name: string): Account
}

export function createWriter(statements: Statements): Writer {
  const idOf = (name: string): number => {
    const known = statements.nameId.get([name]) as [number] | undefined
    if (known !== undefined) return known[0]
    statements.addName.run([name])
    return (statements.nameId.get([name]) as [number])[0]
  }
  const account = (name: string): Account => {
    const row = statements.account.get([name]) as [number, number, number | null] | undefined
    return { settled: row?.[0] ?? 0, reserved: row?.[1] ?? 0, limit: row?.[2] ?? Infinity }
  }

  const applyAccount = ({ account: name, reserve, settle, limit }: AccountChange): Outcome => {
    const old = account(name)
    const max = limit ?? old.limit
    const next = { settled: old.settled + settle, reserved: old.reserved + reserve }
    if (reserve + settle > 0 && next.settled + next.reserved > max) return 'over-budget'
    statements.putAccount.run([name, next.settled, next.reserved, max === Infinity ? null : max])
    return 'ok'
  }
  const applyPut = ({ key, value, expect }: NonNullable<Change['puts']>[number]): Outcome => {
    const revision = (statements.pair.get([key]) as [unknown, number] | undefined)?.[1] ?? 0
    if (expect !== undefined && expect !== revision) return 'conflict'
    statements.putPair.run([key, value, revision + 1])
    return 'ok'
  }
  const applyAppend = ({ stream, events, expect }: NonNullable<Change['append']>): Outcome => {
    const id = idOf(stream)
    const at = head(statements, id)
    if (expect !== undefined && at.length !== expect) return 'conflict'
    if (events.length > 0) appendSegment(statements, id, { at, events })
    return 'ok'
  }

  return {
    idOf,
    account,
    apply(change) {
      if (change.leadership) {
        const { name, term } = change.leadership
        const leader = statements.leader.get([name]) as [number] | undefined
        if (leader?.[0] !== term) return 'superseded'
      }
      const steps: (() => Outcome)[] = []
      if (change.append) steps.push(() => applyAppend(change.append!))
      for (const put of change.puts ?? []) steps.push(() => applyPut(put))
      for (const one of change.accounts ?? []) steps.push(() => applyAccount(one))
      for (const step of steps) {
        const outcome = step()
        if (outcome !== 'ok') return outcome
      }
      if (!change.tasks?.length) return 'ok'
      return applyTasks(statements, idOf(change.queue ?? ''), change.tasks)
    },
  }
}

/** Steps that many tasks take alike go in groups; the others, and what is left of a group, one by one. */
function applyTasks(statements: Statements, queue: number, steps: readonly TaskChange[]): Outcome {
  let at = 0
  while (at < steps.length) {
    at += bulkSteps(statements, queue, alikeFrom(steps, at))
    // After a group that did not go through, the single step says why; it may also just be the lease of a known task.
    for (let k = 0; k < BULK_ROWS && at < steps.length; k++) {
      const outcome = applyTask(statements, queue, steps[at++]!)
      if (outcome !== 'ok') return outcome
    }
  }
  return 'ok'
}

function applyTask(statements: Statements, queue: number, step: TaskChange): Outcome {
  const { task } = step
  const done = (result: { readonly changes: number }): Outcome => (result.changes === 1 ? 'ok' : 'stale')
  switch (step.kind) {
    case 'enqueue':
      statements.enqueue.run([queue, task, '', step.priority ?? 0, step.notBefore ?? 0])
      return 'ok'
    case 'lease':
      if (step.fence === 1 && statements.leaseNew.run([queue, task, step.owner, step.until]).changes === 1)
        return 'ok'
      return done(statements.lease.run([step.fence, step.owner, step.until, queue, task, step.fence - 1]))
    case 'renew':
      return done(statements.renew.run([step.until, queue, task, step.fence]))
    case 'return':
      return done(statements.giveBack.run([step.notBefore ?? 0, queue, task, step.fence]))
    case 'reopen':
      return done(statements.reopen.run([queue, task, step.fence]))
    case 'close':
      return done(statements.close.run([queue, task, step.fence]))
    case 'complete': {
      if (statements.complete.run([queue, task, step.fence]).changes !== 1)
        return statements.isDone.get([queue, task, step.fence]) === undefined ? 'stale' : 'duplicate'
      if (step.result !== undefined) statements.addResult.run([queue, task, step.result])
      return 'ok'
    }
  }
}
