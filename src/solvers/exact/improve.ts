/**
 * Large-neighbourhood search: the tasks of a few agents are placed anew at a time, each time exactly (Shaw, "Using
 * constraint programming and local search methods to solve vehicle routing problems", 1998). Proves nothing.
 */
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import type { Rng } from '../../numeric/rng.ts'
import { type JudgedPlan, judged } from '../starting-plan.ts'
import type { Priced } from './core.ts'
import type { MilpReply, MilpRequest } from './milp-job.ts'
import { buildNeighbourhood } from './neighbourhood.ts'

export interface ImproveInput {
  readonly instance: Instance
  readonly from: JudgedPlan
  readonly priced: Priced
  readonly rng: Rng
  /** Neighbourhoods looked at, unless `mustStop` says so earlier. */
  readonly tries: number
  readonly mustStop: () => boolean
  readonly run: (request: Pick<MilpRequest, 'milp' | 'start' | 'mostNodes'>) => Promise<MilpReply>
  readonly offer: (plan: JudgedPlan) => void
}

/** Agents whose tasks are placed anew together, and the pools their partners come from. */
const AGENTS = 3
const NEAR_POOLS = 32
/** Nodes of the search in each neighbourhood. */
const NODES = 200

export async function improve(input: ImproveInput): Promise<void> {
  const { instance, tries, mustStop, run, offer } = input
  let best = input.from
  for (let round = 0; round < tries && !mustStop(); round++) {
    const agents = relatedAgents(input, best.plan)
    const near = agents.length < 2 ? undefined : buildNeighbourhood(instance, best.plan, agents)
    if (near === undefined) continue
    const { values } = await run({ milp: near.milp, start: near.start, mostNodes: NODES })
    const found = values && judged(instance, near.planAt(values))
    if (found === undefined || found.objective >= best.objective) continue
    best = found
    offer(found)
  }
}

/** The agent of a random task, and agents of pools where that task would cost little more. */
function relatedAgents({ instance, priced, rng }: ImproveInput, plan: Plan): number[] {
  const { fleet, tasks } = instance
  const task = rng.nextInt(tasks.count)
  const own = plan.agentOf[task]!
  if (own < 0) return []
  const pools = Array.from({ length: fleet.numPools }, (_, pool) => ({ pool, cost: priced.of(task, pool) }))
    .filter(({ cost }) => cost !== Infinity)
    .sort((a, b) => a.cost - b.cost || a.pool - b.pool)
    .slice(0, NEAR_POOLS)
  const agents = new Set([own])
  for (let k = 0; k < 4 * AGENTS && agents.size < AGENTS && pools.length > 0; k++) {
    const { pool } = pools[rng.nextInt(pools.length)]!
    agents.add(fleet.firstAgent[pool]! + rng.nextInt(fleet.replicas[pool]!))
  }
  return [...agents]
}
