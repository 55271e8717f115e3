/** Builds the columns of a fleet from agents as users write them. */
import type { QaasError } from '../errors.ts'
import type { AgentDocument } from './document.ts'
import type { Fleet } from './instance.ts'
import { checkNumber, invalid, LARGEST_FIGURE, LARGEST_LIMIT } from './invalid.ts'

/** Replicas together; some columns have a row for each. */
const MAX_AGENTS = 1e7

/** @throws QaasError `invalid-instance` on an empty fleet, duplicate names or impossible numbers */
export function buildFleet(agents: readonly AgentDocument[]): Fleet {
  if (agents.length === 0)
    throw invalid(['agents'], 'the fleet has no agents', 'Maybe list at least one under "agents".')
  const domains = domainNames(agents)
  const numPools = agents.length
  const replicas = new Int32Array(numPools)
  const firstAgent = new Int32Array(numPools + 1)
  const quality = new Float64Array(numPools * domains.length)
  const column = (
    value: (agent: AgentDocument) => number | undefined,
    path: readonly string[],
    otherwise: number,
    max: number = LARGEST_FIGURE,
  ) =>
    Float64Array.from(agents, (agent, pool) => {
      const given = value(agent)
      if (given === undefined) return otherwise
      return checkNumber(given, ['agents', pool, ...path], { min: 0, max, owner: `agent "${agent.id}"` })
    })
  agents.forEach((agent, pool) => {
    const count = agent.replicas ?? 1
    if (!Number.isInteger(count) || count < 1 || count > 1e7)
      throw invalid(
        ['agents', pool, 'replicas'],
        `agent "${agent.id}": replicas is ${count}, it must be a whole number of at least 1`,
        'Maybe remove the agent instead.',
      )
    replicas[pool] = count
    firstAgent[pool + 1] = firstAgent[pool]! + count
    if (firstAgent[pool + 1]! > MAX_AGENTS)
      throw invalid(
        ['agents', pool, 'replicas'],
        `the fleet has more than ${MAX_AGENTS} agents`,
        'Maybe give a pool of them one larger capacity instead.',
      )
    domains.forEach((domain, d) => {
      quality[pool * domains.length + d] = qualityOf(agent, pool, domain)
    })
  })
  checkNames(agents)
  const poolOf = new Int32Array(firstAgent[numPools]!)
  for (let pool = 0; pool < numPools; pool++) poolOf.fill(pool, firstAgent[pool], firstAgent[pool + 1])
  return {
    numPools,
    numAgents: poolOf.length,
    poolIds: agents.map((agent) => agent.id),
    languageModels: agents.map((agent) => agent.languageModel),
    replicas,
    firstAgent,
    poolOf,
    perTaskUsd: column((agent) => agent.price?.perTaskUsd, ['price', 'perTaskUsd'], 0),
    inputPerMTokUsd: column((agent) => agent.price?.inputPerMTokUsd, ['price', 'inputPerMTokUsd'], 0),
    outputPerMTokUsd: column((agent) => agent.price?.outputPerMTokUsd, ['price', 'outputPerMTokUsd'], 0),
    latencyMs: column((agent) => agent.latencyMs, ['latencyMs'], 0),
    contextTokens: column((agent) => agent.contextTokens, ['contextTokens'], Infinity, LARGEST_LIMIT),
    capacityTasks: column((agent) => agent.capacity?.tasks, ['capacity', 'tasks'], Infinity, LARGEST_LIMIT),
    capacityTokens: column(
      (agent) => agent.capacity?.tokens,
      ['capacity', 'tokens'],
      Infinity,
      LARGEST_LIMIT,
    ),
    budgetUsd: column((agent) => agent.budgetUsd, ['budgetUsd'], Infinity, LARGEST_LIMIT),
    domains,
    quality,
    capabilities: agents.map((agent) => agent.capabilities && new Set(agent.capabilities)),
    providers: new Map(
      agents.flatMap((agent, pool) => (agent.provider ? [[pool, agent.provider] as const] : [])),
    ),
  }
}

function domainNames(agents: readonly AgentDocument[]): string[] {
  const names = new Set(['default'])
  for (const { quality } of agents)
    if (typeof quality === 'object') for (const name of Object.keys(quality)) names.add(name)
  return [...names]
}

/** An agent without a figure for a domain has its default there; one without a default has quality 0. */
function qualityOf(agent: AgentDocument, pool: number, domain: string): number {
  const { quality } = agent
  const perDomain = typeof quality === 'object' && quality !== null
  const own = perDomain && Object.hasOwn(quality, domain)
  const value = own ? quality[domain] : perDomain ? (quality.default ?? 0) : quality
  const path = own ? ['agents', pool, 'quality', domain] : ['agents', pool, 'quality']
  return checkNumber(value, path, { min: 0, max: 1, owner: `agent "${agent.id}"` })
}

/** Agent names must differ, also after `-k` is appended to the replicas of a pool. */
function checkNames(agents: readonly AgentDocument[]): void {
  const poolOf = new Map<string, number>()
  agents.forEach(({ id }, pool) => {
    if (typeof id !== 'string' || id === '')
      throw invalid(['agents', pool, 'id'], `agent ${pool} has no id`, 'Maybe give it a short unique name.')
    if (poolOf.has(id)) throw usedTwice(id, poolOf.get(id)!, pool)
    poolOf.set(id, pool)
  })
  // Only a name that ends like a replica's can clash with one: two replicas share a name only if their pools do.
  agents.forEach(({ id }, pool) => {
    const match = /^(.*)-(0|[1-9]\d*)$/s.exec(id)
    const other = match ? poolOf.get(match[1]!) : undefined
    const replicas = other === undefined ? 1 : (agents[other]!.replicas ?? 1)
    if (match && replicas > 1 && Number(match[2]) < replicas)
      throw usedTwice(id, Math.min(other!, pool), Math.max(other!, pool))
  })
}

function usedTwice(id: string, first: number, second: number): QaasError {
  return invalid(
    ['agents', second, 'id'],
    `agent id "${id}" is used twice (agents ${first} and ${second})`,
    'Maybe rename one; replicas of a pool "a" are named a-0, a-1, ...',
  )
}
