/**
 * The state of a run as the fold of its events, in columns. `apply` is the only way to change it, live and in
 * replay alike; it decides nothing.
 */
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import { pairQuality, pairTokens } from '../model/pair.ts'
import { type AccountView, Ledger } from './ledger.ts'
import { longer } from './longer.ts'
import { Pace } from './pace.ts'
import { RunAccounts, type RunLimits } from './run-accounts.ts'
import { type CloseCause, REOPENABLE, type RunEvent } from './run-event.ts'
import { stateHash } from './state-hash.ts'
import { countEvent, type Tally, zeroTally } from './tally.ts'
import { CHECKING, CLOSED_STATUS, DONE, READY, RUNNING, STATUS_NAMES, WAITING } from './task-status.ts'
import { Troubles } from './troubles.ts'

const MAX_FENCE = 4096

/** The ledger's key of an attempt's hold, and of the judge's behind it. */
export const holdKey = (task: number, fence: number): number => task * MAX_FENCE + fence
export const judgeKey = (task: number, fence: number): number => -1 - holdKey(task, fence)

export interface Attempt {
  readonly task: number
  readonly fence: number
  readonly agent: number
  readonly at: number
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
  load: Int32Array
  loadTokens: Float64Array
  /** Live attempts of each agent. */
  busy: Int32Array
  up: Uint8Array
  /** Agents taken out of the fleet: they end what they do and never come back by themselves. */
  retired: Uint8Array
  /** Tasks that had to leave their agent and have no other yet, whatever the policy says of unassigned tasks. */
  readonly unplaced = new Set<number>()
  readonly counts = new Int32Array(STATUS_NAMES.length)
  readonly ledger = new Ledger()
  readonly accounts: RunAccounts
  /** Something has changed that no plan made since takes into account. */
  replanDue = false
  readonly tally: Tally = zeroTally()
  readonly troubles = new Troubles()
  readonly pace = new Pace()
  /** Tasks left for want of money or of a provider: they can be opened again. */
  reopenable = 0
  /** Orders from outside that have been carried out or refused. */
  orders = 0
  /** Tasks that became ready since this was last emptied. */
  newlyReady: number[] = []
  events = 0
  outcome: 'open' | 'finished' | 'cancelled' = 'open'
  /** Tasks the plan the run began with knows; later ones were submitted. */
  readonly plannedTasks: number

  constructor(instance: Instance, agentOf: Int32Array, limits: RunLimits) {
    const { count } = instance.tasks
    this.instance = instance
    this.accounts = new RunAccounts(this.ledger, instance, limits)
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
    this.retired = new Uint8Array(instance.fleet.numAgents)
    this.#admit(0, count)
    for (let task = 0; task < count; task++) if (agentOf[task]! >= 0) this.#assign(task, agentOf[task]!)
  }

  /** Takes over an instance with more tasks or pools at its end, or other figures; the event that says so follows. */
  grow(instance: Instance, taskNano?: ReadonlyMap<number, number>): void {
    const before = this.status.length
    const { count } = instance.tasks
    const { numAgents } = instance.fleet
    this.instance = instance
    this.accounts.follow(instance, taskNano)
    this.status = longer(this.status, count)
    this.fence = longer(this.fence, count)
    this.agentOf = longer(this.agentOf, count, -1)
    this.tries = longer(this.tries, count)
    this.waiting = longer(this.waiting, count)
    this.load = longer(this.load, numAgents)
    this.loadTokens = longer(this.loadTokens, numAgents)
    this.busy = longer(this.busy, numAgents)
    this.up = longer(this.up, numAgents, 1)
    this.retired = longer(this.retired, numAgents)
    this.#admit(before, count)
  }

  /** The accounts an attempt on this pool is charged to. */
  scopes(task: number, pool: number): readonly number[] {
    return this.accounts.scopes(task, pool)
  }

  get runAccount(): AccountView {
    return this.accounts.run
  }

  /** Whether the task was left for a reason that may have gone. */
  mayReopen(task: number): boolean {
    const cause = this.closeCause.get(task)
    return cause !== undefined && REOPENABLE.has(cause)
  }

  /** Open, or ended with tasks that may be tried again. */
  get isResumable(): boolean {
    return this.outcome === 'open' || (this.outcome === 'finished' && this.reopenable > 0)
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
    countEvent(this.tally, event)
    switch (event.kind) {
      case 'started':
        this.#start(event)
        return
      case 'ended':
        this.#end(event)
        return
      case 'lost': {
        const attempt = this.#finishAttempt(event.task, event.fence)
        this.troubles.note(event, this.instance.fleet.poolOf[attempt.agent]!)
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
        this.troubles.rejected(event.task, event.reason)
        this.#escalate(event.task)
        this.#set(event.task, READY)
        return
      case 'moved':
        this.#assign(event.task, event.agent)
        return
      case 'closed':
        this.#unassign(event.task)
        this.closeCause.set(event.task, event.cause)
        if (REOPENABLE.has(event.cause)) this.reopenable += 1
        this.retryAt.delete(event.task)
        this.#set(event.task, CLOSED_STATUS[event.cause])
        return
      case 'reopened':
        this.#reopen(event.task)
        return
      case 'agent':
        this.up[event.agent] = event.up ? 1 : 0
        return
      case 'budget':
        this.accounts.limitRun(event.limit ?? Infinity)
        this.#carryOut(event.order)
        return
      case 'fleet':
        this.retired.fill(0)
        for (const agent of event.retired) this.retired[agent] = 1
        this.#carryOut(event.order)
        return
      case 'submitted':
        this.#carryOut(event.order)
        return
      case 'refused':
        this.orders = event.order
        return
      case 'replanned':
        this.replanDue = false
        return
      case 'finished':
        this.outcome = event.status
        return
      default:
    }
  }

  /** A digest of everything that matters; equal for a live state and the replay of its log. */
  hash(): string {
    return stateHash(this)
  }

  /** Causes and blame of before count no more; any agent that may have the task can be asked. */
  #reopen(task: number): void {
    if (this.mayReopen(task)) this.reopenable -= 1
    this.closeCause.delete(task)
    this.failedOn.delete(task)
    this.tries[task] = 0
    this.unplaced.add(task)
    this.outcome = 'open'
    this.replanDue = true
    this.#set(task, this.waiting[task] === 0 ? READY : WAITING)
  }

  #carryOut(order: number): void {
    this.orders = order
    this.replanDue = true
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
    this.unplaced.delete(task)
    const agent = this.agentOf[task]!
    if (agent < 0) return
    this.load[agent]! -= 1
    this.loadTokens[agent]! -= this.#tokens(task, agent)
    this.agentOf[task] = -1
  }

  #assign(task: number, agent: number): void {
    this.#unassign(task)
    this.tries[task] = 0
    if (this.status[task] === READY) this.newlyReady.push(task)
    if (agent < 0) {
      this.unplaced.add(task)
      return
    }
    this.agentOf[task] = agent
    this.load[agent]! += 1
    this.loadTokens[agent]! += this.#tokens(task, agent)
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
    const { agent, at } = this.#finishAttempt(task, fence)
    if (cause === 'accepted' || cause === 'unchecked')
      this.pace.note(this.instance, task, { agent, elapsedMs: event.at - at })
    this.troubles.note(event, this.instance.fleet.poolOf[agent]!)
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
    this.troubles.done(task)
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
