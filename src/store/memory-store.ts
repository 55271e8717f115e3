/** A Store in plain memory: nothing survives the process. For simulation and tests, held to the same contract. */
import type { Account, Change, Leader, Lease, Outcome, Store, TaskChange, TaskRow } from './store.ts'

interface Task {
  status: TaskRow['status']
  fence: number
  owner: string
  until: number
  priority: number
  notBefore: number
  result?: string
}

interface Tables {
  readonly queues: Map<string, Map<number, Task>>
  readonly streams: Map<string, string[]>
  readonly accounts: Map<string, { settled: number; reserved: number; limit: number }>
  readonly pairs: Map<string, { value: string | Uint8Array; revision: number }>
  readonly leaders: Map<string, Leader>
}

/** Leaderships further ahead than so many terms of life come from a wrong clock. */
const MAX_TTLS = 4

export function createMemoryStore(): Store {
  const tables: Tables = {
    queues: new Map(),
    streams: new Map(),
    accounts: new Map(),
    pairs: new Map(),
    leaders: new Map(),
  }
  const queueOf = (name: string): Map<number, Task> => {
    let queue = tables.queues.get(name)
    if (queue === undefined) tables.queues.set(name, (queue = new Map()))
    return queue
  }
  const accountOf = (name: string): { settled: number; reserved: number; limit: number } =>
    tables.accounts.get(name) ?? { settled: 0, reserved: 0, limit: Infinity }

  /** Refuses, or returns the writes to make; nothing is written while anything can still be refused. */
  const prepare = (change: Change): Outcome | (() => void)[] => {
    const { leadership, append } = change
    if (leadership && tables.leaders.get(leadership.name)?.term !== leadership.term) return 'superseded'
    const length = append ? (tables.streams.get(append.stream)?.length ?? 0) : 0
    if (append?.expect !== undefined && length !== append.expect) return 'conflict'
    const writes: (() => void)[] = []
    for (const { key, value, expect } of change.puts ?? []) {
      const revision = tables.pairs.get(key)?.revision ?? 0
      if (expect !== undefined && revision !== expect) return 'conflict'
      writes.push(() => tables.pairs.set(key, { value, revision: revision + 1 }))
    }
    const touched = new Map<string, { settled: number; reserved: number; limit: number }>()
    for (const { account, reserve, settle, limit } of change.accounts ?? []) {
      const old = touched.get(account) ?? accountOf(account)
      const next = {
        settled: old.settled + settle,
        reserved: old.reserved + reserve,
        limit: limit ?? old.limit,
      }
      if (reserve + settle > 0 && next.settled + next.reserved > next.limit) return 'over-budget'
      touched.set(account, next)
    }
    for (const [account, next] of touched) writes.push(() => tables.accounts.set(account, next))
    const queue = queueOf(change.queue ?? '')
    const changed = new Map<number, Task>()
    for (const step of change.tasks ?? []) {
      const old = changed.get(step.task) ?? queue.get(step.task)
      const next = applyTask(step, old)
      if (typeof next === 'string') return next
      changed.set(step.task, next)
    }
    for (const [task, next] of changed) writes.push(() => queue.set(task, next))
    if (append) writes.push(() => appendTo(tables.streams, append.stream, append.events))
    return writes
  }

  return {
    async commit(change) {
      const prepared = prepare(change)
      if (typeof prepared === 'string') return prepared
      for (const write of prepared) write()
      return 'ok'
    },
    async claim(name, { owner, max, now, until }) {
      const ready = [...queueOf(name)]
        .filter(([, task]) => task.status === 'ready' && task.notBefore <= now)
        .sort(([a, one], [b, other]) => other.priority - one.priority || a - b)
        .slice(0, max)
      return ready.map(([id, task]): Lease => {
        Object.assign(task, { status: 'leased', fence: task.fence + 1, owner, until })
        return { task: id, fence: task.fence }
      })
    },
    async sweep(name, now, max) {
      const expired = [...queueOf(name)].filter(([, task]) => task.status === 'leased' && task.until <= now)
      return expired.slice(0, max).map(([id, task]) => {
        Object.assign(task, { status: 'ready', owner: '', notBefore: 0 })
        return id
      })
    },
    async elect(name, { holder, now, ttlMs, replacing }) {
      const leader = tables.leaders.get(name)
      const held = leader !== undefined && leader.until > now && leader.until <= now + MAX_TTLS * ttlMs
      if (held && leader.holder !== holder && leader.term !== replacing) return { elected: false, leader }
      const keeps = held && leader.holder === holder
      const next = { term: keeps ? leader.term : (leader?.term ?? 0) + 1, holder, until: now + ttlMs }
      tables.leaders.set(name, next)
      return { elected: true, leader: next }
    },
    leader: async (name) => tables.leaders.get(name),
    async resign(name, term) {
      const leader = tables.leaders.get(name)
      if (leader?.term === term) tables.leaders.set(name, { ...leader, until: 0 })
    },
    read: async (stream, from, limit = Infinity) =>
      (tables.streams.get(stream) ?? []).slice(from, from + limit),
    length: async (stream) => tables.streams.get(stream)?.length ?? 0,
    tasks: async (name) =>
      [...queueOf(name)]
        .map(([task, { status, fence, owner, until }]) => ({ task, status, fence, owner, until }))
        .sort((a, b) => a.task - b.task),
    result: async (name, task) => queueOf(name).get(task)?.result,
    account: async (name): Promise<Account> => ({ ...accountOf(name) }),
    get: async (key) => tables.pairs.get(key),
    keys: async (prefix) => [...tables.pairs.keys()].filter((key) => key.startsWith(prefix)).sort(),
    async close() {},
  }
}

function appendTo(streams: Map<string, string[]>, name: string, events: readonly string[]): void {
  const stream = streams.get(name)
  if (stream === undefined) streams.set(name, [...events])
  else for (const event of events) stream.push(event)
}

/** The task after the step, or why the step is refused. */
function applyTask(step: TaskChange, old: Task | undefined): Task | 'stale' | 'duplicate' {
  if (step.kind === 'enqueue') return old ?? newTask(step.priority, step.notBefore)
  if (step.kind === 'lease') {
    const known = old ?? newTask(0, 0)
    if (known.status !== 'ready' || known.fence !== step.fence - 1) return 'stale'
    return { ...known, status: 'leased', fence: step.fence, owner: step.owner, until: step.until }
  }
  if (step.kind === 'close') {
    const known = old ?? newTask(0, 0)
    if (known.fence !== step.fence || known.status === 'done') return 'stale'
    return { ...known, status: 'closed', owner: '' }
  }
  if (step.kind === 'reopen')
    return old?.status === 'closed' && old.fence === step.fence
      ? { ...old, status: 'ready', notBefore: 0 }
      : 'stale'
  if (old?.status === 'done' && old.fence === step.fence && step.kind === 'complete') return 'duplicate'
  if (old === undefined || old.status !== 'leased' || old.fence !== step.fence) return 'stale'
  if (step.kind === 'renew') return { ...old, until: step.until }
  if (step.kind === 'return') return { ...old, status: 'ready', owner: '', notBefore: step.notBefore ?? 0 }
  const { result } = step
  return { ...old, status: 'done', owner: '', ...(result === undefined ? {} : { result }) }
}

function newTask(priority: number | undefined, notBefore: number | undefined): Task {
  return {
    status: 'ready',
    fence: 0,
    owner: '',
    until: 0,
    priority: priority ?? 0,
    notBefore: notBefore ?? 0,
  }
}
