/** An instance as a user writes it in YAML or JSON: plain nested data, before validation. */

export interface PriceDocument {
  readonly perTaskUsd?: number | undefined
  readonly inputPerMTokUsd?: number | undefined
  readonly outputPerMTokUsd?: number | undefined
}

/** A pool of `replicas` identical agents, named `id-0 ... id-(replicas - 1)`; just `id` when there is one. */
export interface AgentDocument {
  readonly id: string
  readonly replicas?: number | undefined
  readonly languageModel?: string | undefined
  readonly price?: PriceDocument | undefined
  /** In [0, 1]; one number, or one per domain with a `default`. */
  readonly quality: number | Readonly<Record<string, number>>
  /** What the agent can do; left out, it can do everything. */
  readonly capabilities?: readonly string[] | undefined
  /** Of each replica; left out, without limit. */
  readonly capacity?:
    | { readonly tasks?: number | undefined; readonly tokens?: number | undefined }
    | undefined
  readonly latencyMs?: number | undefined
  readonly contextTokens?: number | undefined
  /** Cap on the money spent on this pool as a whole. */
  readonly budgetUsd?: number | undefined
  /** How the agent is reached when a plan runs; opaque to planning. */
  readonly provider?: Readonly<Record<string, unknown>> | undefined
}

export interface EstimateDocument {
  readonly costUsd?: number | undefined
  readonly quality?: number | undefined
  readonly latencyMs?: number | undefined
  /** Tokens the task takes from this pool's token capacity and context window; money is not changed by it. */
  readonly tokens?: number | undefined
}

export interface TaskDocument {
  readonly id: string
  /** Names the capability the task needs, and the policy defaults it gets. */
  readonly complexity?: string | undefined
  /** Further capabilities it needs. */
  readonly requires?: readonly string[] | undefined
  /** Which of the agents' qualities counts; `default` when left out. */
  readonly domain?: string | undefined
  readonly minQuality?: number | undefined
  readonly inputTokens?: number | undefined
  readonly outputTokens?: number | undefined
  readonly maxLatencyMs?: number | undefined
  readonly dependsOn?: readonly string[] | undefined
  /** The workflow it belongs to, for reports. */
  readonly workflow?: string | undefined
  /** Per pool, what a predictor or a measurement says instead of the fleet's figures. */
  readonly estimates?: Readonly<Record<string, EstimateDocument>> | undefined
  /** What the agent is given when the plan runs; opaque to planning. */
  readonly input?: unknown
  /** How a result is accepted when the plan runs; opaque to planning. */
  readonly accept?: Readonly<Record<string, unknown>> | undefined
}

export interface ComplexityDefaults {
  readonly minQuality?: number | undefined
  readonly maxLatencyMs?: number | undefined
  readonly inputTokens?: number | undefined
  readonly outputTokens?: number | undefined
}

export interface PolicyDocument {
  readonly overkillWeight?: number | undefined
  readonly latencyUsdPerSecond?: number | undefined
  readonly dependency?:
    | { readonly mode: 'hard' | 'off' }
    | { readonly mode: 'soft'; readonly penaltyUsd: number }
    | undefined
  readonly budgetUsd?: number | undefined
  readonly unassigned?: 'forbid' | { readonly penaltyUsd: number } | undefined
  readonly qualityFloor?: 'hard' | { readonly penaltyUsd: number } | undefined
  readonly complexity?: Readonly<Record<string, ComplexityDefaults>> | undefined
}

export interface InstanceDocument {
  readonly version: 1
  readonly name?: string | undefined
  readonly policy?: PolicyDocument | undefined
  readonly agents: readonly AgentDocument[]
  readonly tasks: readonly TaskDocument[]
}
