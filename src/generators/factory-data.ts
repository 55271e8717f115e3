/** The fixed data of the notebook "Quantum Agent Annealed Swarm": its fleet, task names, mix and workflows. */
import type { AgentDocument } from '../model/document.ts'

const CLOUD = ['simple', 'moderate', 'complex', 'reasoning', 'code-analysis', 'long-context']

interface CloudAgent {
  readonly id: string
  readonly perTaskUsd: number
  readonly quality: number
  readonly capabilities: readonly string[]
}

const CLOUD_AGENTS: readonly CloudAgent[] = [
  { id: 'claude', perTaskUsd: 0.015, quality: 0.95, capabilities: CLOUD },
  { id: 'gpt5.2', perTaskUsd: 0.012, quality: 0.92, capabilities: CLOUD },
  { id: 'gemini', perTaskUsd: 0.01, quality: 0.88, capabilities: CLOUD },
  {
    id: 'kimi2.5',
    perTaskUsd: 0.008,
    quality: 0.85,
    capabilities: CLOUD.filter((capability) => capability !== 'code-analysis'),
  },
]

/** Name, quality, capabilities, capacity in tasks, latency in milliseconds. */
const LOCAL_AGENTS: readonly (readonly [string, number, readonly string[], number, number])[] = [
  ['llama3.2-1b', 0.4, ['simple'], 3, 500],
  ['llama3.2-3b', 0.55, ['simple', 'moderate'], 2, 800],
  ['llama3.1-8b', 0.65, ['simple', 'moderate'], 2, 1200],
  ['codellama-7b', 0.7, ['simple', 'moderate', 'code-analysis'], 2, 1000],
  ['mistral-7b', 0.6, ['simple', 'moderate'], 2, 1000],
  ['phi3-mini', 0.45, ['simple'], 4, 300],
  ['qwen2-7b', 0.65, ['simple', 'moderate', 'reasoning'], 2, 1100],
  ['deepseek-coder', 0.72, ['simple', 'moderate', 'code-analysis'], 2, 1000],
]

/** Agents of the notebook, and how many of each cloud tier. */
export const NOTEBOOK_AGENTS = 48
export const NOTEBOOK_TASKS = 1000
export const NOTEBOOK_CLOUD_CAPACITY = 25
const CLOUD_REPLICAS = 10

/**
 * The fleet for `numAgents` agents: ten of every 48 in each cloud tier, the rest spread over the local agents.
 * Needs at least 12 agents, one of each kind.
 */
export function factoryFleet(numAgents: number, cloudCapacity: number): AgentDocument[] {
  const most = Math.floor((numAgents - LOCAL_AGENTS.length) / CLOUD_AGENTS.length)
  const perTier = Math.min(most, Math.max(1, Math.round((CLOUD_REPLICAS * numAgents) / NOTEBOOK_AGENTS)))
  const locals = numAgents - perTier * CLOUD_AGENTS.length
  const cloud = CLOUD_AGENTS.map(
    ({ id, perTaskUsd, quality, capabilities }): AgentDocument => ({
      id,
      replicas: perTier,
      languageModel: id,
      price: { perTaskUsd },
      quality,
      capabilities,
      capacity: { tasks: cloudCapacity },
      latencyMs: 2000,
    }),
  )
  const local = LOCAL_AGENTS.map(([id, quality, capabilities, tasks, latencyMs], k): AgentDocument => {
    const replicas = Math.floor(locals / LOCAL_AGENTS.length) + (k < locals % LOCAL_AGENTS.length ? 1 : 0)
    return {
      id,
      ...(replicas > 1 ? { replicas } : {}),
      languageModel: id,
      price: { perTaskUsd: 0 },
      quality,
      capabilities,
      capacity: { tasks },
      latencyMs,
    }
  })
  return [...cloud, ...local]
}

export interface FactoryComplexity {
  readonly name: string
  /** Of the notebook's 1,000 tasks. */
  readonly count: number
  readonly minQuality: number
  readonly templates: readonly string[]
}

export const FACTORY_MIX: readonly FactoryComplexity[] = [
  {
    name: 'simple',
    count: 400,
    minQuality: 0.5,
    templates: [
      ...['fix-typo', 'fix-lint', 'fix-whitespace', 'fix-indent', 'rename-var', 'sort-imports'],
      ...['remove-unused-import', 'add-type-hint', 'update-version-bump', 'fix-trailing-comma'],
      ...['add-newline-eof', 'remove-console-log', 'fix-semicolon', 'update-todo-comment'],
      ...['fix-bracket-style', 'swap-quotes', 'add-missing-return', 'fix-null-check', 'update-env-var'],
      'fix-off-by-one',
    ],
  },
  {
    name: 'moderate',
    count: 300,
    minQuality: 0.7,
    templates: [
      ...['implement-helper-function', 'write-unit-test', 'add-input-validation', 'fix-bug-in-handler'],
      ...['add-error-handling', 'refactor-loop', 'add-api-endpoint', 'update-db-query', 'add-retry-logic'],
      ...['implement-dto', 'add-request-logging', 'fix-async-await', 'add-rate-limiter'],
      ...['update-middleware', 'add-cache-layer', 'implement-pagination', 'fix-memory-leak'],
      ...['add-health-check', 'update-serializer', 'implement-webhook-handler'],
    ],
  },
  {
    name: 'complex',
    count: 150,
    minQuality: 0.85,
    templates: [
      ...['architect-new-service', 'design-db-schema', 'implement-auth-flow', 'build-ci-cd-pipeline'],
      ...['migrate-to-graphql', 'optimize-query-perf', 'implement-search-index', 'design-rest-api'],
      ...['build-admin-dashboard', 'implement-job-queue', 'design-caching-strategy', 'build-monitoring'],
      ...['implement-oauth2', 'design-microservice-split', 'build-etl-pipeline'],
      ...['implement-graphql-schema', 'design-event-bus', 'build-deploy-pipeline'],
      ...['implement-rate-limiting', 'design-db-sharding'],
    ],
  },
  {
    name: 'reasoning',
    count: 100,
    minQuality: 0.9,
    templates: [
      ...['review-pr-architecture', 'debug-prod-incident', 'plan-migration-strategy'],
      ...['evaluate-framework-choice', 'design-for-scale', 'analyze-security-surface'],
      ...['plan-tech-debt-paydown', 'review-system-design', 'analyze-perf-bottleneck'],
      ...['plan-rollback-strategy', 'evaluate-buy-vs-build', 'design-disaster-recovery'],
    ],
  },
  {
    name: 'code-analysis',
    count: 50,
    minQuality: 0.8,
    templates: [
      ...['review-pr-for-bugs', 'find-security-vulns', 'analyze-dep-tree', 'audit-test-coverage'],
      ...['find-dead-code', 'measure-cyclomatic-complexity', 'review-error-handling'],
      'find-code-duplication',
    ],
  },
]

export interface FactoryWorkflow {
  readonly name: string
  /** In the notebook's 1,000 tasks. */
  readonly count: number
  /** Complexity of each step, first step first. */
  readonly steps: readonly string[]
}

export const FACTORY_WORKFLOWS: readonly FactoryWorkflow[] = [
  { name: 'feature-dev', count: 25, steps: ['simple', 'moderate', 'complex', 'reasoning'] },
  { name: 'bug-fix', count: 15, steps: ['simple', 'moderate', 'complex'] },
  { name: 'infra', count: 10, steps: ['moderate', 'complex', 'code-analysis'] },
]
