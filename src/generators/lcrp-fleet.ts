/** Draws the fleet of a scaled cascade-routing problem: prices, qualities, latencies; capacities come later. */
import type { Rng } from '../numeric/rng.ts'

/** Pools by column. Replicas are alike; a fleet of distinct agents has one replica in each pool. */
export interface DrawnFleet {
  readonly ids: readonly string[]
  readonly languageModels: readonly string[]
  readonly replicas: Int32Array
  readonly usdPerMTok: Float64Array
  readonly quality: Float64Array
  readonly latencyMs: Float64Array
}

const CHEAPEST_USD_PER_MTOK = 0.05
const DEAREST_USD_PER_MTOK = 60
/** The strongest language model answers within this, so that no class of tasks is without an agent. */
const STRONGEST = { quality: 0.99, latencyMs: 1200 }

export interface LanguageModelFigures {
  readonly usdPerMTok: number
  readonly quality: number
  readonly latencyMs: number
}

/** Language models from the cheapest to the dearest; better ones cost more, with some scatter. */
function drawLanguageModels(count: number, rng: Rng): LanguageModelFigures[] {
  return Array.from({ length: count }, (_, k) => {
    const strength = count === 1 ? 1 : k / (count - 1)
    const ratio = DEAREST_USD_PER_MTOK / CHEAPEST_USD_PER_MTOK
    const usdPerMTok = CHEAPEST_USD_PER_MTOK * ratio ** strength
    const scatter = [rng.nextFloat() - 0.5, rng.nextFloat() - 0.5] as const
    if (k === count - 1) return { usdPerMTok, ...STRONGEST }
    const quality = 0.3 + 0.68 * Math.sqrt(strength) + 0.06 * scatter[0]
    return {
      usdPerMTok,
      quality: Math.min(0.98, Math.max(0.25, quality)),
      latencyMs: (150 + 1850 * strength) * (1 + scatter[1]),
    }
  })
}

/** `distinct`: each agent its own price and latency, 20 % about its language model's; otherwise `tiers` pools. */
export function drawFleet(agents: number, tiers: number | 'distinct', rng: Rng): DrawnFleet {
  const numModels = tiers === 'distinct' ? Math.max(1, Math.min(40, Math.floor(agents / 4))) : tiers
  const figures = drawLanguageModels(numModels, rng)
  const numPools = tiers === 'distinct' ? agents : tiers
  const modelOf = Int32Array.from({ length: numPools }, (_, pool) => pool % numModels)
  const about = (value: number, digits: number): number => {
    const spread = tiers === 'distinct' ? 0.8 + 0.4 * rng.nextFloat() : 1
    return Number((value * spread).toPrecision(digits))
  }
  return {
    ids: Array.from(modelOf, (m, pool) => (tiers === 'distinct' ? `agent-${pool}` : `tier-${m}`)),
    languageModels: Array.from(modelOf, (m) => `model-${m}`),
    replicas: Int32Array.from(modelOf, (_, pool) =>
      tiers === 'distinct' ? 1 : Math.floor(agents / tiers) + (pool < agents % tiers ? 1 : 0),
    ),
    usdPerMTok: Float64Array.from(modelOf, (m) => about(figures[m]!.usdPerMTok, 4)),
    quality: Float64Array.from(modelOf, (m) => Number(figures[m]!.quality.toFixed(3))),
    latencyMs: Float64Array.from(modelOf, (m) => about(figures[m]!.latencyMs, 3)),
  }
}
