/**
 * Runs attempts for a group of agents: takes messages from the bus, holds each agent to its concurrency, makes one
 * attempt however often the message arrives, and repeats the outcome when asked again.
 */
import type { Bus, Subscription } from '../bus/bus.ts'
import type { Clock, Timer } from '../clock/clock.ts'
import { QaasError } from '../errors.ts'
import type { Rng } from '../numeric/rng.ts'
import type {
  CancelMessage,
  HeartbeatMessage,
  HostInfo,
  OutcomeMessage,
  RunMessage,
  RunSubjects,
} from './agent-message.ts'
import { attemptError, failureOf } from './attempt-error.ts'
import { Cancellation } from './cancellation.ts'
import type { AgentProvider, AttemptReply } from './provider.ts'
import { Remembered } from './remembered.ts'

/** Outcomes kept for repeating. */
const REMEMBERED = { outcomes: 16_384, characters: 64_000_000 }

export interface HostedAgent {
  readonly agentId: string
  readonly provider: AgentProvider
}

export interface AgentHostOptions {
  readonly bus: Bus
  readonly clock: Clock
  readonly rng: Rng
  readonly subjects: RunSubjects
  readonly agents: readonly HostedAgent[]
  readonly heartbeatMs: number
  /** Different for every start of a host, from 1 up. */
  readonly incarnation: number
}

export interface AgentHost {
  /** Stops at once, as a killed process does: nothing more is said. */
  kill(): void
  /** While frozen nothing is sent or received in time; afterwards all of it is. */
  freeze(frozen: boolean): void
  /** Cancels what runs and leaves. */
  close(): void
  readonly running: number
}

interface Attempt {
  readonly message: RunMessage
  readonly cancellation: Cancellation
  isHeldUp: () => boolean
  /** Heartbeats in a row at which it was. */
  heldUpBeats: number
}

interface Worker {
  readonly agent: HostedAgent
  readonly active: Map<number, Attempt>
  readonly queued: RunMessage[]
}

/** An attempt that does not end in this time when it is told to is left to itself, and its place given to the next. */
const CANCEL_GRACE_MS = 10_000
/** An attempt held up for so many heartbeats is told to end, should nobody else have done so. */
const MAX_HELD_UP_BEATS = 12

const never = (): boolean => false

/** Tells attempts apart; judgements have negative tasks. */
const keyOf = ({ task, fence }: { readonly task: number; readonly fence: number }): number =>
  task * 65_536 + fence

export function startAgentHost(options: AgentHostOptions): AgentHost {
  const { bus, clock, rng, subjects, heartbeatMs, incarnation } = options
  const finished = new Remembered(REMEMBERED)
  const subscriptions: Subscription[] = []
  const workers: Worker[] = []
  let backlog: (() => void)[] | undefined
  let dead = false

  /** Does `action` now, or when the host thaws, or never when it is dead. */
  const unlessFrozen = (action: () => void): void => {
    if (dead) return
    if (backlog) backlog.push(action)
    else action()
  }
  const finish = (worker: Worker, message: RunMessage, outcome: OutcomeMessage): void => {
    const key = keyOf(message)
    if (!worker.active.delete(key)) return
    finished.set(key, outcome)
    unlessFrozen(() => bus.publish(message.outcomes, outcome))
    const next = worker.queued.shift()
    if (next && !dead) start(worker, next)
  }
  const start = (worker: Worker, message: RunMessage): void => {
    const cancellation = new Cancellation()
    const attempt: Attempt = { message, cancellation, isHeldUp: never, heldUpBeats: 0 }
    worker.active.set(keyOf(message), attempt)
    const onBegun = (isHeldUp: () => boolean): void => {
      attempt.isHeldUp = isHeldUp
    }
    const began = clock.now()
    const { task, fence, agent } = message
    const outcome = (result: { reply: AttemptReply } | { failure: ReturnType<typeof failureOf> }): void =>
      finish(worker, message, {
        kind: 'outcome',
        task,
        fence,
        agent,
        elapsedMs: clock.now() - began,
        ...result,
      })
    worker.agent.provider
      .doAttempt(message.request, { cancellation, clock, rng, onBegun })
      .then((reply) => checkReply(message, reply))
      .then(
        (reply) => outcome({ reply }),
        (error: unknown) => outcome({ failure: failureOf(error) }),
      )
  }
  const failed = ({ task, fence, agent }: RunMessage, error: Error): OutcomeMessage => ({
    kind: 'outcome',
    task,
    fence,
    agent,
    elapsedMs: 0,
    failure: failureOf(error),
  })
  const cancel = (worker: Worker, key: number): void => {
    const attempt = worker.active.get(key)
    if (attempt) {
      attempt.cancellation.cancel()
      clock.after(CANCEL_GRACE_MS, () => {
        if (!dead && worker.active.get(key) === attempt)
          finish(
            worker,
            attempt.message,
            failed(attempt.message, attemptError('cancelled', 'did not end when told')),
          )
      })
      return
    }
    const at = worker.queued.findIndex((message) => keyOf(message) === key)
    if (at < 0) return
    const [message] = worker.queued.splice(at, 1)
    const unused = attemptError('cancelled', 'cancelled before it began', {
      usage: { inputTokens: 0, outputTokens: 0 },
    })
    const outcome = failed(message!, unused)
    finished.set(key, outcome)
    bus.publish(message!.outcomes, outcome)
  }
  const refuse = ({ task, fence, agent, outcomes }: RunMessage): void =>
    bus.publish(outcomes, {
      kind: 'outcome',
      task,
      fence,
      agent,
      elapsedMs: 0,
      failure: { reason: 'host-restarted', message: 'meant for an earlier life of this host' },
    } satisfies OutcomeMessage)
  const receive = (worker: Worker, message: RunMessage | CancelMessage): void => {
    const key = keyOf(message)
    if (message.kind === 'cancel') {
      cancel(worker, key)
      return
    }
    if (message.incarnation !== incarnation) {
      refuse(message)
      return
    }
    const known = finished.get(key)
    if (known) bus.publish(message.outcomes, known)
    if (known || worker.active.has(key) || worker.queued.some((other) => keyOf(other) === key)) return
    if (worker.active.size < worker.agent.provider.concurrency) start(worker, message)
    else worker.queued.push(message)
  }
  for (const agent of options.agents) {
    const worker: Worker = { agent, active: new Map(), queued: [] }
    workers.push(worker)
    subscriptions.push(
      bus.subscribe(subjects.agent(agent.agentId), ({ data }) => {
        unlessFrozen(() => receive(worker, data as RunMessage | CancelMessage))
        return undefined
      }),
    )
  }

  const endHeldUp = (worker: Worker): void => {
    for (const [key, attempt] of worker.active) {
      attempt.heldUpBeats = attempt.isHeldUp() ? attempt.heldUpBeats + 1 : 0
      if (attempt.heldUpBeats === MAX_HELD_UP_BEATS) cancel(worker, key)
    }
  }
  let beat: Timer
  const announce = (ttlMs: number): void => {
    for (const { agent } of workers) bus.announce(agent.agentId, { incarnation } satisfies HostInfo, ttlMs)
  }
  const heartbeat = (): void => {
    if (dead) return
    unlessFrozen(() => {
      for (const worker of workers) endHeldUp(worker)
      const running = workers.flatMap(({ active, queued }) => [
        ...[...active.values()]
          .filter(({ heldUpBeats }) => heldUpBeats === 0)
          .map(({ message: { task, fence } }) => [task, fence] as const),
        ...queued.map(({ task, fence }) => [task, fence] as const),
      ])
      if (running.length === 0) return
      bus.publish(subjects.heartbeats, { kind: 'heartbeat', running } satisfies HeartbeatMessage)
    })
    beat = clock.after(heartbeatMs, heartbeat)
  }
  announce(Infinity)
  beat = clock.after(heartbeatMs, heartbeat)

  const stop = (): void => {
    dead = true
    beat.cancel()
    for (const subscription of subscriptions) subscription.unsubscribe()
    for (const { active } of workers) for (const { cancellation } of active.values()) cancellation.cancel()
  }
  return {
    kill() {
      stop()
      announce(0)
    },
    freeze(frozen) {
      if (frozen) backlog ??= []
      else {
        const held = backlog ?? []
        backlog = undefined
        for (const action of held) action()
      }
    },
    close: stop,
    get running() {
      return workers.reduce((sum, { active }) => sum + active.size, 0)
    },
  }
}

/** What a provider says it used is believed only when it can be true. */
function checkReply({ request }: RunMessage, reply: AttemptReply): AttemptReply {
  if (reply.output === undefined)
    throw new QaasError('provider-call', `agent "${request.agentId}" returned no output`, {
      data: { reason: 'malformed' },
    })
  const { usage } = reply
  const plausible =
    usage !== undefined &&
    [usage.inputTokens, usage.outputTokens, usage.costUsd ?? 0].every((n) => Number.isFinite(n) && n >= 0)
  if (plausible || usage === undefined) return reply
  const { usage: _, ...rest } = reply
  return rest
}
