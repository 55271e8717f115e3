/**
 * The one judge of plans: objective by term, money, every constraint, every violation. Solvers may estimate;
 * only what this file says is reported.
 */
import { CompensatedSum } from '../numeric/sum.ts'
import type { Instance } from './instance.ts'
import { mostMoneyUsd, mostTokens } from './limits.ts'
import { pairQuality, pairTerms, pairTokens, whyIneligible } from './pair.ts'
import type { Plan } from './plan.ts'
import type { Violation } from './violations.ts'

/** The parts of the objective, in dollars; they add up to it. */
export interface ObjectiveTerms {
  readonly moneyUsd: number
  readonly overkillUsd: number
  readonly latencyUsd: number
  /** Violated soft dependencies at their price. */
  readonly dependencyUsd: number
  readonly belowFloorUsd: number
  readonly unassignedUsd: number
}

export interface Evaluation {
  readonly objective: number
  readonly terms: ObjectiveTerms
  readonly moneyUsd: number
  /** True when no hard promise is broken. */
  readonly feasible: boolean
  /** Broken hard promises, all of them. */
  readonly violations: readonly Violation[]
  /** Edges whose child is weaker than its parent, whatever the policy says of them. */
  readonly weakerChildren: number
  readonly unassigned: number
  readonly tasksOfAgent: Int32Array
  readonly tokensOfAgent: Float64Array
  readonly moneyOfPool: Float64Array
}

/** Judges `plan`; throws nothing, whatever the plan holds, as long as its indices exist. */
export function evaluate(instance: Instance, plan: Plan): Evaluation {
  const { fleet, tasks, policy } = instance
  const violations: Violation[] = []
  const sums = { money: new CompensatedSum(), overkill: new CompensatedSum(), latency: new CompensatedSum() }
  const tasksOfAgent = new Int32Array(fleet.numAgents)
  const tokensOfAgent = new Float64Array(fleet.numAgents)
  const moneyOfPool = Array.from({ length: fleet.numPools }, () => new CompensatedSum())
  let belowFloorUsd = 0
  let unassigned = 0

  const count = (task: number, agent: number): void => {
    const pool = fleet.poolOf[agent]!
    const terms = pairTerms(instance, task, pool)
    sums.money.add(terms.moneyUsd)
    sums.overkill.add(terms.overkillUsd)
    sums.latency.add(terms.latencyUsd)
    moneyOfPool[pool]!.add(terms.moneyUsd)
    belowFloorUsd += terms.belowFloorUsd
    tasksOfAgent[agent]! += 1
    tokensOfAgent[agent]! += pairTokens(instance, task, pool)
    const reason = whyIneligible(instance, task, pool)
    if (reason !== undefined) violations.push({ kind: reason, task, agent })
  }

  for (let task = 0; task < tasks.count; task++) {
    const agent = plan.agentOf[task]!
    if (agent >= 0) count(task, agent)
    else {
      unassigned += 1
      if (policy.unassignedUsd === Infinity) violations.push({ kind: 'unassigned', task })
    }
  }
  for (const { task, agent } of plan.surplus ?? []) count(task, agent)
  for (const violation of assignedTwice(plan)) violations.push(violation)

  const weaker = weakerEdges(instance, plan)
  if (policy.dependency.mode === 'hard') for (const violation of weaker) violations.push(violation)
  for (let agent = 0; agent < fleet.numAgents; agent++) {
    const pool = fleet.poolOf[agent]!
    const [load, limit] = [tasksOfAgent[agent]!, fleet.capacityTasks[pool]!]
    if (load > limit) violations.push({ kind: 'capacity-tasks', agent, load, limit })
    const [tokens, tokenLimit] = [tokensOfAgent[agent]!, fleet.capacityTokens[pool]!]
    if (tokens > mostTokens(tokenLimit))
      violations.push({ kind: 'capacity-tokens', agent, load: tokens, limit: tokenLimit })
  }
  const moneyUsd = sums.money.value
  const overBudget = (spent: number, limit: number) => spent > mostMoneyUsd(limit)
  if (overBudget(moneyUsd, policy.budgetUsd))
    violations.push({ kind: 'budget', spentUsd: moneyUsd, limitUsd: policy.budgetUsd })
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const [spentUsd, limitUsd] = [moneyOfPool[pool]!.value, fleet.budgetUsd[pool]!]
    if (overBudget(spentUsd, limitUsd)) violations.push({ kind: 'pool-budget', pool, spentUsd, limitUsd })
  }

  const terms: ObjectiveTerms = {
    moneyUsd,
    overkillUsd: sums.overkill.value,
    latencyUsd: sums.latency.value,
    dependencyUsd: policy.dependency.mode === 'soft' ? policy.dependency.penaltyUsd * weaker.length : 0,
    belowFloorUsd,
    unassignedUsd: policy.unassignedUsd === Infinity ? 0 : policy.unassignedUsd * unassigned,
  }
  const objective = Object.values(terms).reduce((sum, term) => sum + term, 0)
  return {
    objective,
    terms,
    moneyUsd,
    // Figures beyond double arithmetic are refused when an instance is built; nothing else may pass either.
    feasible: violations.length === 0 && Number.isFinite(objective),
    violations,
    weakerChildren: weaker.length,
    unassigned,
    tasksOfAgent,
    tokensOfAgent,
    moneyOfPool: Float64Array.from(moneyOfPool, (sum) => sum.value),
  }
}

function assignedTwice(plan: Plan): Violation[] {
  const agentsOf = new Map<number, number[]>()
  for (const { task, agent } of plan.surplus ?? []) {
    const agents = agentsOf.get(task) ?? [plan.agentOf[task]!].filter((first) => first >= 0)
    agents.push(agent)
    agentsOf.set(task, agents)
  }
  return [...agentsOf]
    .filter(([, agents]) => agents.length > 1)
    .map(([task, agents]) => ({ kind: 'assigned-twice', task, agents }))
}

/**
 * The edges whose child is done at a lower quality than its parent, each by its own domain and estimates; an unassigned
 * end violates nothing.
 */
function weakerEdges(instance: Instance, plan: Plan): Violation[] {
  const { fleet, dependencies } = instance
  const weaker: Violation[] = []
  for (let edge = 0; edge < dependencies.numEdges; edge++) {
    const parent = dependencies.parentOfEdge[edge]!
    const child = dependencies.childOfEdge[edge]!
    const [above, below] = [plan.agentOf[parent]!, plan.agentOf[child]!]
    if (above < 0 || below < 0) continue
    const parentQuality = pairQuality(instance, parent, fleet.poolOf[above]!)
    const childQuality = pairQuality(instance, child, fleet.poolOf[below]!)
    if (childQuality < parentQuality) weaker.push({ kind: 'dependency', parent, child })
  }
  return weaker
}
