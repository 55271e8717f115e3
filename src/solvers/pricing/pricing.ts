/**
 * The pricing solver: prices on every capacity and budget by Lagrangian duality, a plan rounded and searched about
 * them, and a certificate anyone can check. It takes any instance; its bound is valid for all of them and its plan
 * strictly judged.
 */
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { Candidate, SolveContext, Solver, Support } from '../../solve/solver.ts'
import { anneal } from './anneal.ts'
import { type Assignment, createAssignment, type OverloadPrices } from './assignment.ts'
import { type Bays, buildBays } from './bays.ts'
import { buildCandidates } from './candidates.ts'
import { priceCertificate } from './certificate.ts'
import { hasDependencies, hasTokenEstimates } from './classes.ts'
import { entryTable } from './entry-table.ts'
import { type FoundPrices, findPrices } from './find-prices.ts'
import { infeasiblePrices } from './infeasibility.ts'
import { buildProblem, type Problem } from './problem.ts'
import { repair } from './repair.ts'
import { rescue } from './rescue.ts'
import { round } from './rounding.ts'
import { moneyPrice, priceVector } from './rows.ts'
import { tightenCycles } from './tighten-cycles.ts'
import { originOf, settle, warmPrices } from './warm-start.ts'

export interface PricingOptions {
  /** Proposals of the search per task; default 400 for small instances, falling with size. */
  readonly effort?: number
  /** Start from this plan of a similar instance, and from the prices that came with it. */
  readonly previous?: Previous
}

/** What a re-plan starts from; see `carryOver` for plans of another instance. */
export interface Previous {
  /** Agents of this instance, -1 for tasks that had none. */
  readonly plan: Plan
  /** By pool id, in dollars. */
  readonly prices?: ReadonlyMap<
    string,
    { readonly task: number; readonly token: number; readonly poolBudget: number }
  >
  readonly budgetPrice?: number
  /** What moving a task away from its agent must save at least. Default 0. */
  readonly churnUsd?: number
}

/** Stages halve the temperature and with it what the bound still misses: the gain of the last is what is left. */
function stageTolerance(numTasks: number): number {
  return numTasks < 5_000 ? 1e-5 : numTasks < 50_000 ? 5e-5 : 3e-4
}

/** Groups a task may be moved to by the search. */
const CANDIDATES = 32

/** Pairs of classes and pools beyond this would not fit in memory. */
const MOST_ENTRIES = 1.5e7

export function pricingSolver(options: PricingOptions = {}): Solver {
  return {
    name: 'pricing',
    // A previous plan is no setting, and large.
    options: {
      ...(options.effort === undefined ? {} : { effort: options.effort }),
      warm: options.previous !== undefined,
    },
    supports: supportsPricing,
    doSolve: (instance, context) => price(instance, context, options),
  }
}

export function supportsPricing(instance: Instance): Support {
  const { tasks, fleet } = instance
  if (hasTokenEstimates(instance)) return { ok: false, reason: 'it has estimates of tokens by pool' }
  const kinds = new Set<string>()
  let estimated = 0
  for (let task = 0; task < tasks.count; task++) {
    if (tasks.estimates && tasks.estimates.start[task + 1]! > tasks.estimates.start[task]!) estimated++
    else
      kinds.add(
        `${tasks.requirement[task]} ${tasks.domain[task]} ${tasks.minQuality[task]} ${tasks.maxLatencyMs[task]}`,
      )
  }
  const entries = (kinds.size + estimated) * fleet.numPools
  return entries <= MOST_ENTRIES
    ? { ok: true }
    : {
        ok: false,
        reason: `${kinds.size + estimated} kinds of tasks on ${fleet.numPools} pools are too many for it`,
      }
}

async function price(instance: Instance, context: SolveContext, options: PricingOptions): Promise<Candidate> {
  const built = buildProblem(instance)
  if (!built.ok) return { complete: true, provenInfeasible: true, detail: built.detail }
  const { problem } = built
  const started = context.now()
  // The search for a plan needs its share of the time.
  const deadline = started + 0.5 * (context.deadline - started)
  const tolerance = stageTolerance(instance.tasks.count)
  const limited = { ...context, deadline }
  const forestPrices = await findPrices(problem, limited, {
    tolerance,
    ...warmPrices(problem, options.previous),
  })
  const { problem: priced, found } = await tightenCycles(problem, forestPrices, {
    context: limited,
    tolerance,
  })
  const pricesMs = context.now() - started
  const { plan, stats } = await findPlan(priced, found, { context, options })
  const impossible = stats.feasible === true ? undefined : infeasiblePrices(priced, found)
  if (impossible)
    return {
      complete: true,
      provenInfeasible: true,
      certificate: certificateOf(priced, { rows: found.rows, y: impossible }),
      detail: 'prices prove that capacities and budgets cannot be kept together',
      stats: { ...stats, steps: found.steps },
    }
  const other = stats.feasible === true || mustStop(context) ? undefined : await rescue(instance, context)
  if (other?.provenInfeasible)
    return {
      complete: true,
      provenInfeasible: true,
      detail: 'every plan was tried, none keeps every promise',
    }
  return {
    ...(other?.found ? { plan: other.found.plan } : plan ? { plan } : {}),
    dualBound: found.boundUsd,
    certificate: certificateOf(priced, found),
    complete: !mustStop(context),
    stats: { ...stats, steps: found.steps, cells: found.cells.count, groups: problem.groups.count, pricesMs },
  }
}

export function certificateOf(
  problem: Problem,
  found: Pick<FoundPrices, 'rows' | 'y'>,
): ReturnType<typeof priceCertificate> {
  return priceCertificate(problem.instance, problem.groups, priceVector(found.rows, found.y), {
    units: problem.units,
    dependency: hasDependencies(problem.instance) ? 'forest' : 'ignored',
    granularity: problem.granularity,
    ...(problem.edgePrices ? { edgePrices: problem.edgePrices } : {}),
  })
}

interface PlanSearch {
  readonly plan?: Plan
  readonly stats: Readonly<Record<string, unknown>>
}

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
  const rounded = { objective: assignment.objective(), over: countOver(assignment, bays) }
  const candidates = buildCandidates(problem, cells, { rows, y: found.lastY, width: CANDIDATES })
  const numTasks = problem.instance.tasks.count
  const mean = Math.max(found.boundUsd / numTasks, 1e-12)
  const effort = options.effort ?? (origin ? 20 : Math.min(600, 20 + 6e6 / numTasks))
  const searched = await anneal({
    assignment,
    bays,
    cells,
    candidates,
    tokens: problem.tokens,
    looks: 3,
    prices,
    context,
    proposals: Math.round(effort * numTasks),
    hot: (origin ? 1e-4 : 0.01) * mean,
    cold: 1e-5 * mean,
  })
  const cooled = { objective: assignment.objective(), over: countOver(assignment, bays) }
  for (const column of [prices.slots, prices.tokens])
    for (const [bay, value] of column.entries()) column[bay] = value * 20
  const feasible = await repair({ problem, assignment, bays, prices, context })
  const plan = toPlan(problem, bays, assignment)
  const evaluation = evaluate(problem.instance, plan)
  if (evaluation.feasible) context.onIncumbent(plan, evaluation.objective)
  return { plan, stats: { rounded, searched, cooled, feasible, objective: evaluation.objective } }
}

function countOver(assignment: Assignment, bays: Bays): number {
  let count = 0
  for (let bay = 0; bay < bays.count; bay++) if (assignment.overload(bay) > 0) count++
  return count
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
