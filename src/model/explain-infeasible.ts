/**
 * Explains why an instance has no feasible plan, as data; wording for people is beside it. Every finding is a proof
 * by itself. An empty answer proves nothing: constraints can also be impossible only together.
 */
import { type BrokenChain, brokenChains } from './explain/chain-levels.ts'
import { type Competition, competitions } from './explain/competition.ts'
import { type EligibleGroup, eligibleGroups } from './explain/eligible-groups.ts'
import { leastSpendUsd } from './explain/least-spend.ts'
import { type WhyNot, whyNot } from './explain/why-not.ts'
import type { Instance } from './instance.ts'
import { mostMoneyUsd } from './limits.ts'
import { pairMoneyUsd } from './pair.ts'
import { eligibleWindow } from './quality-window.ts'

export type Infeasibility =
  | {
      readonly kind: 'no-eligible-agent'
      /** All tasks without an eligible agent; the first stands for them in `why`. */
      readonly tasks: readonly number[]
      readonly why: readonly WhyNot[]
    }
  | ({
      readonly kind: 'too-few-slots' | 'too-few-tokens'
      /** True when the set is short only because of the qualities that hard dependencies leave open. */
      readonly becauseOfDependencies: boolean
    } & Competition)
  | { readonly kind: 'budget'; readonly leastUsd: number; readonly limitUsd: number }
  | {
      readonly kind: 'pool-budget'
      readonly pool: number
      /** Tasks that no other pool may do. */
      readonly tasks: readonly number[]
      readonly leastUsd: number
      readonly limitUsd: number
    }
  | ({ readonly kind: 'dependency-chain' } & BrokenChain)

/** Deterministic; empty when tasks may stay unassigned, for then leaving out all of them is a plan. */
export function explainInfeasible(instance: Instance): Infeasibility[] {
  if (instance.policy.unassignedUsd !== Infinity) return []
  const groups = eligibleGroups(instance)
  const chains = brokenChains(instance)
  const plain = shortages(instance, groups, false)
  return [
    ...ineligible(instance, groups),
    ...plain,
    ...chains.map((chain): Infeasibility => ({ kind: 'dependency-chain', ...chain })),
    ...(plain.length + chains.length === 0 ? dependentShortages(instance) : []),
    ...budget(instance, groups),
    ...poolBudgets(instance, groups),
  ]
}

/** One finding for each different list of reasons. */
function ineligible(instance: Instance, groups: readonly EligibleGroup[]): Infeasibility[] {
  const alike = new Map<string, { tasks: number[]; why: WhyNot[] }>()
  for (const task of groups.find(({ pools }) => pools.length === 0)?.tasks ?? []) {
    const why = Array.from({ length: instance.fleet.numPools }, (_, pool) => whyNot(instance, task, pool)!)
    const key = why.map(({ text }) => text).join('\n')
    const group = alike.get(key)
    if (group) group.tasks.push(task)
    else alike.set(key, { tasks: [task], why })
  }
  return [...alike.values()].map((group) => ({ kind: 'no-eligible-agent', ...group }))
}

function shortages(
  instance: Instance,
  groups: readonly EligibleGroup[],
  becauseOfDependencies: boolean,
): Infeasibility[] {
  const find = (kind: 'too-few-slots' | 'too-few-tokens', resource: 'slots' | 'tokens'): Infeasibility[] =>
    competitions(instance, groups, resource).map((found) => ({ kind, becauseOfDependencies, ...found }))
  return [...find('too-few-slots', 'slots'), ...find('too-few-tokens', 'tokens')]
}

/** Shortages among the pools that hard dependencies leave open to each task. */
function dependentShortages(instance: Instance): Infeasibility[] {
  if (instance.policy.dependency.mode !== 'hard' || instance.dependencies.numEdges === 0) return []
  return shortages(instance, eligibleGroups(instance, eligibleWindow(instance)), true)
}

function budget(instance: Instance, groups: readonly EligibleGroup[]): Infeasibility[] {
  const limitUsd = instance.policy.budgetUsd
  if (limitUsd === Infinity) return []
  const leastUsd = leastSpendUsd(instance, groups)
  return Number.isFinite(leastUsd) && isOver(leastUsd, limitUsd)
    ? [{ kind: 'budget', leastUsd, limitUsd }]
    : []
}

function poolBudgets(instance: Instance, groups: readonly EligibleGroup[]): Infeasibility[] {
  return groups.flatMap(({ tasks, pools }): Infeasibility[] => {
    const [pool] = pools
    const limitUsd = pool === undefined ? Infinity : instance.fleet.budgetUsd[pool]!
    if (pool === undefined || pools.length > 1 || limitUsd === Infinity) return []
    const leastUsd = tasks.reduce((sum, task) => sum + pairMoneyUsd(instance, task, pool), 0)
    return isOver(leastUsd, limitUsd) ? [{ kind: 'pool-budget', pool, tasks, leastUsd, limitUsd }] : []
  })
}

function isOver(spentUsd: number, limitUsd: number): boolean {
  return spentUsd > mostMoneyUsd(limitUsd)
}
