/**
 * From prices to a plan: rounding, a search about it that may exceed capacities at a price, a search that may not,
 * repair of what is left, and a last polish. The judge has the last word.
 */
import { evaluate } from '../../model/evaluate.ts'
import type { Plan } from '../../model/plan.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { type AnnealInput, anneal, type CapacityWorth } from './anneal.ts'
import { type Assignment, createAssignment, type OverloadPrices } from './assignment.ts'
import { type Bays, buildBays } from './bays.ts'
import { buildCandidates } from './candidates.ts'
import { entryTable } from './entry-table.ts'
import type { FoundPrices } from './find-prices.ts'
import type { PricingOptions } from './pricing.ts'
import type { Problem } from './problem.ts'
import { repair } from './repair.ts'
import { round } from './rounding.ts'
import { moneyPrice } from './rows.ts'
import { createSearchArena } from './search-arena.ts'
import { originOf, settle } from './warm-start.ts'

interface PlanSearch {
  readonly plan?: Plan
  readonly stats: Readonly<Record<string, unknown>>
}

/** Groups a task is mostly moved to: at most so many, no dearer than the cheapest by more than this part. */
const CANDIDATES = { width: 32, within: 0.3 } as const
/** Of 256 proposals so many look at all groups; with few groups the candidates are all that matter. */
const WILD = 64
/** Temperatures as parts of the mean cost of a task. */
const HOT = 3e-3
const WARM = 1e-3
const COLD = 1e-4
/** Members of a bay looked at for a partner. */
const LOOKS = 3
/** Proposals of the strict searches before and after the repair, as parts of the first search's. */
const CLOSE = 0.2
const POLISH = 0.3

export async function findPlan(
  problem: Problem,
  found: FoundPrices,
  { context, options }: { context: SolveContext; options: PricingOptions },
): Promise<PlanSearch> {
  const { cells, rows } = found
  const bays = buildBays(problem)
  const prices = overloadPrices(problem, bays, found)
  const entryOf = entryTable(problem.classes, problem.groups)
  const origin = options.previous && originOf(problem, bays, options.previous.plan)
  const churn = origin && { origin, usd: options.previous?.churnUsd ?? 0 }
  const assignment = createAssignment({ problem, bays, entryOf, prices, ...(churn ? { churn } : {}) })
  if (origin) settle(problem, assignment, { bays, origin })
  else round({ problem, cells, bays, rows, y: found.lastY, plan: found.plan }, assignment)
  const state = (): Record<string, number> => ({
    objective: assignment.objective(),
    over: countOver(assignment, bays),
  })
  const rounded = state()
  const numTasks = problem.instance.tasks.count
  const mean = Math.max(found.boundUsd / numTasks, 1e-12)
  const candidates = buildCandidates(problem, cells, { rows, y: found.lastY, ...CANDIDATES })
  const effort = options.effort ?? (origin ? 20 : Math.min(1000, 8 + 6e6 / numTasks))
  const worth = capacityWorth(problem, bays, found)
  const search = async (
    stream: number,
    setting: Setting,
  ): Promise<{ proposals: number; accepted: number }> => {
    const space = createSearchArena({
      problem,
      bays,
      cells,
      candidates,
      assignment,
      rng: context.rng.fork(stream),
      looks: LOOKS,
      ...(churn ? { churn } : {}),
    })
    const result = await anneal({
      space,
      bays,
      worth,
      context,
      proposals: Math.round(setting.share * effort * numTasks),
      hot: setting.hot * mean,
      cold: COLD * mean,
      wild: problem.groups.count > CANDIDATES.width ? WILD : 0,
      credit: setting.strict ? 0 : 1,
      strict: setting.strict,
    })
    space.writeBack(assignment)
    return result
  }
  const searched = await search(1, { share: 1, hot: origin ? COLD : HOT, strict: false })
  const cooled = state()
  await search(2, { share: CLOSE, hot: origin ? COLD : WARM, strict: true })
  for (const column of [prices.slots, prices.tokens])
    for (const [bay, value] of column.entries()) column[bay] = value * 20
  await repair({ problem, assignment, bays, prices, context })
  const repaired = state()
  await search(3, { share: POLISH, hot: origin ? COLD : WARM, strict: true })
  const plan = toPlan(problem, bays, assignment)
  const evaluation = evaluate(problem.instance, plan)
  if (evaluation.feasible) context.onIncumbent(plan, evaluation.objective)
  const stats = {
    rounded,
    searched,
    cooled,
    repaired,
    feasible: evaluation.feasible,
    objective: evaluation.objective,
  }
  return { plan, stats }
}

interface Setting extends Required<Pick<AnnealInput, 'hot' | 'strict'>> {
  /** Of the proposals of the first search. */
  readonly share: number
}

function countOver(assignment: Assignment, bays: Bays): number {
  let count = 0
  for (let bay = 0; bay < bays.count; bay++) if (assignment.overload(bay) > 0) count++
  return count
}

function capacityWorth(problem: Problem, bays: Bays, { rows, lastY, boundUsd }: FoundPrices): CapacityWorth {
  const mean = Math.max(boundUsd, 1e-9) / problem.instance.tasks.count
  const meanTokens = Math.max(1, problem.tokens.reduce((sum, own) => sum + own, 0) / problem.tokens.length)
  return {
    slots: Float64Array.from(bays.groupOf, (group) => lastY[group]!),
    tokens: Float64Array.from(bays.groupOf, (group) => lastY[rows.width + group]!),
    poolBudget: Float64Array.from({ length: problem.groups.count }, (_, group) =>
      moneyPrice(rows, lastY, group),
    ),
    budget: lastY[rows.budget]!,
    leastSlot: 0.2 * mean,
    leastToken: (0.2 * mean) / meanTokens,
    leastMoney: 0.2,
  }
}

/** Twice the price of a capacity, and never nothing. */
function overloadPrices(
  problem: Problem,
  bays: Bays,
  { rows, lastY, boundUsd }: FoundPrices,
): OverloadPrices {
  const mean = Math.max(boundUsd, 1e-9) / problem.instance.tasks.count
  const meanTokens = Math.max(1, problem.tokens.reduce((sum, own) => sum + own, 0) / problem.tokens.length)
  return {
    slots: Float64Array.from(bays.groupOf, (group) => 1.5 * lastY[group]! + 0.2 * mean),
    tokens: Float64Array.from(
      bays.groupOf,
      (group) => 1.5 * lastY[rows.width + group]! + (0.2 * mean) / meanTokens,
    ),
    poolBudget: Float64Array.from(
      { length: problem.groups.count },
      (_, group) => 1.5 * moneyPrice(rows, lastY, group) + 0.2,
    ),
    budget: 1.5 * lastY[rows.budget]! + 0.2,
  }
}

/** Groups of one bay are handed to their agents by number. */
function toPlan({ instance, groups }: Problem, bays: Bays, assignment: Assignment): Plan {
  const { fleet } = instance
  const agentOf = new Int32Array(instance.tasks.count).fill(-1)
  const next = groups.agentStart.slice()
  const load = new Int32Array(fleet.numAgents)
  for (let task = 0; task < agentOf.length; task++) {
    const bay = assignment.bayOf[task]!
    if (bay < 0) continue
    const group = bays.groupOf[bay]!
    if (bays.agent[bay]! >= 0) {
      agentOf[task] = bays.agent[bay]!
      continue
    }
    const limit = Math.floor(fleet.capacityTasks[groups.pool[group]!]!)
    const last = groups.agentStart[group + 1]! - 1
    while (next[group]! < last && load[groups.agents[next[group]!]!]! >= limit) next[group]! += 1
    const agent = groups.agents[next[group]!]!
    load[agent]! += 1
    agentOf[task] = agent
  }
  return { agentOf }
}
