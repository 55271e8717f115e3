/** Starts the pricing solver from an earlier plan: its prices where pools still exist, its places where they still fit. */
import { QaasError } from '../../errors.ts'
import { checkPlan } from '../../model/check-plan.ts'
import { agentId, agentIndex, type Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import type { Certificate } from '../../solve/solver.ts'
import type { Assignment } from './assignment.ts'
import type { Bays } from './bays.ts'
import type { Previous } from './pricing.ts'
import type { Problem } from './problem.ts'
import { buildRows } from './rows.ts'

/**
 * The plan of one instance as a start for another: tasks and agents are matched by their ids.
 * @param churnUsd what moving one task costs, in dollars, at least 0
 * @throws QaasError `invalid-option` on a negative churn, `invalid-plan` when the plan is not one of its instance
 */
export function carryOver(
  from: { readonly instance: Instance; readonly plan: Plan; readonly certificate?: Certificate },
  to: Instance,
  churnUsd = 0,
): Previous {
  if (!(churnUsd >= 0 && churnUsd < Infinity))
    throw new QaasError('invalid-option', `churnUsd is ${churnUsd}, it must be at least 0`, {
      advice: 'Maybe leave it out; moves then cost nothing.',
    })
  checkPlan(from.instance, from.plan)
  const agentOf = new Int32Array(to.tasks.count).fill(-1)
  for (let task = 0; task < to.tasks.count; task++) {
    const row = from.instance.tasks.ids.indexOf(to.tasks.ids.get(task))
    const agent = row < 0 ? -1 : from.plan.agentOf[row]!
    if (agent >= 0) agentOf[task] = agentIndex(to.fleet, agentId(from.instance.fleet, agent))
  }
  return {
    plan: { agentOf },
    churnUsd,
    ...(from.certificate ? pricesOf(from.instance, from.certificate) : {}),
  }
}

/** The prices of a certificate in dollars, by pool id; nothing when any of them is no price. */
export function pricesOf(
  { fleet }: { readonly fleet: Pick<Instance['fleet'], 'poolIds'> },
  { data }: Certificate,
): Pick<Previous, 'prices' | 'budgetPrice'> {
  const units = Number(data?.unitsPerUsd ?? 1)
  if (!(units > 0 && units < Infinity)) return {}
  const column = (name: string): readonly unknown[] => {
    const values = data?.[name]
    return Array.isArray(values) ? values : []
  }
  const [tasks, tokens, poolBudget] = [column('tasks'), column('tokens'), column('poolBudget')]
  const budget = data?.budget ?? 0
  // A price below zero would make the ascent claim what no price proves.
  const isPrice = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < Infinity
  if (![budget, ...tasks, ...tokens, ...poolBudget].every(isPrice)) return {}
  const at = (values: readonly unknown[], pool: number, scale: number): number =>
    Number(values[pool] ?? 0) / scale
  return {
    budgetPrice: Number(budget) / 2 ** 30,
    prices: new Map(
      fleet.poolIds.map((id, pool) => [
        id,
        {
          task: at(tasks, pool, units),
          token: at(tokens, pool, units * 2 ** 20),
          poolBudget: at(poolBudget, pool, 2 ** 30),
        },
      ]),
    ),
  }
}

/** Known prices as a start of the ascent; nothing when there are none. */
export function warmPrices(
  problem: Problem,
  previous: Pick<Previous, 'prices' | 'budgetPrice'> | undefined,
): { warm?: Float64Array } {
  const { prices } = previous ?? {}
  if (prices === undefined) return {}
  const rows = buildRows(problem)
  const y = new Float64Array(rows.count)
  const { groups, instance } = problem
  for (let group = 0; group < groups.count; group++) {
    const own = prices.get(instance.fleet.poolIds[groups.pool[group]!]!)
    if (own === undefined) continue
    if (rows.active[group] === 1) y[group] = own.task
    if (rows.active[rows.width + group] === 1) y[rows.width + group] = own.token
    if (rows.active[2 * rows.width + group] === 1) y[2 * rows.width + group] = own.poolBudget
  }
  if (rows.active[rows.budget] === 1) y[rows.budget] = previous?.budgetPrice ?? 0
  return { warm: y }
}

/** The bay of each task's earlier agent, or -1. */
export function originOf({ groups, instance }: Problem, bays: Bays, plan: Plan): Int32Array {
  const bayOfAgent = new Int32Array(instance.fleet.numAgents)
  for (let group = 0; group < groups.count; group++)
    for (let k = groups.agentStart[group]!; k < groups.agentStart[group + 1]!; k++) {
      const start = bays.start[group]!
      bayOfAgent[groups.agents[k]!] = bays.agent[start] === -1 ? start : start + k - groups.agentStart[group]!
    }
  return plan.agentOf.map((agent) => (agent < 0 ? -1 : bayOfAgent[agent]!))
}

/** Puts tasks back where they were, as far as that is still allowed and has room; the others wait for the repair. */
export function settle(
  { instance, tokens }: Problem,
  assignment: Assignment,
  { bays, origin }: { bays: Bays; origin: Int32Array },
): void {
  for (const task of instance.dependencies.topologicalOrder) {
    const bay = origin[task]!
    if (bay < 0) continue
    const group = bays.groupOf[bay]!
    if (assignment.cost(task, group) === Infinity || !assignment.fits(task, group, -1)) continue
    if (assignment.load[bay]! + 1 > bays.capacityTasks[bay]!) continue
    if (assignment.tokenLoad[bay]! + tokens[task]! > bays.capacityTokens[bay]!) continue
    assignment.shift(task, bay)
  }
}
