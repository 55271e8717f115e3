/**
 * The instance as the pricing solver sees it: groups, classes with affine costs, resources with capacities, and the
 * forest of dependencies. Read only after it is built.
 */
import type { Instance } from '../../model/instance.ts'
import { BUDGET_TOLERANCE } from '../../model/limits.ts'
import { type Classes, classify, hasDependencies } from './classes.ts'
import type { EdgePrices } from './edge-prices.ts'
import { buildForest, type Forest, noTrees } from './forest.ts'
import { granularityOf } from './granularity.ts'
import { buildGroups, type Groups } from './groups.ts'
import { buildLines, type Lines } from './lines.ts'
import { largestPairUsd, unitsPerUsd } from './units.ts'

export interface Problem {
  readonly instance: Instance
  readonly groups: Groups
  readonly classes: Classes
  readonly lines: Lines
  readonly forest: Forest
  /** Input plus output tokens of each task. */
  readonly tokens: Float64Array
  /** Dollars per pool budget, by group; Infinity without. */
  readonly groupBudget: Float64Array
  readonly budget: number
  /** True when any budget is finite. */
  readonly hasBudget: boolean
  /** Units per dollar of the certificate. */
  readonly units: number
  /** See `granularityOf`; 0 for none. */
  readonly granularity: number
  /** Prices on dependencies that the forest leaves out; without them those are ignored. */
  readonly edgePrices?: EdgePrices
}

export type Built =
  | { readonly ok: true; readonly problem: Problem }
  | { readonly ok: false; readonly detail: string }

/** The problem, or why no feasible plan can exist. */
export function buildProblem(instance: Instance): Built {
  const groups = buildGroups(instance)
  const forest = hasDependencies(instance) ? buildForest(instance) : noTrees()
  // Where trees are all there is, pricing them does what narrower classes would.
  const classified = classify(instance, groups, { windows: forest.complete ? 'check' : 'narrow' })
  if (!classified.ok) {
    const id = instance.tasks.ids.get(classified.task)
    return { ok: false, detail: `task "${id}" cannot be placed: ${classified.reason}` }
  }
  const { classes } = classified
  const { tasks, fleet, policy } = instance
  const lines = buildLines(instance, groups, classes)
  const units = unitsPerUsd(largestPairUsd(instance))
  const withTolerance = (usd: number): number => usd + 0.5 * BUDGET_TOLERANCE * usd
  const groupBudget = Float64Array.from(groups.pool, (pool) => withTolerance(fleet.budgetUsd[pool]!))
  const budget = withTolerance(policy.budgetUsd)
  return {
    ok: true,
    problem: {
      instance,
      groups,
      classes,
      lines,
      forest,
      tokens: tasks.inputTokens.map((input, task) => input + tasks.outputTokens[task]!),
      groupBudget,
      budget,
      hasBudget: budget !== Infinity || groupBudget.some((usd) => usd !== Infinity),
      units,
      granularity: lines.flat ? granularityOf(instance, units, lines.constant) : 0,
    },
  }
}
