/**
 * An agent that takes its time, fails and errs by seeded chance as the fleet's figures say: for scale tests and for
 * trying a plan without spending money. Its usage is exactly what the plan expects.
 */
import type { Clock } from '../clock/clock.ts'
import type { Rng } from '../numeric/rng.ts'
import { attemptError, type FailureReason } from './attempt-error.ts'
import type { AgentProvider, AttemptContext } from './provider.ts'

export interface SimulatedOptions {
  readonly concurrency?: number
  /** Overrides the latency the plan expects. */
  readonly latencyMs?: number
  /** Relative spread of the latency (log-normal); 0 always takes the same. */
  readonly latencySpread?: number
  /** Latencies are divided by this. */
  readonly speed?: number
  /** Chance that an attempt fails, in [0, 1]. */
  readonly failureRate?: number
  readonly failureReason?: FailureReason
  /** Attempts beyond this many in a minute are refused with a wait. */
  readonly attemptsPerMinute?: number
  /** When true an answer is right only with the chance the plan's quality says; `output.correct` tells. */
  readonly drawQuality?: boolean
}

export function createSimulatedProvider(options: SimulatedOptions = {}): AgentProvider {
  const { latencySpread = 0, speed = 1, failureRate = 0, failureReason = 'server-error' } = options
  const recent: number[] = []

  const checkRate = (clock: Clock): void => {
    const { attemptsPerMinute } = options
    if (attemptsPerMinute === undefined) return
    const windowMs = 60_000 / speed
    while (recent.length > 0 && recent[0]! <= clock.now() - windowMs) recent.shift()
    if (recent.length >= attemptsPerMinute)
      throw attemptError('rate-limited', `simulated limit of ${attemptsPerMinute} attempts per minute`, {
        status: 429,
        retryAfterMs: recent[0]! + windowMs - clock.now(),
      })
    recent.push(clock.now())
  }

  return {
    kind: 'simulated',
    concurrency: options.concurrency ?? 1,
    billing: 'local',
    async doAttempt({ taskId, expected }, context) {
      const { clock, rng, onText } = context
      checkRate(clock)
      const latencyMs = ((options.latencyMs ?? expected.latencyMs) / speed) * spread(rng, latencySpread)
      await pause(context, latencyMs)
      if (failureRate > 0 && rng.nextFloat() < failureRate)
        throw attemptError(failureReason, `simulated failure of task "${taskId}"`)
      onText?.(taskId)
      const { inputTokens, outputTokens } = expected
      const correct = options.drawQuality ? rng.nextFloat() < expected.quality : true
      return {
        output: options.drawQuality ? { task: taskId, correct } : taskId,
        usage: { inputTokens, outputTokens },
      }
    },
  }
}

/** A log-normal factor of mean 1. */
function spread(rng: Rng, sigma: number): number {
  return sigma === 0 ? 1 : Math.exp(sigma * rng.nextNormal() - (sigma * sigma) / 2)
}

function pause({ clock, cancellation }: AttemptContext, delayMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(delayMs, resolve)
    cancellation.onCancel(() => {
      timer.cancel()
      reject(attemptError('cancelled', 'cancelled', { usage: { inputTokens: 0, outputTokens: 0 } }))
    })
  })
}
