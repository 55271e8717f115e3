/** The embedded Bus: all subscribers live in this process. Handlers run in a later turn, never inside `publish`. */
import type { Clock, Timer } from '../clock/clock.ts'
import { QaasError } from '../errors.ts'
import type { Bus, Handler, Message, PresenceChange, SubscribeOptions, WorkQueue } from './bus.ts'
import { checkPattern, checkSubject } from './subject.ts'
import { SubjectTrie } from './subject-trie.ts'
import { createWorkQueue } from './work-queue.ts'

const DEFAULT_MAX_WAITING = 65_536
const DEFAULT_ACK_WAIT_MS = 30_000

interface Subscriber {
  readonly handler: Handler
  readonly group: string | undefined
  readonly maxInFlight: number
  readonly maxWaiting: number
  readonly waiting: Message[]
  inFlight: number
  dropped: number
  scheduled: boolean
  closed: boolean
}

export function createLocalBus(clock: Clock): Bus {
  const trie = new SubjectTrie<Subscriber>()
  const queues = new Map<string, WorkQueue>()
  const members = new Map<string, { readonly info: unknown; readonly timer?: Timer }>()
  const watchers = new Set<(change: PresenceChange) => void>()
  const turns = new Map<string, number>()
  const known = new Set<string>()
  let nextInbox = 0

  const check = (subject: string): void => {
    if (known.has(subject)) return
    checkSubject(subject)
    if (known.size < 200_000) known.add(subject)
  }
  const schedule = (subscriber: Subscriber): void => {
    if (subscriber.scheduled) return
    subscriber.scheduled = true
    clock.defer(() => {
      subscriber.scheduled = false
      drain(subscriber)
    })
  }
  const drain = (subscriber: Subscriber): void => {
    let taken = 0
    const { waiting } = subscriber
    while (taken < waiting.length && subscriber.inFlight < subscriber.maxInFlight && !subscriber.closed) {
      const running = subscriber.handler(waiting[taken++]!)
      if (running === undefined) continue
      subscriber.inFlight += 1
      void running.finally(() => {
        subscriber.inFlight -= 1
        if (subscriber.waiting.length > 0) schedule(subscriber)
      })
    }
    waiting.splice(0, taken)
  }
  const enqueue = (subscriber: Subscriber, message: Message): void => {
    if (subscriber.waiting.length >= subscriber.maxWaiting) subscriber.dropped += 1
    else {
      subscriber.waiting.push(message)
      schedule(subscriber)
    }
  }
  /** All subscribers without a group, and one of each group in turn. */
  const receivers = (subject: string): Subscriber[] => {
    const matched = trie.match(subject)
    if (matched.every(({ group }) => group === undefined)) return matched
    const groups = new Map<string, Subscriber[]>()
    for (const subscriber of matched) {
      if (subscriber.group === undefined) continue
      const members = groups.get(subscriber.group)
      if (members) members.push(subscriber)
      else groups.set(subscriber.group, [subscriber])
    }
    const chosen = [...groups].map(([group, subscribers]) => {
      const turn = turns.get(group) ?? 0
      turns.set(group, turn + 1)
      return subscribers[turn % subscribers.length]!
    })
    return [...matched.filter(({ group }) => group === undefined), ...chosen]
  }
  const send = (message: Message): number => {
    check(message.subject)
    const targets = receivers(message.subject)
    for (const target of targets) enqueue(target, message)
    return targets.length
  }
  const subscribe = (pattern: string, handler: Handler, options: SubscribeOptions = {}) => {
    checkPattern(pattern)
    const { queueGroup, maxInFlight = Infinity, maxWaiting = DEFAULT_MAX_WAITING } = options
    const subscriber: Subscriber = {
      handler,
      group: queueGroup === undefined ? undefined : `${queueGroup} ${pattern}`,
      maxInFlight,
      maxWaiting,
      waiting: [],
      inFlight: 0,
      dropped: 0,
      scheduled: false,
      closed: false,
    }
    trie.add(pattern, subscriber)
    return {
      unsubscribe() {
        subscriber.closed = true
        trie.remove(pattern, subscriber)
      },
      get dropped() {
        return subscriber.dropped
      },
    }
  }
  const tell = (change: PresenceChange): void => {
    for (const watcher of watchers) clock.defer(() => watcher(change))
  }

  return {
    subscribe,
    publish: (subject, data, reply) => void send({ subject, data, ...(reply ? { reply } : {}) }),
    request(subject, data, { timeoutMs }) {
      const reply = `_inbox.${nextInbox++}`
      return new Promise((resolve, reject) => {
        const end = (action: () => void): void => {
          timer.cancel()
          inbox.unsubscribe()
          action()
        }
        const inbox = subscribe(reply, (message) => void end(() => resolve(message.data)))
        const fail = (reason: string, text: string): void =>
          end(() => reject(new QaasError('provider-call', text, { data: { subject, reason } })))
        const timer = clock.after(timeoutMs, () =>
          fail('timeout', `no answer from "${subject}" in ${timeoutMs} ms`),
        )
        if (send({ subject, data, reply }) === 0) fail('no-responders', `nobody listens on "${subject}"`)
      })
    },
    work(queue, { ackWaitMs = DEFAULT_ACK_WAIT_MS } = {}) {
      let existing = queues.get(queue)
      if (existing === undefined) queues.set(queue, (existing = createWorkQueue(clock, ackWaitMs)))
      return existing
    },
    announce(id, info, ttlMs) {
      const member = members.get(id)
      member?.timer?.cancel()
      const leave = (): void => {
        if (members.delete(id)) tell({ id, present: false, info })
      }
      if (ttlMs <= 0) return leave()
      members.set(id, ttlMs === Infinity ? { info } : { info, timer: clock.after(ttlMs, leave) })
      if (member === undefined) tell({ id, present: true, info })
    },
    presence(handler) {
      watchers.add(handler)
      for (const [id, { info }] of members) clock.defer(() => handler({ id, present: true, info }))
      return () => void watchers.delete(handler)
    },
    health: () => ({ ok: true }),
    capabilities: { durable: false, maxPayloadBytes: Infinity, ordered: true },
  }
}
