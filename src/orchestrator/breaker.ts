/**
 * One circuit breaker per pool, driven by how attempts end, never by how they begin. Closed, it counts failures in
 * a row; open, it lets nothing through for a while; half-open, it lets one attempt through to find out. It also
 * keeps the time until which a provider has asked to be left alone.
 */

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly threshold: number
  /** How long it stays open at first; doubles with each failed trial up to the maximum. */
  readonly openMs: number
  readonly maxOpenMs: number
}

export const BREAKER_DEFAULTS: BreakerOptions = { threshold: 5, openMs: 1_000, maxOpenMs: 60_000 }

export class Breaker {
  readonly #options: BreakerOptions
  #failures = 0
  #openUntil = 0
  #openings = 0
  #trial = false
  #quietUntil = 0
  #refusals = 0
  #failingSince: number | undefined
  #hasWorked = false

  constructor(options: BreakerOptions = BREAKER_DEFAULTS) {
    this.#options = options
  }

  /** When the next attempt may start: now or earlier means at once; Infinity while a trial is under way. */
  mayStartAt(): number {
    if (this.#trial) return Infinity
    return Math.max(this.#quietUntil, this.#openUntil)
  }

  get isOpen(): boolean {
    return this.#openings > 0
  }

  /** Trials that failed since it last was closed. */
  get failedTrials(): number {
    return Math.max(0, this.#openings - 1)
  }

  /** Whether any attempt has ever succeeded here. */
  get hasWorked(): boolean {
    return this.#hasWorked
  }

  /** How long nothing but failures has come. */
  failingMs(now: number): number {
    return this.#failingSince === undefined ? 0 : now - this.#failingSince
  }

  started(): void {
    if (this.isOpen) this.#trial = true
  }

  succeeded(): void {
    this.#failures = 0
    this.#openings = 0
    this.#openUntil = 0
    this.#refusals = 0
    this.#trial = false
    this.#failingSince = undefined
    this.#hasWorked = true
  }

  /** The attempt ended without a word about the provider's health. */
  ended(): void {
    this.#trial = false
  }

  /** Returns true when this failure opened it, for the first time or again. */
  failed(now: number): boolean {
    const { threshold, openMs, maxOpenMs } = this.#options
    this.#failures += 1
    this.#failingSince ??= now
    const wasTrial = this.#trial
    this.#trial = false
    if (!wasTrial && (this.isOpen || this.#failures < threshold)) return false
    this.#openUntil = now + Math.min(maxOpenMs, openMs * 2 ** this.#openings)
    this.#openings += 1
    return true
  }

  /** The provider refused for now: nothing starts for `retryAfterMs`, or for a growing while when it did not say. */
  refused(now: number, retryAfterMs: number | undefined): number {
    const { openMs, maxOpenMs } = this.#options
    this.#trial = false
    const wait = retryAfterMs ?? Math.min(maxOpenMs, openMs * 2 ** this.#refusals)
    this.#refusals = Math.min(16, this.#refusals + 1)
    this.#quietUntil = Math.max(this.#quietUntil, now + wait)
    return this.#quietUntil
  }
}
