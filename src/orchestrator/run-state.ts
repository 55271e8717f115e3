/**
 * The state of a run as the fold of its events, in columns. `apply` is the only way to change it, live and in
 * replay alike; it decides nothing.
 */
import { createHash } from 'node:crypto'
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import { pairQuality, pairTokens } from '../model/pair.ts'
import { Ledger } from './ledger.ts'
import { toNano } from './money.ts'
import type { CloseCause, RunEvent } from './run-event.ts'

/** Task states; everything from `DONE` on is final. */
export const WAITING = 0
export const READY = 1
export const RUNNING = 2
/** An answer is there and being checked. */
export const CHECKING = 3
export const DONE = 4
export const FAILED = 5
export const SKIPPED = 6
export const CANCELLED = 7
export const STATUS_NAMES = [
  'waiting',
  'ready',
  'running',
  'checking',
  'done',
  'failed',
  'skipped',
  'cancelled',
] as const

const MAX_FENCE = 4096

/** The ledger's key of an attempt's hold, and of the judge's behind it. */
export const holdKey = (task: number, fence: number): number => task * MAX_FENCE + fence
export const judgeKey = (task: number, fence: number): number => -1 - holdKey(task, fence)

export interface RunLimits {
  /** Of the run as a whole, in nano-dollars; Infinity for none. */
  readonly runNano: number
  /** Of each workflow; Infinity for none. */
  readonly workflowNano: number
  /** Of single tasks that have one. */
  readonly taskNano: ReadonlyMap<number, number>
}

export interface Attempt {
  readonly task: number
  readonly fence: number
  readonly agent: number
  readonly at: number
}

const CLOSED_STATUS: Record<CloseCause, number> = {
  quarantined: FAILED,
  rejected: FAILED,
  unaffordable: FAILED,
  'no-agent': FAILED,
  unassigned: FAILED,
  skipped: SKIPPED,
  cancelled: CANCELLED,
}

export class RunState {
  instance: Instance
  status: Uint8Array
  /** Number of leases a task has had; the last one's fence. */
  fence: Int32Array
  /** Who has the task or shall have it; -1 for nobody. */
  agentOf: Int32Array
  /** Failures in a row on the present agent. */
  tries: Uint16Array
  /** Parents that are not done. */
  waiting: Int32Array
  readonly running = new Map<number, Attempt>()
  /** Attempts given up whose bill is not known yet, by hold key. */
  readonly orphans = new Map<number, Attempt>()
  readonly judging = new Map<number, Attempt>()
  readonly failedOn = new Map<number, Set<number>>()
  /** Quality a task's next agent must exceed, after a rejected answer. */
  readonly escalatedFrom = new Map<number, number>()
  readonly retryAt = new Map<number, number>()
  readonly closeCause = new Map<number, CloseCause>()
  /** Tasks of each agent that are done, running or still to do, and their tokens. */
  readonly load: Int32Array
  readonly loadTokens: Float64Array
  /** Live attempts of each agent. */
  readonly busy: Int32Array
  readonly up: Uint8Array
  readonly counts = new Int32Array(STATUS_NAMES.length)
  readonly ledger = new Ledger()
  limits: RunLimits
  /** Tasks that became ready since this was last emptied. */
  newlyReady: number[] = []
  events = 0
  outcome: 'open' | 'finished' | 'cancelled' = 'open'
  /** Tasks the plan the run began with knows; later ones were submitted. */
  readonly plannedTasks: number
  readonly #runAccount: number
  readonly #runScopes: readonly number[]

  constructor(instance: Instance, agentOf: Int32Array, limits: RunLimits) {
    const { count } = instance.tasks
    this.instance = instance
    this.limits = limits
    this.plannedTasks = count
    this.status = new Uint8Array(count)
    this.fence = new Int32Array(count)
    this.agentOf = new Int32Array(count).fill(-1)
    this.tries = new Uint16Array(count)
    this.waiting = new Int32Array(count)
    this.load = new Int32Array(instance.fleet.numAgents)
    this.loadTokens = new Float64Array(instance.fleet.numAgents)
    this.busy = new Int32Array(instance.fleet.numAgents)
    this.up = new Uint8Array(instance.fleet.numAgents).fill(1)
    this.#runAccount = this.ledger.open('run', limits.runNano)
    this.#runScopes = [this.#runAccount]
    this.#admit(0, count)
    for (let task = 0; task < count; task++) if (agentOf[task]! >= 0) this.#assign(task, agentOf[task]!)
  }

  /** Takes over an instance that has more tasks at its end; the `submitted` event follows. */
  grow(instance: Instance, taskNano: ReadonlyMap<number, number> = this.limits.taskNano): void {
    const before = this.status.length
    const { count } = instance.tasks
    const longer = <T extends Uint8Array | Uint16Array | Int32Array>(column: T, fill = 0): T => {
      const next = new (column.constructor as new (length: number) => T)(count)
      next.fill(fill)
      next.set(column as never)
      return next
    }
    this.instance = instance
    this.limits = { ...this.limits, taskNano }
    this.status = longer(this.status)
    this.fence = longer(this.fence)
    this.agentOf = longer(this.agentOf, -1)
    this.tries = longer(this.tries)
    this.waiting = longer(this.waiting)
    this.#admit(before, count)
  }

  /** The accounts an attempt on this pool is charged to. */
  scopes(task: number, pool: number): readonly number[] {
    const { fleet, tasks } = this.instance
    const { taskNano, workflowNano } = this.limits
    const poolUsd = fleet.budgetUsd[pool]!
    const taskLimit = taskNano.get(task)
    const workflow = workflowNano === Infinity ? undefined : tasks.workflows.get(task)
    if (poolUsd === Infinity && taskLimit === undefined && workflow === undefined) return this.#runScopes
    const scopes = [this.#runAccount]
    if (poolUsd !== Infinity) scopes.push(this.ledger.open(`pool ${fleet.poolIds[pool]}`, toNano(poolUsd)))
    if (workflow !== undefined) scopes.push(this.ledger.open(`workflow ${workflow}`, workflowNano))
    if (taskLimit !== undefined) scopes.push(this.ledger.open(`task ${tasks.ids.get(task)}`, taskLimit))
    return scopes
  }

  get runAccount(): ReturnType<Ledger['view']> {
    return this.ledger.view(this.#runAccount)
  }

  isFinal(task: number): boolean {
    return this.status[task]! >= DONE
  }

  get remaining(): number {
    const { counts } = this
    return counts[WAITING]! + counts[READY]! + counts[RUNNING]! + counts[CHECKING]!
  }

  apply(event: RunEvent): void {
    this.events += 1
    switch (event.kind) {
      case 'started':
        this.#start(event)
        return
      case 'ended':
        this.#end(event)
        return
      case 'lost': {
        const attempt = this.#finishAttempt(event.task, event.fence)
        this.orphans.set(holdKey(event.task, event.fence), attempt)
        if (event.blame) this.#blame(event.task, attempt.agent)
        this.#set(event.task, READY)
        return
      }
      case 'billed':
        this.orphans.delete(holdKey(event.task, event.fence))
        this.ledger.settle(holdKey(event.task, event.fence), event.cost)
        return
      case 'judging':
        this.#reserve(judgeKey(event.task, event.fence), event)
        this.judging.set(event.task, event)
        return
      case 'judged':
        this.judging.delete(event.task)
        this.ledger.settle(judgeKey(event.task, event.fence), event.cost)
        return
      case 'checked':
        if (event.accepted) {
          this.#done(event.task)
          return
        }
        this.#escalate(event.task)
        this.#set(event.task, READY)
        return
      case 'moved':
        this.#assign(event.task, event.agent)
        return
      case 'closed':
        this.#unassign(event.task)
        this.closeCause.set(event.task, event.cause)
        this.retryAt.delete(event.task)
        this.#set(event.task, CLOSED_STATUS[event.cause])
        return
      case 'agent':
        this.up[event.agent] = event.up ? 1 : 0
        return
      case 'budget':
        this.ledger.setLimit(this.#runAccount, event.limit ?? Infinity)
        return
      case 'finished':
        this.outcome = event.status
        return
      default:
    }
  }

  /** A digest of everything that matters; equal for a live state and the replay of its log. */
  hash(): string {
    const hash = createHash('sha256')
    for (const column of [this.status, this.fence, this.agentOf, this.tries, this.waiting])
      hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
    for (const column of [this.load, this.loadTokens, this.busy, this.up])
      hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
    const sorted = <T>(map: ReadonlyMap<number, T>): unknown => [...map].sort((a, b) => a[0] - b[0])
    hash.update(
      JSON.stringify([
        this.ledger.snapshot(),
        [...this.running.keys()].sort((a, b) => a - b),
        [...this.orphans.keys()].sort((a, b) => a - b),
        sorted(this.escalatedFrom),
        sorted(this.closeCause),
        this.outcome,
        this.events,
      ]),
    )
    return hash.digest('hex')
  }

  #admit(from: number, to: number): void {
    const { parentStart, parents } = this.instance.dependencies
    for (let task = from; task < to; task++) {
      let open = 0
      for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++)
        if (this.status[parents[k]!] !== DONE) open += 1
      this.waiting[task] = open
      this.counts[WAITING]! += 1
      if (open === 0) this.#set(task, READY)
    }
  }

  #set(task: number, status: number): void {
    this.counts[this.status[task]!]! -= 1
    this.counts[status]! += 1
    this.status[task] = status
    if (status === READY) this.newlyReady.push(task)
  }

  #unassign(task: number): void {
    const agent = this.agentOf[task]!
    if (agent < 0) return
    this.load[agent]! -= 1
    this.loadTokens[agent]! -= this.#tokens(task, agent)
    this.agentOf[task] = -1
  }

  #assign(task: number, agent: number): void {
    this.#unassign(task)
    this.agentOf[task] = agent
    this.tries[task] = 0
    this.load[agent]! += 1
    this.loadTokens[agent]! += this.#tokens(task, agent)
    if (this.status[task] === READY) this.newlyReady.push(task)
  }

  #start(event: Extract<RunEvent, { kind: 'started' }>): void {
    const { task, fence, agent } = event
    if (this.status[task] !== READY || fence !== this.fence[task]! + 1 || fence >= MAX_FENCE)
      throw impossible(event, `its task is ${STATUS_NAMES[this.status[task]!]} at fence ${this.fence[task]}`)
    this.#reserve(holdKey(task, fence), event)
    this.fence[task] = fence
    this.running.set(task, event)
    this.retryAt.delete(task)
    this.busy[agent]! += 1
    this.#set(task, RUNNING)
  }

  #reserve(key: number, event: RunEvent & { task: number; agent: number; hold: number }): void {
    const pool = this.instance.fleet.poolOf[event.agent]!
    if (!this.ledger.reserve(key, this.scopes(event.task, pool), event.hold))
      throw impossible(event, 'its hold does not fit the budget')
  }

  #finishAttempt(task: number, fence: number): Attempt {
    const attempt = this.running.get(task)
    if (attempt === undefined || attempt.fence !== fence)
      throw impossible({ kind: 'ended', task, fence }, 'no such attempt is running')
    this.running.delete(task)
    this.busy[attempt.agent]! -= 1
    return attempt
  }

  #end(event: Extract<RunEvent, { kind: 'ended' }>): void {
    const { task, fence, cause } = event
    const { agent } = this.#finishAttempt(task, fence)
    this.ledger.settle(holdKey(task, fence), event.cost)
    if (cause === 'accepted') {
      this.#done(task)
      return
    }
    if (cause === 'unchecked') {
      this.#set(task, CHECKING)
      return
    }
    if (event.retryAt > 0) this.retryAt.set(task, event.retryAt)
    if (cause === 'failed') this.#blame(task, agent)
    if (cause === 'rejected') this.#escalate(task)
    this.#set(task, READY)
  }

  #blame(task: number, agent: number): void {
    this.tries[task]! += 1
    const failed = this.failedOn.get(task)
    if (failed) failed.add(agent)
    else this.failedOn.set(task, new Set([agent]))
  }

  #escalate(task: number): void {
    const pool = this.instance.fleet.poolOf[this.agentOf[task]!]!
    this.escalatedFrom.set(task, pairQuality(this.instance, task, pool))
  }

  #tokens(task: number, agent: number): number {
    return pairTokens(this.instance, task, this.instance.fleet.poolOf[agent]!)
  }

  #done(task: number): void {
    this.#set(task, DONE)
    this.failedOn.delete(task)
    const { childStart, children } = this.instance.dependencies
    for (let k = childStart[task]!; k < childStart[task + 1]!; k++) {
      const child = children[k]!
      if (--this.waiting[child]! === 0 && this.status[child] === WAITING) this.#set(child, READY)
    }
  }
}

/** The log holds what cannot have happened: a damaged log or a broken promise of ours. */
function impossible(event: object, why: string): QaasError {
  return new QaasError('internal', `event ${JSON.stringify(event)} cannot be: ${why}`)
}
