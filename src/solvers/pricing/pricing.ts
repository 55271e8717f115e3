/**
 * The pricing solver: prices on every capacity and budget by Lagrangian duality, a plan rounded and searched about
 * them, and a certificate anyone can check. It takes any instance; its bound is valid for all of them and its plan
 * strictly judged.
 */
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { Candidate, SolveContext, Solver, Support } from '../../solve/solver.ts'
import { type JudgedPlan, judged } from '../starting-plan.ts'
import { buildBays } from './bays.ts'
import { priceCertificate } from './certificate.ts'
import { hasDependencies, hasTokenEstimates } from './classes.ts'
import { fill } from './fill.ts'
import { findPlan, usualEffort } from './find-plan.ts'
import { type FoundPrices, findPrices } from './find-prices.ts'
import { infeasiblePrices } from './infeasibility.ts'
import { liftPrices } from './lift-prices.ts'
import { buildProblem, type Problem } from './problem.ts'
import { type Replanned, replanFromPrices } from './replan-plan.ts'
import { rescue } from './rescue.ts'
import { buildRows, priceVector } from './rows.ts'
import { tightenCycles } from './tighten-cycles.ts'
import { toPlan } from './to-plan.ts'
import { warmPrices } from './warm-start.ts'

export interface PricingOptions {
  /** Proposals of the search per task; default 1,000 for small instances, falling with size. */
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
  return numTasks < 5_000 ? 1e-5 : numTasks < 50_000 ? 5e-5 : numTasks < VERY_MANY_TASKS ? 3e-4 : 1e-4
}

/** Of the usual proposals, for a search that only has to reach a gap. */
const SHORT = 1 / 16
/** What the last stage of the prices may gain, of a gap that is good enough. */
const BOUND_SHARE = 0.1

const VERY_MANY_TASKS = 300_000

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
  const replanned = options.previous && (await replanFromPrices(problem, context, options.previous))
  if (replanned) return replannedCandidate(problem, replanned)
  const started = context.now()
  const known = options.previous ? undefined : await firstPlan(problem, context)
  // The search for a plan needs its share of the time; very many tasks are only rounded, which is quick.
  const share = instance.tasks.count < VERY_MANY_TASKS ? 0.5 : 0.7
  const deadline = started + share * (context.deadline - started)
  // The bound may leave a part of the gap that is good enough; the plan needs the rest.
  const tolerance = Math.max(stageTolerance(instance.tasks.count), BOUND_SHARE * (context.gap ?? 0))
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
  const { plan, stats } = await findEnough(priced, found, { context, options, known })
  const mayProve = stats.feasible !== true && !mustStop(context)
  const impossible = mayProve ? infeasiblePrices(priced, found) : undefined
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
  const lifted =
    plan && stats.feasible === true
      ? await liftPrices(priced, found, { plan, objective: Number(stats.objective), context })
      : found
  return {
    ...(other?.found ? { plan: other.found.plan } : plan ? { plan } : {}),
    dualBound: lifted.boundUsd,
    certificate: certificateOf(priced, lifted),
    complete: !mustStop(context),
    stats: { ...stats, steps: found.steps, cells: found.cells.count, groups: problem.groups.count, pricesMs },
  }
}

/** Where a gap is good enough a short search goes first; the whole one follows if that was not it. */
async function findEnough(
  ...[problem, found, search]: Parameters<typeof findPlan>
): ReturnType<typeof findPlan> {
  const { context, options } = search
  if (context.gap === undefined) return await findPlan(problem, found, search)
  const { tasks } = problem.instance
  const usual = options.effort ?? usualEffort(tasks.count, options.previous !== undefined)
  const first = await findPlan(problem, found, { ...search, options: { ...options, effort: usual * SHORT } })
  if (mustStop(context)) return first
  const known = judged(problem.instance, first.plan)
  return await findPlan(problem, found, { ...search, ...(known ? { known } : {}) })
}

function replannedCandidate(problem: Problem, { plan, boundUsd, rows, y, stats }: Replanned): Candidate {
  return {
    plan,
    dualBound: boundUsd,
    certificate: certificateOf(problem, { rows, y }),
    complete: true,
    stats: { ...stats, feasible: true, steps: 0, groups: problem.groups.count },
  }
}

/** A feasible plan before there are prices, if filling up the cheapest pools gives one. */
async function firstPlan(problem: Problem, context: SolveContext): Promise<JudgedPlan | undefined> {
  const bays = buildBays(problem)
  const rows = buildRows(problem)
  const filled = await fill({ problem, bays, rows, y: new Float64Array(rows.count), context })
  if (filled === undefined || (filled.missing > 0 && problem.instance.policy.unassignedUsd === Infinity))
    return undefined
  const known = judged(problem.instance, toPlan(problem, bays, filled.bayOf))
  if (known) context.onIncumbent(known.plan, known.objective)
  return known
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
