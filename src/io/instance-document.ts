/** An instance back as the document a user writes: only what differs from the defaults. The inverse of the builder. */
import type {
  AgentDocument,
  EstimateDocument,
  InstanceDocument,
  PolicyDocument,
  TaskDocument,
} from '../model/document.ts'
import type { Instance } from '../model/instance.ts'

/** Everything but the tasks. Defaults of a complexity are written out in each task, so the policy has none. */
export function headDocument(instance: Instance): Omit<InstanceDocument, 'tasks'> {
  return {
    version: 1,
    name: instance.name,
    policy: policyDocument(instance),
    agents: Array.from({ length: instance.fleet.numPools }, (_, pool) => agentDocument(instance, pool)),
  }
}

/** A field when its value is not the default. */
function unless<K extends string, V>(key: K, value: V, otherwise: V): { readonly [P in K]?: V } {
  return value === otherwise ? {} : ({ [key]: value } as { [P in K]: V })
}

function policyDocument({ policy }: Instance): PolicyDocument {
  const { dependency, unassignedUsd, belowFloorUsd } = policy
  return {
    ...unless('overkillWeight', policy.overkillWeight, 0),
    ...unless('latencyUsdPerSecond', policy.latencyUsdPerSecond, 0),
    dependency,
    ...unless('budgetUsd', policy.budgetUsd, Infinity),
    ...(unassignedUsd === Infinity ? {} : { unassigned: { penaltyUsd: unassignedUsd } }),
    ...(belowFloorUsd === Infinity ? {} : { qualityFloor: { penaltyUsd: belowFloorUsd } }),
  }
}

function agentDocument({ fleet }: Instance, pool: number): AgentDocument {
  const price = {
    ...unless('perTaskUsd', fleet.perTaskUsd[pool]!, 0),
    ...unless('inputPerMTokUsd', fleet.inputPerMTokUsd[pool]!, 0),
    ...unless('outputPerMTokUsd', fleet.outputPerMTokUsd[pool]!, 0),
  }
  const capacity = {
    ...unless('tasks', fleet.capacityTasks[pool]!, Infinity),
    ...unless('tokens', fleet.capacityTokens[pool]!, Infinity),
  }
  const capabilities = fleet.capabilities[pool]
  const provider = fleet.providers.get(pool)
  return {
    id: fleet.poolIds[pool]!,
    ...unless('replicas', fleet.replicas[pool]!, 1),
    ...unless('languageModel', fleet.languageModels[pool], undefined),
    ...(Object.keys(price).length > 0 ? { price } : {}),
    quality: qualityDocument(fleet, pool),
    ...(capabilities === undefined ? {} : { capabilities: [...capabilities] }),
    ...(Object.keys(capacity).length > 0 ? { capacity } : {}),
    ...unless('latencyMs', fleet.latencyMs[pool]!, 0),
    ...unless('contextTokens', fleet.contextTokens[pool]!, Infinity),
    ...unless('budgetUsd', fleet.budgetUsd[pool]!, Infinity),
    ...(provider === undefined ? {} : { provider }),
  }
}

/** One number when it is the same everywhere; the first agent names every domain, which keeps their order. */
function qualityDocument({ domains, quality }: Instance['fleet'], pool: number): AgentDocument['quality'] {
  const own = quality.subarray(pool * domains.length, (pool + 1) * domains.length)
  if (domains.length === 1 || (pool > 0 && own.every((value) => value === own[0]))) return own[0]!
  return namedNumbers(domains, own)
}

/** An object whose keys may be any text, also `__proto__`. */
function namedNumbers(names: readonly string[], values: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(names.map((name, k) => [name, values[k]!]))
}

/** The task of a row. */
export function taskDocument(instance: Instance, row: number): TaskDocument {
  const { tasks, fleet, dependencies } = instance
  const complexity = tasks.complexities[tasks.complexity[row]!]
  const requires = tasks.requirements[tasks.requirement[row]!]!.filter((need) => need !== complexity)
  const parents = dependencies.parents.subarray(
    dependencies.parentStart[row]!,
    dependencies.parentStart[row + 1]!,
  )
  const domain = tasks.domain[row]!
  return {
    id: tasks.ids.get(row),
    ...unless('complexity', complexity, undefined),
    ...(requires.length > 0 ? { requires } : {}),
    ...(domain > 0 ? { domain: fleet.domains[domain]! } : {}),
    ...unless('minQuality', tasks.minQuality[row]!, 0),
    ...unless('inputTokens', tasks.inputTokens[row]!, 0),
    ...unless('outputTokens', tasks.outputTokens[row]!, 0),
    ...unless('maxLatencyMs', tasks.maxLatencyMs[row]!, Infinity),
    ...(parents.length > 0 ? { dependsOn: Array.from(parents, (parent) => tasks.ids.get(parent)) } : {}),
    ...unless('workflow', tasks.workflows.get(row), undefined),
    ...estimatesOf(instance, row),
    ...unless('input', tasks.inputs.get(row), undefined),
    ...unless('accept', tasks.accepts.get(row), undefined),
  }
}

function estimatesOf({ tasks, fleet }: Instance, row: number): Pick<TaskDocument, 'estimates'> {
  const { estimates } = tasks
  if (estimates === undefined || estimates.start[row] === estimates.start[row + 1]) return {}
  const entries: [string, EstimateDocument][] = []
  for (let at = estimates.start[row]!; at < estimates.start[row + 1]!; at++) {
    const figures = (['costUsd', 'quality', 'latencyMs', 'tokens'] as const)
      .map((name) => [name, estimates[name][at]!] as const)
      .filter(([, value]) => !Number.isNaN(value))
    entries.push([fleet.poolIds[estimates.pool[at]!]!, Object.fromEntries(figures)])
  }
  return { estimates: Object.fromEntries(entries) }
}
