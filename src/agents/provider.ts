/**
 * The contract between the orchestrator and whatever does the work. A provider makes one attempt at one task and
 * tells what it used; retries, fallbacks, budgets and leases are the orchestrator's. Every provider passes
 * `test/conformance/agent-provider.ts`.
 */
import type { Clock } from '../clock/clock.ts'
import type { Rng } from '../numeric/rng.ts'
import type { Cancellation } from './cancellation.ts'

/** One attempt. Everything in it survives JSON. */
export interface AttemptRequest {
  /** The same for every delivery of one attempt, never for two attempts. */
  readonly attemptId: string
  readonly taskId: string
  readonly agentId: string
  /** What the task says its agent is given; its shape is the provider's business. */
  readonly input: unknown
  /** Results of the tasks this one depends on, in the order of `dependsOn`. */
  readonly parents: readonly { readonly taskId: string; readonly output: unknown }[]
  /** What the plan counts on. */
  readonly expected: {
    readonly inputTokens: number
    readonly outputTokens: number
    readonly latencyMs: number
    /** In [0, 1]. */
    readonly quality: number
  }
  /** The attempt is paid for up to here and must not produce more. */
  readonly maxOutputTokens: number
}

export interface AttemptContext {
  readonly cancellation: Cancellation
  readonly clock: Clock
  readonly rng: Rng
  /** Called with each piece of text as it arrives. */
  readonly onText?: (text: string) => void
  /** Called with how to see that the attempt is held up from outside: while it is, its lease is not renewed. */
  readonly onBegun?: (isHeldUp: () => boolean) => void
}

export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** What the provider itself says the attempt costs, if it does. */
  readonly costUsd?: number
}

export interface AttemptReply {
  /** Must survive JSON. */
  readonly output: unknown
  /** Absent when the provider does not tell: the attempt is then charged at its worst case. */
  readonly usage?: Usage
  readonly firstTokenMs?: number
}

export interface AgentProvider {
  readonly kind: string
  /** Attempts one agent may have running at once. */
  readonly concurrency: number
  /** `local`: an attempt that is lost with this process costs nothing. `remote`: it may well be on a bill. */
  readonly billing: 'local' | 'remote'
  /** The most input tokens the request can be billed for, if that can exceed the estimate. */
  worstInputTokens?(request: AttemptRequest): number
  /** Use through the host. @throws QaasError `provider-call` made by `attemptError`, nothing else */
  doAttempt(request: AttemptRequest, context: AttemptContext): Promise<AttemptReply>
  close?(): Promise<void>
}
