/**
 * Weighs moves against what they save, exactly: a small integer program over the places that may be in a plan of lower
 * objective plus churn than the best known one. What it proves holds for that sum, not for the objective.
 */
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { branchAndBound } from '../exact/branch-and-bound.ts'
import type { Priced } from '../exact/core.ts'
import type { Milp } from '../exact/milp.ts'
import type { MilpMessage, MilpReply, MilpRequest } from '../exact/milp-job.ts'
import { judged } from '../starting-plan.ts'
import { buildChurnModel, type ChurnModel, planOfPoint, pointOfPlan } from './churn-model.ts'
import { movedTasks } from './keep-agents.ts'
import { choosePlaces } from './places.ts'

/** A feasible plan with its objective plus churn. */
export interface Weighed {
  readonly plan: Plan
  readonly totalUsd: number
}

export interface WeighInput {
  readonly instance: Instance
  readonly previous: Plan
  readonly churnUsd: number
  readonly priced: Priced | undefined
  /** Feasible plans to look between. */
  readonly plans: readonly Weighed[]
  readonly context: SolveContext
  /** Looks for the best plan in which every task stays that can. */
  readonly isFrozen?: boolean
  /** Looks only between the plans, agent by agent; proves nothing. */
  readonly isNarrow?: boolean
}

export interface WeighedMoves {
  readonly best: Weighed | undefined
  /** No plan has a lower objective plus churn (of frozen plans, when asked for those). */
  readonly boundUsd: number
  readonly nodes: number
}

/** Without a time limit the search ends after so many nodes, and larger models are left alone. */
const NODES = 50
const MOST_COLUMNS = 2_500
/** With one there may be more. */
const MOST_COLUMNS_TIMED = 20_000
/** Tableaus of so many entries are solved without HiGHS, with at most so many updates of entries. */
const SMALL_TABLEAU = 60_000
const SMALL_WORK = 3e7
const GRACE_MS = 500
/** A bound this close to the plan is the plan's value in the arithmetic of the solvers. */
const PROOF = 1e-8

export function weighed(
  input: Pick<WeighInput, 'instance' | 'previous' | 'churnUsd'>,
  plan: Plan | undefined,
): Weighed | undefined {
  const good = judged(input.instance, plan)
  return (
    good && {
      plan: good.plan,
      totalUsd: good.objective + input.churnUsd * movedTasks(input.previous, good.plan),
    }
  )
}

export async function weighMoves(input: WeighInput): Promise<WeighedMoves> {
  const { instance, previous, context, plans } = input
  const split = new Set<number>(input.isNarrow ? instance.fleet.poolIds.keys() : [])
  let best = plans.reduce<Weighed | undefined>(lower, undefined)
  let boundUsd = Number.NEGATIVE_INFINITY
  let nodes = 0
  const offer = (point: Float64Array | undefined, model: ChurnModel): readonly number[] => {
    if (point === undefined) return []
    const found = planOfPoint(model, { instance, previous, point })
    best = lower(best, weighed(input, found.plan))
    return found.unpacked
  }
  const mostColumns = context.deadline === Infinity ? MOST_COLUMNS : MOST_COLUMNS_TIMED
  while (!mustStop(context)) {
    const places = choosePlaces({
      ...input,
      plans: plans.map(({ plan }) => plan),
      bestUsd: best?.totalUsd ?? Infinity,
      split,
      mostPlaces: mostColumns,
    })
    if (places.ofTask.some((list) => list.length === 0) || freedom(places.ofTask) > 2 * mostColumns) break
    const model = buildChurnModel({ instance, places: places.ofTask, split })
    const point = best && pointOfPlan(model, { instance, previous, plan: best.plan })
    const reply = await run(model.milp, context, {
      ...(point ? { start: point } : {}),
      hear: (message) => {
        if (message.kind === 'solution') offer(message.values, model)
        else boundUsd = Math.max(boundUsd, Math.min(places.outsideUsd, message.bound / model.scale))
      },
    })
    nodes += reply.nodes
    const unpacked = offer(reply.values, model)
    if (reply.status === 'infeasible') break
    boundUsd = Math.max(boundUsd, Math.min(places.outsideUsd, reply.bound / model.scale))
    const fresh = unpacked.filter((pool) => !split.has(pool))
    if (reply.status !== 'optimal' || fresh.length === 0) break
    for (const pool of fresh) split.add(pool)
  }
  return { best, boundUsd: settled(boundUsd, best), nodes }
}

/** Columns of tasks that have a choice. */
function freedom(places: readonly (readonly unknown[])[]): number {
  return places.reduce((sum, { length }) => sum + (length > 1 ? length : 0), 0)
}

/** The first of equals. */
function lower(a: Weighed | undefined, b: Weighed | undefined): Weighed | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return b.totalUsd < a.totalUsd ? b : a
}

function settled(boundUsd: number, best: Weighed | undefined): number {
  if (best === undefined) return boundUsd
  return best.totalUsd - boundUsd <= PROOF * Math.max(1e-9, Math.abs(best.totalUsd))
    ? best.totalUsd
    : boundUsd
}

interface Running {
  readonly start?: Float64Array
  readonly hear: (message: MilpMessage) => void
}

async function run(milp: Milp, context: SolveContext, { start, hear }: Running): Promise<MilpReply> {
  const { deadline, now, signal, workers } = context
  const from = start ? { start } : {}
  if (milp.numCols * milp.numRows <= SMALL_TABLEAU) {
    const { status, bound, nodes, values, objective } = branchAndBound(milp, {
      ...from,
      mostWork: SMALL_WORK,
    })
    if (status !== 'stopped')
      return { status, bound, nodes, ...(values ? { values, objective: objective! } : {}) }
  }
  const timeLimitMs = deadline - now()
  const request: MilpRequest = {
    milp,
    ...from,
    timeLimitMs,
    ...(deadline === Infinity ? { mostNodes: NODES } : {}),
  }
  const onMessage = (message: unknown): void => hear(message as MilpMessage)
  const result: MilpReply = { status: 'stopped', bound: Number.NEGATIVE_INFINITY, nodes: 0 }
  const giveUp = { timeLimitMs, graceMs: GRACE_MS, result }
  if (workers) return await workers.run('milp', request, { signal, onMessage, giveUp })
  const job = await import('../exact/milp-job.ts')
  return await job.run(request, { post: onMessage, aborted: () => signal.aborted, now })
}
