/**
 * From prices to a plan: rounding, a search about it that may exceed capacities at a price, a search that may not,
 * repair of what is left, and a last polish. The judge has the last word.
 */
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import type { JudgedPlan } from '../starting-plan.ts'
import type { CapacityWorth } from './anneal.ts'
import { type Assignment, createAssignment, type OverloadPrices } from './assignment.ts'
import { roundBalanced, suitsBalancing } from './balanced-rounding.ts'
import { type Bays, baysOfParts, buildBays } from './bays.ts'
import { buildCandidates } from './candidates.ts'
import { entryTable } from './entry-table.ts'
import { type Filled, fill } from './fill.ts'
import type { FoundPrices } from './find-prices.ts'
import type { PricingOptions } from './pricing.ts'
import type { Problem } from './problem.ts'
import { createRecord, type PlanRecord } from './record.ts'
import { repair } from './repair.ts'
import { round } from './rounding.ts'
import { moneyPrice } from './rows.ts'
import { COLD, createWalk, partOf } from './walk.ts'
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
const HOT = 1e-3
const WARM = 1e-3
/** Proposals of the strict searches before and after the repair, as parts of the first search's. */
const CLOSE = 0.2
const POLISH = 0.3
/** With up to so many tasks the first search is shorter, the strict ones brief, and rounds follow. */
const MOST_IN_ROUNDS = 5000
const FIRST = 0.15
const BRIEF = 0.05
const ROUNDS = 4

/** A rounded plan of very many tasks within this of the bound is not searched: that would take longer than all before. */
const CLOSE_ENOUGH = 2.5e-3

/** Of the time left: rounding many tasks, rounding, the first search, the strict search after it, the repair, the polish. */
const SHARE = { balance: 0.5, round: 0.35, search: 0.55, close: 0.3, repair: 0.6, polish: 0.3 } as const

interface FindPlanOptions {
  readonly context: SolveContext
  readonly options: PricingOptions
  /** A feasible plan known before. */
  readonly known?: JudgedPlan | undefined
}

/** The best feasible plan, or one that is not. What is under way when the time ends is cut short or left out. */
export async function findPlan(
  problem: Problem,
  found: FoundPrices,
  { context, options, known }: FindPlanOptions,
): Promise<PlanSearch> {
  const { cells, rows } = found
  const bays = buildBays(problem)
  const record = createRecord(problem, { bays, context, known })
  const balanced = options.previous ? undefined : await balancedPlan(problem, found, { bays, context })
  if (balanced) record.offer(balanced.bayOf, balanced.missing)
  if (balanced?.missing === 0 && isClose(record, found))
    return { ...record.best(), stats: { feasible: true, objective: record.objective() } }
  const filled =
    balanced || options.previous ? undefined : await fill({ problem, bays, rows, y: found.lastY, context })
  if (filled) record.offer(filled.bayOf, filled.missing)
  if (mustStop(context)) return { ...record.best(), stats: { feasible: record.isFeasible() } }
  const prices = overloadPrices(problem, bays, found)
  const entryOf = entryTable(problem.classes, problem.groups)
  const origin = options.previous && originOf(problem, bays, options.previous.plan)
  const churn = origin && { origin, usd: options.previous?.churnUsd ?? 0 }
  const assignment = createAssignment({ problem, bays, entryOf, prices, ...(churn ? { churn } : {}) })
  if (origin) settle(problem, assignment, { bays, origin })
  else if (balanced) putBack(assignment, balanced.bayOf)
  else {
    const limited = { ...context, deadline: partOf(context, SHARE.round) }
    const input = { problem, cells, bays, rows, y: found.lastY, plan: found.plan, context: limited }
    if (!(await round(input, assignment)) && filled) putBack(assignment, filled.bayOf)
  }
  const state = (): Record<string, number> => ({
    objective: assignment.objective(),
    over: countOver(assignment, bays),
  })
  const rounded = state()
  const numTasks = problem.instance.tasks.count
  const mean = Math.max(found.boundUsd / numTasks, 1e-12)
  const candidates = buildCandidates(problem, cells, { rows, y: found.lastY, ...CANDIDATES })
  const effort = options.effort ?? usualEffort(numTasks, origin !== undefined)
  const walk = createWalk({
    problem,
    bays,
    cells,
    candidates,
    assignment,
    worth: capacityWorth(problem, bays, found),
    mean,
    effort,
    wild: problem.groups.count > CANDIDATES.width ? WILD : 0,
    churn,
    context,
  })
  // A plan of before is near what is wanted, so nothing may leave its capacity on the way: whatever does, at this size,
  // does not come back, and moves tasks that had no reason to.
  let searched = { proposals: 0, accepted: 0 }
  const isRough = !origin && !balanced
  const isSmall = numTasks <= MOST_IN_ROUNDS && !origin
  if (isRough)
    searched = await walk.leg({ share: isSmall ? FIRST : 1, time: SHARE.search, hot: HOT, strict: false })
  const cooled = state()
  const strict = { hot: origin ? COLD : WARM, strict: true }
  if (isRough) await walk.leg({ share: isSmall ? BRIEF : CLOSE, time: SHARE.close, ...strict })
  const before = assignment.bayOf.slice()
  for (const column of [prices.slots, prices.tokens])
    for (const [bay, value] of column.entries()) column[bay] = value * 20
  const isRepaired = await repair({
    problem,
    assignment,
    bays,
    prices,
    context: { ...context, deadline: partOf(context, SHARE.repair) },
  })
  const repaired = state()
  if (isRepaired && (balanced || context.deadline !== Infinity)) record.offer(assignment.bayOf)
  if (balanced && isClose(record, found))
    return { ...record.best(), stats: { feasible: true, objective: record.objective(), repaired } }
  if (before.some((bay, task) => bay !== assignment.bayOf[task])) walk.forget()
  await walk.leg({ share: isSmall ? BRIEF : POLISH, time: isSmall ? SHARE.polish : 1, ...strict })
  if (context.deadline !== Infinity) record.offer(assignment.bayOf)
  const rounds = await walk.rounds(isSmall ? ROUNDS : 0)
  record.offer(assignment.bayOf)
  if (filled && filled.missing === 0 && record.isFrom(filled.bayOf) && !mustStop(context)) {
    // Nothing that exceeded a capacity on its way has come back within: rather a search that never does.
    putBack(assignment, filled.bayOf)
    walk.forget()
    await walk.leg({ share: 1, time: 1, ...strict })
    record.offer(assignment.bayOf)
  }
  const stats = {
    rounded,
    searched,
    cooled,
    repaired,
    rounds,
    feasible: record.isFeasible(),
    objective: record.objective(),
  }
  return { ...record.best(), stats }
}

/** A plan of very many tasks that needs no search to be near the bound; undefined for others, and when time is short. */
async function balancedPlan(
  problem: Problem,
  { cells, rows, lastY: y, parts }: FoundPrices,
  { bays, context }: { bays: Bays; context: SolveContext },
): Promise<Filled | undefined> {
  const limited = { ...context, deadline: partOf(context, SHARE.balance) }
  if (suitsBalancing(problem)) return roundBalanced({ problem, cells, bays, rows, y, context: limited })
  if (parts === undefined || !suitsBalancing(parts.fleet.problem)) return undefined
  const { fleet, ...own } = parts
  const partBays = baysOfParts(bays, fleet.of, fleet.problem.groups.count)
  const filled = await roundBalanced({ problem: fleet.problem, bays: partBays, ...own, context: limited })
  return filled && { ...filled, bayOf: filled.bayOf.map((bay) => (bay < 0 ? -1 : partBays.own[bay]!)) }
}

function isClose(record: PlanRecord, { boundUsd }: FoundPrices): boolean {
  return record.isFeasible() && record.objective() - boundUsd < CLOSE_ENOUGH * record.objective()
}

/** Proposals of the first search per task. */
export function usualEffort(numTasks: number, isReplan: boolean): number {
  return isReplan ? 20 : Math.min(1000, 8 + 6e6 / numTasks)
}

function putBack(assignment: Assignment, bayOf: Int32Array): void {
  for (let task = 0; task < bayOf.length; task++)
    if (assignment.bayOf[task] !== bayOf[task]) assignment.shift(task, bayOf[task]!)
}

function countOver(assignment: Assignment, bays: Bays): number {
  let count = 0
  for (let bay = 0; bay < bays.count; bay++) if (assignment.overload(bay) > 0) count++
  return count
}

/** The prices that capacities and budgets have, by bay. */
export function capacityWorth(
  problem: Problem,
  bays: Bays,
  { rows, lastY, boundUsd }: Pick<FoundPrices, 'rows' | 'lastY' | 'boundUsd'>,
): CapacityWorth {
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
export function overloadPrices(
  problem: Problem,
  bays: Bays,
  { rows, lastY, boundUsd }: Pick<FoundPrices, 'rows' | 'lastY' | 'boundUsd'>,
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
