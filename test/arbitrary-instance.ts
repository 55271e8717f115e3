/** Random small instances with every feature of the schema, for property tests; the same seed gives the same one. */
import fc from 'fast-check'
import { createInstance } from '../src/model/builder.ts'
import type {
  AgentDocument,
  EstimateDocument,
  InstanceDocument,
  TaskDocument,
} from '../src/model/document.ts'
import type { Instance } from '../src/model/instance.ts'
import { createRng, type Rng } from '../src/numeric/rng.ts'

/** Features that can be switched off; every one is on, with its own chance, unless said otherwise. */
export interface InstanceShape {
  readonly minTasks?: number
  readonly maxTasks?: number
  readonly maxPools?: number
  readonly tokenCapacities?: boolean
  readonly budgets?: boolean
  readonly dependencies?: boolean
  readonly estimates?: boolean
  readonly softFloor?: boolean
  readonly unassigned?: boolean
}

const CAPABILITIES = ['write', 'review', 'prove'] as const
const QUALITIES = [0.4, 0.5, 0.6, 0.75, 0.9] as const

/** A document of that seed; about a quarter of them have no feasible plan. */
export function randomDocument(seed: number, shape: InstanceShape = {}): InstanceDocument {
  const rng = createRng(seed).fork(7)
  const { minTasks = 1, maxTasks = 6, maxPools = 4 } = shape
  const numTasks = minTasks + rng.nextInt(maxTasks - minTasks + 1)
  const numPools = 1 + rng.nextInt(maxPools)
  const tokens = (shape.tokenCapacities ?? true) && chance(rng, 0.5)
  const agents = Array.from({ length: numPools }, (_, pool) =>
    randomAgent(rng, pool, { numTasks, numPools, tokens, budgets: shape.budgets ?? true }),
  )
  const tasks = Array.from({ length: numTasks }, (_, row) => randomTask(rng, row, numPools, shape))
  return { version: 1, name: `random-${seed}`, policy: randomPolicy(rng, numTasks, shape), agents, tasks }
}

export function randomInstance(seed: number, shape: InstanceShape = {}): Instance {
  return createInstance(randomDocument(seed, shape))
}

/** For `fc.assert(fc.property(arbitraryInstance(), ...))`; a failure prints the seed that made the document. */
export function arbitraryInstance(
  shape: InstanceShape = {},
): fc.Arbitrary<{ seed: number; instance: Instance }> {
  const seeds = fc.noShrink(fc.nat({ max: 0x7fffffff }))
  return seeds.map((seed) => ({ seed, instance: randomInstance(seed, shape) }))
}

interface AgentContext {
  readonly numTasks: number
  readonly numPools: number
  readonly tokens: boolean
  readonly budgets: boolean
}

function randomAgent(rng: Rng, pool: number, context: AgentContext): AgentDocument {
  const { numTasks, numPools } = context
  const replicas = chance(rng, 0.4) ? 2 + rng.nextInt(2) : 1
  const fair = Math.max(1, Math.ceil((1.6 * numTasks) / numPools / replicas))
  const capacity = {
    ...(chance(rng, 0.8) ? { tasks: Math.max(0, fair - 1 + rng.nextInt(3)) } : {}),
    ...(context.tokens && chance(rng, 0.7) ? { tokens: 1000 * fair + 250 * rng.nextInt(8) } : {}),
  }
  const quality = pick(rng, QUALITIES)
  return {
    id: `pool${pool}`,
    replicas,
    quality: chance(rng, 0.2) ? { default: quality, code: pick(rng, QUALITIES) } : quality,
    price: {
      ...(chance(rng, 0.8) ? { perTaskUsd: rng.nextInt(20) / 100 } : {}),
      ...(chance(rng, 0.5)
        ? { inputPerMTokUsd: rng.nextInt(60), outputPerMTokUsd: 10 * rng.nextInt(12) }
        : {}),
    },
    capacity,
    latencyMs: 250 * (1 + rng.nextInt(8)),
    ...(chance(rng, 0.3) ? { capabilities: CAPABILITIES.filter(() => chance(rng, 0.8)) } : {}),
    ...(chance(rng, 0.15) ? { contextTokens: 1200 + 100 * rng.nextInt(6) } : {}),
    ...(context.budgets && chance(rng, 0.2) ? { budgetUsd: (numTasks * (2 + rng.nextInt(8))) / 100 } : {}),
  }
}

function randomTask(rng: Rng, row: number, numPools: number, shape: InstanceShape): TaskDocument {
  const dependsOn = Array.from({ length: row }, (_, parent) => `task${parent}`)
  const edges =
    (shape.dependencies ?? true) ? dependsOn.filter(() => chance(rng, 0.8 / Math.max(2, row))) : []
  const estimated = (shape.estimates ?? true) && chance(rng, 0.15)
  return {
    id: `task${row}`,
    ...(chance(rng, 0.5) ? { complexity: pick(rng, CAPABILITIES) } : {}),
    ...(chance(rng, 0.3) ? { domain: 'code' } : {}),
    minQuality: pick(rng, [0, 0.3, 0.4, 0.5, 0.6, 0.75]),
    inputTokens: 50 * rng.nextInt(20),
    outputTokens: 50 * rng.nextInt(10),
    ...(chance(rng, 0.2) ? { maxLatencyMs: 1000 + 250 * rng.nextInt(5) } : {}),
    ...(edges.length > 0 ? { dependsOn: edges } : {}),
    ...(estimated ? { estimates: { [`pool${rng.nextInt(numPools)}`]: randomEstimate(rng) } } : {}),
  }
}

function randomEstimate(rng: Rng): EstimateDocument {
  return {
    ...(chance(rng, 0.7) ? { costUsd: rng.nextInt(25) / 100 } : {}),
    ...(chance(rng, 0.7) ? { quality: rng.nextInt(21) / 20 } : {}),
    ...(chance(rng, 0.4) ? { latencyMs: 100 * rng.nextInt(25) } : {}),
    ...(chance(rng, 0.4) ? { tokens: 50 * rng.nextInt(30) } : {}),
  }
}

function randomPolicy(
  rng: Rng,
  numTasks: number,
  shape: InstanceShape,
): NonNullable<InstanceDocument['policy']> {
  const mode = pick(rng, ['hard', 'hard', 'soft', 'off'] as const)
  return {
    ...(chance(rng, 0.6) ? { overkillWeight: rng.nextInt(5) / 2 } : {}),
    ...(chance(rng, 0.6) ? { latencyUsdPerSecond: rng.nextInt(10) / 200 } : {}),
    dependency: mode === 'soft' ? { mode, penaltyUsd: (1 + rng.nextInt(20)) / 50 } : { mode },
    ...((shape.budgets ?? true) && chance(rng, 0.35)
      ? { budgetUsd: (numTasks * (3 + rng.nextInt(9))) / 100 }
      : {}),
    ...((shape.unassigned ?? true) && chance(rng, 0.4)
      ? { unassigned: { penaltyUsd: rng.nextInt(50) / 100 } }
      : {}),
    ...((shape.softFloor ?? true) && chance(rng, 0.35)
      ? { qualityFloor: { penaltyUsd: rng.nextInt(30) / 100 } }
      : {}),
  }
}

function chance(rng: Rng, probability: number): boolean {
  return rng.nextFloat() < probability
}

function pick<T>(rng: Rng, values: readonly T[]): T {
  return values[rng.nextInt(values.length)]!
}
