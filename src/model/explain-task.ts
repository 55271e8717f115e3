/**
 * Explains why a task has the agent it has: every pool as an alternative, what it would cost, and what stands in the
 * way while all other tasks stay where they are. Data; wording is beside it.
 */
import { type Evaluation, evaluate } from './evaluate.ts'
import { type WhyNot, whyNot } from './explain/why-not.ts'
import type { Instance } from './instance.ts'
import { mostMoneyUsd } from './limits.ts'
import { type PairTerms, pairMoneyUsd, pairQuality, pairTerms, pairTokens } from './pair.ts'
import type { Plan } from './plan.ts'
import type { Violation } from './violations.ts'

/** A promise that would break if the task moved to a pool and nothing else moved. */
export type Obstacle =
  /** Every agent of the pool has all the tasks it may have. */
  | { readonly kind: 'capacity-tasks'; readonly slots: number }
  /** No agent with a free slot has that many tokens left. */
  | { readonly kind: 'capacity-tokens'; readonly needed: number; readonly mostFree: number }
  /** It would be weaker than the agent of a task it depends on. */
  | { readonly kind: 'parent'; readonly task: number; readonly quality: number }
  /** It would be stronger than the agent of a task that depends on it. */
  | { readonly kind: 'child'; readonly task: number; readonly quality: number }
  | { readonly kind: 'budget'; readonly overUsd: number }
  | { readonly kind: 'pool-budget'; readonly overUsd: number }

export interface Alternative {
  readonly pool: number
  readonly isCurrent: boolean
  /** Why its agents may not do the task at all; the fields below are then absent or empty. */
  readonly whyNot?: WhyNot
  readonly quality?: number
  readonly terms?: PairTerms
  /** Price of the soft dependencies that would be broken there. */
  readonly dependencyUsd: number
  /** All terms together. */
  readonly costUsd: number
  /** More than the present place costs; negative when it would be cheaper. */
  readonly extraUsd: number
  readonly obstacles: readonly Obstacle[]
}

export interface TaskExplanation {
  readonly task: number
  /** Agent of the task, or -1. */
  readonly agent: number
  /** All agents of the task: more than one when the plan gives it to several, which breaks a promise. */
  readonly agents: readonly number[]
  /** Hard promises the plan breaks at this task, or by the load of its agents. */
  readonly broken: readonly Violation[]
  /** What the task costs where it is, or its price of staying unassigned (0 when that is forbidden). */
  readonly costUsd: number
  /** Eligible pools by rising cost, then the others in fleet order. */
  readonly alternatives: readonly Alternative[]
}

export function explainTask(instance: Instance, plan: Plan, task: number): TaskExplanation {
  const { fleet, policy } = instance
  const evaluation = evaluate(instance, plan)
  const agent = plan.agentOf[task]!
  const current = agent < 0 ? -1 : fleet.poolOf[agent]!
  const unassignedUsd = policy.unassignedUsd === Infinity ? 0 : policy.unassignedUsd
  const costAt = (pool: number): number => {
    const { moneyUsd, overkillUsd, latencyUsd, belowFloorUsd } = pairTerms(instance, task, pool)
    return moneyUsd + overkillUsd + latencyUsd + belowFloorUsd + dependencyUsd(instance, plan, task, pool)
  }
  const costUsd = current < 0 ? unassignedUsd : costAt(current)
  const alternatives = Array.from({ length: fleet.numPools }, (_, pool): Alternative => {
    const no = whyNot(instance, task, pool)
    const isCurrent = pool === current
    if (no)
      return {
        pool,
        isCurrent,
        whyNot: no,
        dependencyUsd: 0,
        costUsd: Infinity,
        extraUsd: Infinity,
        obstacles: [],
      }
    return {
      pool,
      isCurrent,
      quality: pairQuality(instance, task, pool),
      terms: pairTerms(instance, task, pool),
      dependencyUsd: dependencyUsd(instance, plan, task, pool),
      costUsd: costAt(pool),
      extraUsd: costAt(pool) - costUsd,
      obstacles: isCurrent ? [] : obstacles({ instance, plan, evaluation, task, pool }),
    }
  })
  alternatives.sort((a, b) => (a.costUsd === b.costUsd ? a.pool - b.pool : a.costUsd - b.costUsd))
  const agents = agentsOf(plan, task)
  return { task, agent, agents, broken: brokenAt(evaluation, task, agents), costUsd, alternatives }
}

function agentsOf({ agentOf, surplus = [] }: Plan, task: number): number[] {
  const further = surplus.filter((one) => one.task === task).map(({ agent }) => agent)
  return [agentOf[task]!, ...further].filter((agent) => agent >= 0)
}

/** Budgets are left out: they are broken by all tasks together. */
function brokenAt({ violations }: Evaluation, task: number, agents: readonly number[]): Violation[] {
  return violations.filter((violation) => {
    if (violation.kind === 'dependency') return violation.parent === task || violation.child === task
    if (violation.kind === 'budget' || violation.kind === 'pool-budget') return false
    return 'task' in violation ? violation.task === task : agents.includes(violation.agent)
  })
}

interface Move {
  readonly instance: Instance
  readonly plan: Plan
  readonly evaluation: Evaluation
  readonly task: number
  readonly pool: number
}

function obstacles(move: Move): Obstacle[] {
  return [...capacityObstacles(move), ...dependencyObstacles(move), ...budgetObstacles(move)]
}

function capacityObstacles({ instance, evaluation, task, pool }: Move): Obstacle[] {
  const { fleet } = instance
  const maxTasks = fleet.capacityTasks[pool]!
  const maxTokens = fleet.capacityTokens[pool]!
  const needed = pairTokens(instance, task, pool)
  let mostFree = Number.NEGATIVE_INFINITY
  for (let agent = fleet.firstAgent[pool]!; agent < fleet.firstAgent[pool + 1]!; agent++) {
    if (evaluation.tasksOfAgent[agent]! + 1 > maxTasks) continue
    mostFree = Math.max(mostFree, maxTokens - evaluation.tokensOfAgent[agent]!)
  }
  if (mostFree === Number.NEGATIVE_INFINITY)
    return [{ kind: 'capacity-tasks', slots: fleet.replicas[pool]! * Math.floor(maxTasks) }]
  return needed > mostFree ? [{ kind: 'capacity-tokens', needed, mostFree: Math.max(0, mostFree) }] : []
}

function dependencyObstacles({ instance, plan, task, pool }: Move): Obstacle[] {
  if (instance.policy.dependency.mode !== 'hard') return []
  return brokenEdges(instance, plan, task, pool)
}

function budgetObstacles({ instance, plan, evaluation, task, pool }: Move): Obstacle[] {
  const { fleet, policy } = instance
  const from = plan.agentOf[task]! < 0 ? -1 : fleet.poolOf[plan.agentOf[task]!]!
  const now = from < 0 ? 0 : pairMoneyUsd(instance, task, from)
  const then = pairMoneyUsd(instance, task, pool)
  const found: Obstacle[] = []
  const check = (kind: 'budget' | 'pool-budget', spent: number, limit: number, more: number): void => {
    const overUsd = spent + more - limit
    if (more > 0 && spent + more > mostMoneyUsd(limit)) found.push({ kind, overUsd })
  }
  check('budget', evaluation.moneyUsd, policy.budgetUsd, then - now)
  check('pool-budget', evaluation.moneyOfPool[pool]!, fleet.budgetUsd[pool]!, then)
  return found
}

function dependencyUsd(instance: Instance, plan: Plan, task: number, pool: number): number {
  const rule = instance.policy.dependency
  return rule.mode === 'soft' ? rule.penaltyUsd * brokenEdges(instance, plan, task, pool).length : 0
}

type BrokenEdge = Extract<Obstacle, { kind: 'parent' | 'child' }>

/** The dependencies of the task that would be broken if an agent of the pool did it. */
function brokenEdges(instance: Instance, plan: Plan, task: number, pool: number): BrokenEdge[] {
  const { fleet, dependencies } = instance
  const quality = pairQuality(instance, task, pool)
  const qualityOf = (other: number): number => {
    const agent = plan.agentOf[other]!
    return agent < 0 ? Number.NaN : pairQuality(instance, other, fleet.poolOf[agent]!)
  }
  const { parentStart, parents, childStart, children } = dependencies
  const broken: BrokenEdge[] = []
  for (const parent of parents.subarray(parentStart[task]!, parentStart[task + 1]!))
    if (quality < qualityOf(parent)) broken.push({ kind: 'parent', task: parent, quality: qualityOf(parent) })
  for (const child of children.subarray(childStart[task]!, childStart[task + 1]!))
    if (qualityOf(child) < quality) broken.push({ kind: 'child', task: child, quality: qualityOf(child) })
  return broken
}
