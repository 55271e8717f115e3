/**
 * A neighbourhood of a plan as a small model: the tasks of a few agents may change places among these agents, all else
 * stays. Whole plans are judged by the caller.
 */
import type { Instance } from '../../model/instance.ts'
import { pairCostUsd, pairMoneyUsd, pairQuality, pairTokens, whyIneligible } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { type Milp, MilpBuilder } from './milp.ts'

export interface Neighbourhood {
  readonly milp: Milp
  /** Where the plan stands. */
  readonly start: Float64Array
  /** The plan at a point of the model. */
  planAt(point: Float64Array): Plan
}

/** undefined when no task of these agents may move to another of them. */
export function buildNeighbourhood(
  instance: Instance,
  plan: Plan,
  agents: readonly number[],
): Neighbourhood | undefined {
  const { fleet, policy } = instance
  const chosen = new Map(agents.map((agent, k) => [agent, k]))
  const tasks: number[] = []
  let elsewhereUsd = 0
  const poolUsd = new Float64Array(fleet.numPools)
  plan.agentOf.forEach((agent, task) => {
    if (agent < 0) return
    if (chosen.has(agent)) tasks.push(task)
    else if (policy.budgetUsd !== Infinity || fleet.budgetUsd[fleet.poolOf[agent]!] !== Infinity) {
      const money = pairMoneyUsd(instance, task, fleet.poolOf[agent]!)
      elsewhereUsd += money
      poolUsd[fleet.poolOf[agent]!]! += money
    }
  })
  const inside = new Set(tasks)
  const builder = new MilpBuilder()
  const columns: { task: number; agent: number; k: number; column: number }[] = []
  const scale =
    1000 /
    Math.max(
      1e-9,
      tasks.reduce((sum, task) => sum + ownCost(instance, plan, task), 0),
    )
  for (const task of tasks)
    for (const agent of options(instance, plan, { task, agents, inside })) {
      const cost = pairCostUsd(instance, task, fleet.poolOf[agent]!)
      columns.push({ task, agent, k: chosen.get(agent)!, column: builder.addColumn(cost * scale, 1, true) })
    }
  if (columns.length <= tasks.length) return undefined
  const byTask = new Map<number, (readonly [number, number])[]>()
  for (const { task, column } of columns)
    byTask.set(task, [...(byTask.get(task) ?? []), [column, 1] as const])
  for (const entries of byTask.values()) builder.addRow(1, 1, entries)
  agents.forEach((agent, k) => {
    const pool = fleet.poolOf[agent]!
    const own = columns.filter((column) => column.k === k)
    if (fleet.capacityTasks[pool] !== Infinity)
      builder.addRow(
        -Infinity,
        Math.floor(fleet.capacityTasks[pool]!),
        own.map(({ column }) => [column, 1]),
      )
    if (fleet.capacityTokens[pool] !== Infinity)
      builder.addRow(
        -Infinity,
        fleet.capacityTokens[pool]!,
        own.map(({ column, task }) => [column, pairTokens(instance, task, pool)]),
      )
  })
  const money = (own: typeof columns, limitUsd: number): void => {
    if (limitUsd === Infinity || own.length === 0) return
    const unit = 1000 / Math.max(limitUsd, 1e-9)
    builder.addRow(
      -Infinity,
      limitUsd * unit,
      own.map(({ column, task, agent }) => [
        column,
        pairMoneyUsd(instance, task, fleet.poolOf[agent]!) * unit,
      ]),
    )
  }
  money(columns, policy.budgetUsd - elsewhereUsd)
  for (const pool of new Set(agents.map((agent) => fleet.poolOf[agent]!)))
    money(
      columns.filter(({ agent }) => fleet.poolOf[agent] === pool),
      fleet.budgetUsd[pool]! - poolUsd[pool]!,
    )
  return {
    milp: builder.build(),
    start: Float64Array.from(columns, ({ task, agent }) => (plan.agentOf[task] === agent ? 1 : 0)),
    planAt(point) {
      const agentOf = plan.agentOf.slice()
      for (const { task, agent, column } of columns) if (point[column]! > 0.5) agentOf[task] = agent
      return { agentOf }
    },
  }
}

function ownCost(instance: Instance, plan: Plan, task: number): number {
  return pairCostUsd(instance, task, instance.fleet.poolOf[plan.agentOf[task]!]!)
}

interface Place {
  readonly task: number
  readonly agents: readonly number[]
  readonly inside: ReadonlySet<number>
}

/** Agents the task may go to while its neighbours stay; its own alone where a neighbour may move as well. */
function options(instance: Instance, plan: Plan, { task, agents, inside }: Place): number[] {
  const { fleet, policy, dependencies } = instance
  const own = plan.agentOf[task]!
  let [low, high] = [-Infinity, Infinity]
  if (policy.dependency.mode !== 'off') {
    const { parents, parentStart, children, childStart } = dependencies
    const near = [
      ...parents.subarray(parentStart[task]!, parentStart[task + 1]!),
      ...children.subarray(childStart[task]!, childStart[task + 1]!),
    ]
    if (near.length > 0 && (policy.dependency.mode === 'soft' || near.some((other) => inside.has(other))))
      return [own]
    const qualityOf = (other: number): number =>
      plan.agentOf[other]! < 0
        ? Number.NaN
        : pairQuality(instance, other, fleet.poolOf[plan.agentOf[other]!]!)
    for (let at = parentStart[task]!; at < parentStart[task + 1]!; at++)
      low = Math.max(low, qualityOf(parents[at]!) || low)
    for (let at = childStart[task]!; at < childStart[task + 1]!; at++)
      high = Math.min(high, qualityOf(children[at]!) || high)
  }
  return agents.filter((agent) => {
    if (agent === own) return true
    const pool = fleet.poolOf[agent]!
    if (whyIneligible(instance, task, pool) !== undefined) return false
    const quality = pairQuality(instance, task, pool)
    return quality >= low && quality <= high
  })
}
