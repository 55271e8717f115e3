/** The paper's own LLM cascade routing problems: its workload on its five tiers, and its hardware instances. */
import { createInstance, createInstanceBuilder } from '../model/builder.ts'
import type { TaskDocument } from '../model/document.ts'
import type { Instance } from '../model/instance.ts'
import { createRng, type Rng } from '../numeric/rng.ts'
import { numberIn, wholeNumber } from './check-option.ts'
import { HARDWARE_TASKS, LCRP_MIX, type LcrpComplexity, lcrpTiers } from './lcrp-data.ts'

/** Spread of the log-normal token counts, cut at three deviations. */
const TOKEN_SIGMA = 0.8
const INPUT_SHARE = 0.75

export interface LcrpWorkloadOptions {
  /** Default 80, the batch of the paper's introduction. */
  readonly tasks?: number
  /** Default 1. */
  readonly seed?: number
  /** Cap on the money; default none. */
  readonly budgetUsd?: number
  /** Gives every task the latency limit of its complexity. Default false. */
  readonly sla?: boolean
}

/** Draws the paper's workload (mix 30/25/25/15/5) on its five tiers. @throws QaasError `invalid-option` */
export function lcrpWorkload(options: LcrpWorkloadOptions = {}): Instance {
  const count = wholeNumber(options.tasks ?? 80, 'tasks', 1)
  const { budgetUsd } = options
  if (budgetUsd !== undefined) numberIn(budgetUsd, 'budget', 0)
  const rng = createRng(options.seed ?? 1)
  const builder = createInstanceBuilder(
    budgetUsd === undefined ? {} : { budgetUsd },
    lcrpTiers(LCRP_MIX.length),
    'lcrp',
  )
  for (let row = 0; row < count; row++) {
    const complexity = LCRP_MIX[drawComplexity(rng)]!
    builder.addTask({
      ...taskOf(complexity, row, drawTokens(complexity, rng)),
      ...(options.sla ? { maxLatencyMs: complexity.maxLatencyMs } : {}),
    })
  }
  return builder.build()
}

/**
 * The paper's hardware instances: 2, 4 or 6 tasks on its three cheapest tiers (6, 12 and 18 qubits). Qualities of
 * complex tasks lie above the best of the three, so the quality floor is soft, at `penaltyUsd` each.
 *
 * The paper does not print the tasks. They are reconstructed from its figures, all of which they reproduce: the
 * costs 0.24, 6.23 and 14.22 of Table 2 at 25, 50 and 75 % quality, the best costs 6.65 and 20.28 of Table 3, 0.50
 * and 0.42 of Table 4, 1.41 and 1.62 of section 7.2, and the greedy 14.22 at 67 % for six tasks.
 */
export function lcrpHardware(tasks: 2 | 4 | 6, penaltyUsd = 100): Instance {
  return createInstance({
    version: 1,
    name: `lcrp-${tasks}x3`,
    policy: { qualityFloor: { penaltyUsd } },
    agents: lcrpTiers(3),
    tasks: HARDWARE_TASKS.slice(0, tasks).map(([c, tokens], row) => taskOf(LCRP_MIX[c]!, row, tokens)),
  })
}

/** A row of `LCRP_MIX` by its share. */
export function drawComplexity(rng: Rng): number {
  let left = rng.nextFloat()
  for (let c = 0; c < LCRP_MIX.length - 1; c++) {
    left -= LCRP_MIX[c]!.share
    if (left < 0) return c
  }
  return LCRP_MIX.length - 1
}

/** Tokens of a task, input and output together: log-normal, rounded, at least 4. */
export function drawTokens({ medianTokens }: LcrpComplexity, rng: Rng): number {
  const deviations = Math.max(-3, Math.min(3, rng.nextNormal()))
  return Math.max(4, Math.round(medianTokens * Math.exp(TOKEN_SIGMA * deviations)))
}

/** Splits tokens three to one into input and output. */
export function splitTokens(tokens: number): { inputTokens: number; outputTokens: number } {
  const inputTokens = Math.round(tokens * INPUT_SHARE)
  return { inputTokens, outputTokens: tokens - inputTokens }
}

function taskOf({ name, minQuality }: LcrpComplexity, row: number, tokens: number): TaskDocument {
  return { id: `${name}-${row}`, complexity: name, minQuality, ...splitTokens(tokens) }
}
