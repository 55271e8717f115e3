/**
 * The port of messages: subjects with wildcards, request and reply, work queues with credits, presence. It may
 * lose, delay, duplicate and reorder; truth lives in the Store. Every adapter passes `test/conformance/bus.ts`.
 */

export interface Message {
  readonly subject: string
  /** Must survive JSON; receivers must not change it. */
  readonly data: unknown
  /** Where an answer is awaited. */
  readonly reply?: string
}

export type Handler = (message: Message) => undefined | Promise<void>

export interface SubscribeOptions {
  /** Of all subscribers of a group, one gets each message. */
  readonly queueGroup?: string
  /** Messages handed out whose handler has not returned; further ones wait here. Default: no limit. */
  readonly maxInFlight?: number
  /** Waiting messages beyond this are dropped, newest first. Default 65,536. */
  readonly maxWaiting?: number
}

export interface Subscription {
  unsubscribe(): void
  /** Messages dropped because too many waited. */
  readonly dropped: number
}

export interface Delivery {
  readonly data: unknown
  /** How often this item was handed out, this time included. */
  readonly attempt: number
  ack(): void
  /** Gives it back, to be handed out again after `delayMs`. */
  nak(delayMs?: number): void
  /** Never hand it out again. */
  term(): void
  /** Still working: starts the wait for the ack anew. */
  progress(): void
}

export interface WorkQueue {
  /** Items with a `msgId` seen in the last two minutes are dropped. */
  push(items: readonly { readonly data: unknown; readonly msgId?: string }[]): void
  /** Up to `credits` items; waits at most `waitMs` for the first. */
  pull(credits: number, waitMs: number): Promise<readonly Delivery[]>
  readonly waiting: number
}

export interface PresenceChange {
  readonly id: string
  readonly present: boolean
  readonly info: unknown
}

export interface Bus {
  /** @throws QaasError `invalid-option` on a malformed subject, `too-large` on a payload beyond the limit */
  publish(subject: string, data: unknown, reply?: string): void
  /** @throws QaasError `provider-call`, at once when nobody listens, else when `timeoutMs` is over */
  request(subject: string, data: unknown, options: { readonly timeoutMs: number }): Promise<unknown>
  /** `*` stands for one token, `>` at the end for one or more. */
  subscribe(pattern: string, handler: Handler, options?: SubscribeOptions): Subscription
  work(queue: string, options?: { readonly ackWaitMs?: number }): WorkQueue
  /** Says that `id` is there, for `ttlMs`; repeat to stay, 0 to leave. */
  announce(id: string, info: unknown, ttlMs: number): void
  /** Tells who is there now, and every change from then on. Returns how to stop. */
  presence(handler: (change: PresenceChange) => void): () => void
  health(): { readonly ok: boolean; readonly reason?: string }
  readonly capabilities: {
    readonly durable: boolean
    /** Of the payload as JSON, in bytes; Infinity when payloads are passed by reference. */
    readonly maxPayloadBytes: number
    /** Whether messages of one publisher on one subject arrive in order. */
    readonly ordered: boolean
  }
}
