/** How long an attempt may take, where the agent says how long it usually takes and not what the limit is. */
import { QaasError } from '../errors.ts'

/** So many times what an agent says it takes is no answer any more; within these limits. */
const PATIENCE = 20
const LEAST_MS = 20_000
const MOST_MS = 60_000

/** For the first text of an answer, by the agent's own `latencyMs`; 0 says nothing. */
export function firstTokenTimeoutMs(latencyMs: number): number {
  return latencyMs > 0 ? Math.min(MOST_MS, Math.max(LEAST_MS, PATIENCE * latencyMs)) : MOST_MS
}

export interface TimeLimit {
  readonly id: string
  readonly latencyMs: number
  /** What the setting is called. */
  readonly name: 'totalTimeoutMs' | 'timeoutMs'
  readonly limitMs: number
}

/** @throws QaasError `invalid-instance` when the agent would never be in time by its own figures */
export function checkTimeLimit({ id, latencyMs, name, limitMs }: TimeLimit): void {
  if (limitMs >= latencyMs) return
  throw new QaasError(
    'invalid-instance',
    `agent "${id}": provider.${name} is ${limitMs} ms, and by its latencyMs the agent takes ${latencyMs} ms: every attempt would be ended`,
    { advice: `Maybe set ${name} to ${10 * latencyMs}, or leave it out.` },
  )
}
