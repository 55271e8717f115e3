/**
 * A better bound from what the plan pays most for. A task far dearer than the prices say it needs to be was pushed off
 * all agents that are good enough for it and no better: together they are dearer than their prices say. No one price
 * shows that, for each agent alone leaves its tasks to the others. All of them are raised at once, as far as that helps.
 */
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { createExactBound } from './exact-bound.ts'
import type { FoundPrices } from './find-prices.ts'
import type { Problem } from './problem.ts'
import { type ReducedCosts, reducedCosts } from './reduced-costs.ts'

export interface LiftInput {
  readonly plan: Plan
  readonly objective: number
  readonly context: SolveContext
}

/** A gap below this is not worth the time, nor a task that pays less than that part of the gap too much. */
const WORTH = { gap: 1e-3, task: 0.05 } as const
const MOST_TASKS = 50_000
const MOST_LIFTS = 4
/** Groups where the task would pay less than that part too much are of the same kind as the best. */
const ALIKE = 0.02
const GOLDEN = (Math.sqrt(5) - 1) / 2
const SEARCH_STEPS = 9

/** Prices whose bound is at least as high. */
export async function liftPrices(
  problem: Problem,
  found: FoundPrices,
  { plan, objective, context }: LiftInput,
): Promise<Pick<FoundPrices, 'y' | 'boundUsd' | 'rows'>> {
  const { rows, cells } = found
  let best = { y: found.y, boundUsd: found.boundUsd, rows }
  if (problem.instance.tasks.count > MOST_TASKS) return best
  const exact = createExactBound(problem, cells, rows)
  for (let lift = 0; lift < MOST_LIFTS; lift++) {
    const gap = objective - best.boundUsd
    if (!(gap > WORTH.gap * Math.abs(objective)) || mustStop(context)) break
    const reduced = reducedCosts(problem, rows, best.y)
    const { task, usd } = dearest(problem, reduced, plan)
    if (task < 0 || usd < WORTH.task * gap) break
    const raised = crowded(problem, reduced, { task, usd }).filter((group) => rows.active[rows.width + group])
    const perToken = usd / Math.max(1, problem.tokens[task]!)
    const at = (part: number): { y: Float64Array; boundUsd: number; rows: typeof rows } => {
      const y = best.y.slice()
      for (const group of raised) y[rows.width + group]! += part * perToken
      return { y, boundUsd: exact.evaluate(y), rows }
    }
    const lifted = highest(at)
    if (lifted.boundUsd <= best.boundUsd) break
    best = lifted
    context.onBound(best.boundUsd)
    await context.breathe()
  }
  return best
}

/** The task that pays most above the least that the prices ask for it, and what that is. */
function dearest({ groups, instance }: Problem, reduced: ReducedCosts, { agentOf }: Plan): Dear {
  let dear: Dear = { task: -1, usd: 0 }
  for (let task = 0; task < agentOf.length; task++) {
    const agent = agentOf[task]!
    if (agent < 0) continue
    const usd = reduced.of(task, groups.ofPool[instance.fleet.poolOf[agent]!]!)
    if (usd > dear.usd) dear = { task, usd }
  }
  return dear
}

interface Dear {
  readonly task: number
  readonly usd: number
}

/** Groups that would be best for the task, and those that are not even good enough for it. */
function crowded({ groups, instance }: Problem, reduced: ReducedCosts, { task, usd }: Dear): number[] {
  const { tasks, fleet } = instance
  const quality = (group: number): number =>
    fleet.quality[groups.pool[group]! * fleet.domains.length + tasks.domain[task]!]!
  return Array.from({ length: groups.count }, (_, group) => group).filter((group) => {
    const own = reduced.of(task, group)
    return own === Infinity ? quality(group) < tasks.minQuality[task]! : own < ALIKE * usd
  })
}

/** The best of what a golden section search between 0 and a little more than 1 looks at. */
function highest<Point extends { readonly boundUsd: number }>(at: (part: number) => Point): Point {
  let [low, high] = [0, 1.1]
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [first, second] = [at(left), at(right)]
  let best = first.boundUsd > second.boundUsd ? first : second
  for (let step = 0; step < SEARCH_STEPS; step++) {
    if (first.boundUsd > second.boundUsd) {
      high = right
      ;[right, second] = [left, first]
      left = high - GOLDEN * (high - low)
      first = at(left)
      if (first.boundUsd > best.boundUsd) best = first
    } else {
      low = left
      ;[left, first] = [right, second]
      right = low + GOLDEN * (high - low)
      second = at(right)
      if (second.boundUsd > best.boundUsd) best = second
    }
  }
  return best
}
