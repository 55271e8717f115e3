/** Why attempts fail, and what each reason means for retrying, for the provider's health and for the bill. */
import { QaasError } from '../errors.ts'
import type { Usage } from './provider.ts'

interface FailureRule {
  /** The same attempt may succeed later. */
  readonly retryable: boolean
  /** Counts against the health of the provider. */
  readonly unhealthy: boolean
  /** Whether the attempt is on a bill when no usage came back. */
  readonly billed: 'no' | 'unknown'
  /** No attempt of this agent will ever succeed. */
  readonly fatal?: boolean
}

export const FAILURES = {
  cancelled: { retryable: true, unhealthy: false, billed: 'unknown' },
  'rate-limited': { retryable: true, unhealthy: false, billed: 'no' },
  unauthorized: { retryable: false, unhealthy: true, billed: 'no', fatal: true },
  'bad-request': { retryable: false, unhealthy: false, billed: 'no' },
  'server-error': { retryable: true, unhealthy: true, billed: 'no' },
  connection: { retryable: true, unhealthy: true, billed: 'no' },
  'first-token-timeout': { retryable: true, unhealthy: true, billed: 'unknown' },
  'total-timeout': { retryable: true, unhealthy: true, billed: 'unknown' },
  'cut-stream': { retryable: true, unhealthy: true, billed: 'unknown' },
  malformed: { retryable: true, unhealthy: true, billed: 'unknown' },
  /** The message was meant for a host that is no more; what that one did with it nobody knows. */
  'host-restarted': { retryable: true, unhealthy: false, billed: 'unknown' },
  'exit-code': { retryable: true, unhealthy: true, billed: 'unknown' },
  internal: { retryable: false, unhealthy: true, billed: 'unknown' },
} as const satisfies Record<string, FailureRule>

export type FailureReason = keyof typeof FAILURES

export function failureRule(reason: FailureReason): FailureRule {
  return FAILURES[reason]
}

/** The facts of a failed attempt; they survive JSON. */
export interface AttemptFailure {
  readonly reason: FailureReason
  readonly message: string
  readonly status?: number
  /** How long the provider asks to be left alone. */
  readonly retryAfterMs?: number
  /** What was used before it failed, when that is known. */
  readonly usage?: Usage
}

export function attemptError(
  reason: FailureReason,
  message: string,
  facts: Omit<AttemptFailure, 'reason' | 'message'> & { readonly cause?: unknown } = {},
): QaasError {
  const { cause, ...data } = facts
  return new QaasError('provider-call', message, {
    data: { reason, ...data },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The failure behind anything a provider throws; what is not an attempt error is `internal`. */
export function failureOf(error: unknown): AttemptFailure {
  const message = error instanceof Error ? error.message : String(error)
  if (QaasError.isInstance(error) && error.code === 'provider-call' && 'reason' in error.data) {
    const { reason, status, retryAfterMs, usage } = error.data as unknown as AttemptFailure
    return {
      reason,
      message,
      ...(status === undefined ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(usage === undefined ? {} : { usage }),
    }
  }
  return { reason: 'internal', message }
}
