/**
 * Plans again after a change: from the plan and the prices of before, with a price on every task that moves to another
 * agent. What it minimises is the objective plus churn; its bound is on the objective alone.
 */

import { checkPlan } from '../../model/check-plan.ts'
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { Candidate, SolveContext, Solver } from '../../solve/solver.ts'
import { autoSolver } from '../auto/auto.ts'
import { join, type Known } from '../auto/join.ts'
import { type Previous, pricingSolver, supportsPricing } from '../pricing/pricing.ts'
import { judged } from '../starting-plan.ts'
import { keepAgents, movedTasks } from './keep-agents.ts'

/** @param previous see `carryOver`; agents of the instance that is planned */
export function replanSolver(previous: Previous): Solver {
  const { churnUsd = 0 } = previous
  return {
    name: 'replan',
    options: { churnUsd },
    supports: () => ({ ok: true }),
    doSolve: (instance, context) => replan(instance, context, { ...previous, churnUsd }),
  }
}

type Priced = Previous & { readonly churnUsd: number }

async function replan(instance: Instance, context: SolveContext, previous: Priced): Promise<Candidate> {
  const totalUsd = (plan: Plan, objective: number): number =>
    objective + previous.churnUsd * movedTasks(previous.plan, plan)
  checkPlan(instance, previous.plan)
  let best: { plan: Plan; total: number } | undefined
  let known: Known = {}
  let complete = true
  let whyNot: string | undefined
  const take = (found: Candidate): void => {
    known = join(instance, known, found)
    if (found.provenInfeasible) whyNot = found.detail
    complete &&= found.complete
    const plan = found.plan && keepAgents(instance, found.plan, previous.plan)
    const good = judged(instance, plan)
    if (good === undefined) return
    const total = totalUsd(good.plan, good.objective)
    // Staying is looked at first and wins ties.
    if (best === undefined || total < best.total) best = { plan: good.plan, total }
  }
  take({ plan: previous.plan, complete: true })
  // The objective alone does not rank plans here, so nothing is announced on the way.
  const quiet: SolveContext = { ...context, onIncumbent: () => {} }
  if (supportsPricing(instance).ok) take(await pricingSolver({ previous }).doSolve(instance, half(quiet)))
  const isSearched = best !== undefined && supportsPricing(instance).ok
  if (!known.provenInfeasible && !mustStop(context) && (!isSearched || instance.tasks.count <= SMALL))
    take(await autoSolver().doSolve(instance, { ...quiet, warmStart: best?.plan ?? previous.plan }))
  const { best: _, fallback, ...proven } = known
  const plan = best?.plan ?? fallback
  const moved = plan ? movedTasks(previous.plan, plan) : 0
  return {
    ...proven,
    ...(plan ? { plan, keepsAgents: true } : {}),
    complete,
    detail: best ? `${moved} of the tasks that had an agent move` : (whyNot ?? 'no feasible plan was found'),
    stats: { moved, churnUsd: previous.churnUsd },
  }
}

/** Up to so many tasks a plan from scratch is looked at as well; it costs little and may pay for its moves. */
const SMALL = 2_000

function half(context: SolveContext): SolveContext {
  const left = context.deadline - context.now()
  return left === Infinity ? context : { ...context, deadline: context.now() + left / 2 }
}
