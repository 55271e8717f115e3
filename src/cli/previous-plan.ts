/** The plan file a re-plan starts from: its places and prices as far as the instance still knows them, and the churn. */
import { QaasError } from '../errors.ts'
import { readPlan } from '../io/read-plan.ts'
import type { Instance } from '../model/instance.ts'
import { relativeGap, type SolveResult } from '../solve/solve.ts'
import type { Solver } from '../solve/solver.ts'
import type { Previous } from '../solvers/pricing/pricing.ts'
import { pricesOf } from '../solvers/pricing/warm-start.ts'
import { movedTasks } from '../solvers/replan/keep-agents.ts'
import { replanSolver } from '../solvers/replan/replan.ts'
import { CAPACITY_PRICES } from '../verify/certificate.ts'

export interface Replan {
  readonly solver: Solver
  readonly previous: Previous
  /** Tasks of the file that the instance does not have any more. */
  readonly gone: number
  /** Tasks whose agent the fleet does not have any more. */
  readonly agentGone: number
  readonly churnUsd: number
}

export interface Churn {
  readonly kept: number
  /** Of the tasks whose agent still exists. */
  readonly moved: number
  readonly agentGone: number
  /** Tasks that the earlier plan did not place. */
  readonly added: number
  readonly gone: number
  /** What moving one task costs, and the same for all that moved. */
  readonly churnUsd: number
  readonly chargesUsd: number
  /** Objective plus charges, which is what was minimised; of feasible plans, like the figures below. */
  readonly totalUsd?: number
  /** No plan has a lower sum of objective and charges than this (proven). */
  readonly totalBoundUsd?: number
  /** What `totalUsd` may be above the least one, as a part of it. */
  readonly totalGap?: number
  /** The objective of the best known plan in which every task stays that had an agent; absent where none is known. */
  readonly stayUsd?: number
  /** What the moves save against that, after their charges. */
  readonly savedUsd?: number
}

/** @throws QaasError as `readPlan` does, and `invalid-plan` when file and instance have no task in common */
export async function readPrevious(
  {
    previous: path,
    'churn-usd': churnUsd = 0,
  }: { readonly previous?: string | undefined; readonly 'churn-usd'?: number | undefined },
  instance: Instance,
): Promise<Replan> {
  const { plan, document } = await readPlan(path!, instance, { unknown: 'skip' })
  const placed = Object.keys(document.assignments).filter((id) => instance.tasks.ids.indexOf(id) >= 0)
  if (placed.length === 0)
    throw new QaasError('invalid-plan', `${path}: none of its tasks is in the instance`, {
      advice: 'Maybe it is the plan of something else.',
    })
  const { certificate } = document
  const poolIds = document.instance?.pools
  const prices =
    certificate?.kind === CAPACITY_PRICES && poolIds ? pricesOf({ fleet: { poolIds } }, certificate) : {}
  if (certificate?.kind === CAPACITY_PRICES && prices.prices === undefined)
    console.error(`${path}: its prices are not all numbers of at least 0; planning again without them`)
  const previous: Previous = { plan: { agentOf: plan.agentOf }, churnUsd, ...prices }
  const withAgent = plan.agentOf.reduce((sum, agent) => sum + Number(agent >= 0), 0)
  return {
    solver: replanSolver(previous),
    previous,
    gone: Object.keys(document.assignments).length - placed.length,
    agentGone: placed.length - withAgent,
    churnUsd,
  }
}

/** What the new plan changes, and what that is worth; undefined without one. */
export function churnOf(
  { previous, gone, agentGone, churnUsd }: Replan,
  result: Pick<SolveResult, 'plan' | 'objective' | 'evaluation' | 'stats'>,
): Churn | undefined {
  const { plan } = result
  if (plan === undefined) return undefined
  const before = previous.plan.agentOf
  const moved = movedTasks(previous.plan, plan)
  const withAgent = before.reduce((sum, agent) => sum + Number(agent >= 0), 0)
  return {
    kept: withAgent - moved,
    moved,
    agentGone,
    added: before.length - withAgent - agentGone,
    gone,
    churnUsd,
    chargesUsd: churnUsd * moved,
    ...worthOf(result, churnUsd * moved),
  }
}

type Worth = Pick<Churn, 'totalUsd' | 'totalBoundUsd' | 'totalGap' | 'stayUsd' | 'savedUsd'>

function worthOf({ evaluation, objective, stats }: Parameters<typeof churnOf>[1], chargesUsd: number): Worth {
  if (!evaluation?.feasible || objective === undefined) return {}
  const totalUsd = objective + chargesUsd
  const { totalBoundUsd, stayUsd } = stats
  return {
    totalUsd,
    ...(typeof totalBoundUsd === 'number'
      ? { totalBoundUsd, totalGap: relativeGap(totalUsd, totalBoundUsd) }
      : {}),
    ...(typeof stayUsd === 'number' ? { stayUsd, savedUsd: stayUsd - totalUsd } : {}),
  }
}
