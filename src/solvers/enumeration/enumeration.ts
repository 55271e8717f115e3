/** The oracle: tries every plan of a small instance. Proves optimality and infeasibility; too slow for anything else. */

import { QaasError } from '../../errors.ts'
import { counted } from '../../model/counted.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { isEligible } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { classifyTasks } from '../../model/task-classes.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { Candidate, SolveContext, Solver, Support } from '../../solve/solver.ts'
import { numUnitsByPool } from './options.ts'
import { Search } from './search.ts'

export interface EnumerationOptions {
  /** Instances with more plans than this, before any pruning, are refused. Default 1e12. */
  readonly maxPlans?: number
}

/** @throws QaasError `invalid-option` unless `maxPlans` is at least 1 */
export function enumerationSolver({ maxPlans = 1e12 }: EnumerationOptions = {}): Solver {
  if (!(maxPlans >= 1))
    throw new QaasError('invalid-option', `enumeration: maxPlans is ${maxPlans}, it must be at least 1`, {
      advice: 'Maybe leave it out; the default is 1e12.',
    })
  return {
    name: 'enumeration',
    options: { maxPlans },
    supports: (instance) => supports(instance, maxPlans),
    doSolve,
  }
}

function supports(instance: Instance, maxPlans: number): Support {
  const plans = log10Plans(instance)
  if (plans <= Math.log10(maxPlans)) return { ok: true }
  const reason = `it has about 10^${plans.toFixed(1)} possible plans, at most 10^${Math.log10(maxPlans).toFixed(1)} can be tried`
  return { ok: false, reason }
}

/** Decimal logarithm of the number of ways to choose a unit for each task, before any constraint or pruning. */
function log10Plans(instance: Instance): number {
  const { fleet, tasks, policy } = instance
  // Beyond this no instance of interest is small, and the pairs need not be looked at.
  if (tasks.count > 10_000 || fleet.numAgents > 10_000)
    return tasks.count * Math.log10(Math.max(2, fleet.numPools))
  const unitsIn = numUnitsByPool(instance)
  const unassigned = Number(policy.unassignedUsd !== Infinity)
  const { representative, size } = classifyTasks(instance)
  let log = 0
  representative.forEach((task, row) => {
    let places = unassigned
    for (let pool = 0; pool < fleet.numPools; pool++)
      if (isEligible(instance, task, pool)) places += unitsIn[pool]!
    log += size[row]! * Math.log10(Math.max(1, places))
  })
  return log
}

async function doSolve(instance: Instance, context: SolveContext): Promise<Candidate> {
  const search = new Search(instance)
  const pacer = createPacer(context)
  let plan: Plan | undefined
  let objective = Infinity
  if (Number.isFinite(search.rootBound)) context.onBound(search.rootBound)
  for (;;) {
    const found = search.advance()
    if (found === 'done') break
    if (found === 'paused') {
      if (pacer.isDue() && (await pacer.pause()))
        return {
          ...(plan ? { plan } : {}),
          complete: false,
          detail: `stopped after ${counted(search.nodes, 'node')}`,
          stats: { nodes: search.nodes },
        }
      continue
    }
    plan = found
    objective = evaluate(instance, plan).objective
    context.onIncumbent(plan, objective)
  }
  const stats = { nodes: search.nodes }
  if (plan === undefined)
    return {
      complete: true,
      provenInfeasible: true,
      stats,
      detail: `no feasible plan among all that were tried (${counted(search.nodes, 'node')})`,
    }
  return {
    plan,
    dualBound: objective,
    complete: true,
    stats,
    detail: `all plans tried (${counted(search.nodes, 'node')})`,
  }
}
