/** Where each task may be after a change, at what price: where it was, or in a pool, or nowhere. Not yet a model. */
import type { Instance } from '../../model/instance.ts'
import { isEligible, pairCostUsd, pairQuality } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import type { Priced } from '../exact/core.ts'

export interface Place {
  /** -1 for no agent. */
  readonly pool: number
  /** -1 where any agent of the pool will do. */
  readonly agent: number
  /** Its part of the objective plus the churn, without dependencies. */
  readonly usd: number
  readonly churnUsd: number
  /** NaN without an agent. */
  readonly quality: number
}

export interface PlacesInput {
  readonly instance: Instance
  readonly previous: Plan
  readonly churnUsd: number
  /** Prices whose reduced costs tell which places cannot be in a better plan. */
  readonly priced: Priced | undefined
  /** Plans whose places are kept whatever they cost. */
  readonly plans: readonly Plan[]
  /** Objective plus churn of the best of them; Infinity without any. */
  readonly bestUsd: number
  /** Pools whose agents are places of their own. */
  readonly split: ReadonlySet<number>
  readonly mostPlaces: number
  /** Tasks stay wherever they may. */
  readonly isFrozen?: boolean
  /** Only the very agents that the plans and the one of before use; proves nothing. */
  readonly isNarrow?: boolean
}

export interface Places {
  readonly ofTask: readonly (readonly Place[])[]
  readonly count: number
  /** No plan with a place that was left out has an objective plus churn below this. */
  readonly outsideUsd: number
}

/** True when the agents of the pool are told apart by more than who was there before. */
export function isSplit({ fleet }: Instance, split: ReadonlySet<number>, pool: number): boolean {
  return fleet.replicas[pool] === 1 || split.has(pool)
}

/** The places that a better plan may use; the least promising are left out where there are too many. */
export function choosePlaces(input: PlacesInput): Places {
  const { instance, priced, bestUsd, mostPlaces, plans } = input
  if (input.isNarrow) return narrowPlaces(input)
  const boundUsd = priced?.boundUsd ?? Number.NEGATIVE_INFINITY
  const all = Array.from({ length: instance.tasks.count }, (_, task) => placesOf(input, task))
  const scores = all.map((places, task) => scoresOf(places, task, priced))
  const within = Float64Array.from(scores.flat().filter((score) => score <= bestUsd - boundUsd)).sort()
  const isWhole = within.length <= mostPlaces
  const threshold = isWhole ? bestUsd - boundUsd : within[mostPlaces]!
  const ofTask = all.map((places, task) => {
    const isUsed = (place: Place): boolean =>
      place.agent === input.previous.agentOf[task] && place.agent >= 0
        ? true
        : plans.some((plan) => holds(instance, place, { agent: plan.agentOf[task]!, input, task }))
    return places.filter(
      (place, k) =>
        (isWhole ? scores[task]![k]! <= threshold : scores[task]![k]! < threshold) || isUsed(place),
    )
  })
  return {
    ofTask,
    count: ofTask.reduce((sum, places) => sum + places.length, 0),
    outsideUsd: isWhole ? Infinity : boundUsd + threshold,
  }
}

function narrowPlaces(input: PlacesInput): Places {
  const { instance, previous, plans } = input
  const { fleet } = instance
  const ofTask = Array.from({ length: instance.tasks.count }, (_, task) => {
    const agents = new Set([previous.agentOf[task]!, ...plans.map(({ agentOf }) => agentOf[task]!)])
    const mayGo = (agent: number): boolean =>
      agent < 0
        ? instance.policy.unassignedUsd !== Infinity
        : isEligible(instance, task, fleet.poolOf[agent]!)
    return [...agents]
      .filter(mayGo)
      .map((agent) => placeAt(input, task, { pool: poolAt(fleet, agent), agent }))
  })
  const count = ofTask.reduce((sum, places) => sum + places.length, 0)
  return { ofTask, count, outsideUsd: Number.NEGATIVE_INFINITY }
}

const poolAt = ({ poolOf }: Instance['fleet'], agent: number): number => (agent < 0 ? -1 : poolOf[agent]!)

function placeAt(
  { instance, previous, churnUsd }: PlacesInput,
  task: number,
  { pool, agent }: Pick<Place, 'pool' | 'agent'>,
): Place {
  const before = previous.agentOf[task]!
  const churn = before >= 0 && agent !== before ? churnUsd : 0
  const usd = churn + (pool < 0 ? instance.policy.unassignedUsd : pairCostUsd(instance, task, pool))
  const quality = pool < 0 ? Number.NaN : pairQuality(instance, task, pool)
  return { pool, agent, usd, churnUsd: churn, quality }
}

function placesOf(input: PlacesInput, task: number): Place[] {
  const { instance, previous, split, isFrozen } = input
  const { fleet, policy } = instance
  const before = previous.agentOf[task]!
  const places: Place[] = []
  const add = (pool: number, agent: number): void => {
    places.push(placeAt(input, task, { pool, agent }))
  }
  if (before >= 0 && isEligible(instance, task, fleet.poolOf[before]!)) add(fleet.poolOf[before]!, before)
  if (isFrozen && before >= 0) return places
  for (let pool = 0; pool < fleet.numPools; pool++) {
    if (!isEligible(instance, task, pool)) continue
    const first = fleet.firstAgent[pool]!
    if (!isSplit(instance, split, pool)) add(pool, -1)
    else
      for (let agent = first; agent < first + fleet.replicas[pool]!; agent++)
        if (agent !== before) add(pool, agent)
  }
  if (policy.unassignedUsd !== Infinity) add(-1, -1)
  return places
}

/** What a plan with the place costs above the bound at least; without prices only an order. */
function scoresOf(places: readonly Place[], task: number, priced: Priced | undefined): number[] {
  if (priced) return places.map(({ pool, churnUsd }) => priced.of(task, pool) + churnUsd)
  const least = places.reduce((min, { usd }) => Math.min(min, usd), Infinity)
  return places.map(({ usd }) => usd - least)
}

interface Held {
  readonly agent: number
  readonly input: Pick<PlacesInput, 'previous'>
  readonly task: number
}

/** Whether a task that has the agent is at the place; the one it had before is a place of its own. */
export function holds({ fleet }: Instance, place: Place, { agent, input, task }: Held): boolean {
  if (agent < 0) return place.pool < 0
  if (place.agent >= 0) return place.agent === agent
  return place.pool === fleet.poolOf[agent]! && agent !== input.previous.agentOf[task]
}
