/** The figures of the paper "Quantum-Enhanced LLM Cascade Routing": Table 1 and the workload of its section 6.1. */
import type { AgentDocument } from '../model/document.ts'

const KILO_TO_MEGA = 1000

/** Name, dollars per 1,000 tokens, quality, latency in milliseconds, context in tokens: Table 1, cheapest first. */
const TIERS: readonly (readonly [string, number, number, number, number])[] = [
  ['gemma2-2b', 0, 0.3, 50, 8_000],
  ['claude-haiku', 0.25, 0.6, 200, 200_000],
  ['claude-sonnet', 3, 0.82, 500, 200_000],
  ['claude-opus', 15, 0.95, 1500, 200_000],
  ['o1', 60, 0.99, 3000, 128_000],
]

/** The first `count` tiers as agents without a capacity limit; the paper has none. */
export function lcrpTiers(count: number): AgentDocument[] {
  return TIERS.slice(0, count).map(([id, usdPerKTok, quality, latencyMs, contextTokens]) => ({
    id,
    languageModel: id,
    price: { inputPerMTokUsd: usdPerKTok * KILO_TO_MEGA, outputPerMTokUsd: usdPerKTok * KILO_TO_MEGA },
    quality,
    latencyMs,
    contextTokens,
  }))
}

export interface LcrpComplexity {
  readonly name: string
  /** Of all tasks: the paper's mix. */
  readonly share: number
  /** Ours, the paper prints none: the n-th tier is the cheapest that is good enough for the n-th complexity. */
  readonly minQuality: number
  /** Ours as well; rarely binding, as the paper says of its own. */
  readonly maxLatencyMs: number
  /** Median of the log-normal token count, doubling from one complexity to the next. */
  readonly medianTokens: number
}

export const LCRP_MIX: readonly LcrpComplexity[] = [
  { name: 'trivial', share: 0.3, minQuality: 0.25, maxLatencyMs: 400, medianTokens: 400 },
  { name: 'simple', share: 0.25, minQuality: 0.55, maxLatencyMs: 1000, medianTokens: 800 },
  { name: 'moderate', share: 0.25, minQuality: 0.75, maxLatencyMs: 2000, medianTokens: 1600 },
  { name: 'complex', share: 0.15, minQuality: 0.88, maxLatencyMs: 4000, medianTokens: 3200 },
  { name: 'expert', share: 0.05, minQuality: 0.96, maxLatencyMs: 8000, medianTokens: 6400 },
]

/**
 * Complexity (row of `LCRP_MIX`) and tokens of the tasks of the hardware instances; the paper prints neither. A
 * reconstruction: these counts give every dollar figure it prints for them (see `lcrpHardware`).
 */
export const HARDWARE_TASKS: readonly (readonly [number, number])[] = [
  [1, 970],
  [2, 1995],
  [2, 2664],
  [3, 1680],
  [0, 850],
  [3, 2020],
]
