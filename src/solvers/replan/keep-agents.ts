/** Gives tasks that stay among alike agents the very agent they had; which pools they go to is not its business. */
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { pairTokens } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { buildGroups } from '../pricing/groups.ts'

/** The same plan by groups of alike agents with as few moves between them as fit; the plan itself when none do. */
export function keepAgents(instance: Instance, plan: Plan, previous: Plan): Plan {
  const { fleet } = instance
  const groups = buildGroups(instance)
  const groupOf = (agent: number): number => groups.ofPool[fleet.poolOf[agent]!]!
  const kept = new Int32Array(plan.agentOf.length).fill(-1)
  const load = new Float64Array(fleet.numAgents)
  const tokens = new Float64Array(fleet.numAgents)
  const fits = (task: number, agent: number): boolean => {
    const pool = fleet.poolOf[agent]!
    return (
      load[agent]! + 1 <= fleet.capacityTasks[pool]! &&
      tokens[agent]! + pairTokens(instance, task, pool) <= fleet.capacityTokens[pool]!
    )
  }
  const put = (task: number, agent: number): void => {
    kept[task] = agent
    load[agent]! += 1
    tokens[agent]! += pairTokens(instance, task, fleet.poolOf[agent]!)
  }
  const waiting: number[] = []
  plan.agentOf.forEach((agent, task) => {
    if (agent < 0) return
    const before = previous.agentOf[task]!
    if (before >= 0 && groupOf(before) === groupOf(agent) && fits(task, before)) put(task, before)
    else waiting.push(task)
  })
  // The largest first, where tokens must be packed.
  const size = (task: number): number => pairTokens(instance, task, fleet.poolOf[plan.agentOf[task]!]!)
  waiting.sort((a, b) => size(b) - size(a) || a - b)
  const next = groups.agentStart.slice()
  for (const task of waiting) {
    const group = groupOf(plan.agentOf[task]!)
    const end = groups.agentStart[group + 1]!
    // Agents without a free slot are passed for good.
    while (
      next[group]! < end &&
      load[groups.agents[next[group]!]!]! + 1 > fleet.capacityTasks[groups.pool[group]!]!
    )
      next[group]! += 1
    let at = next[group]!
    while (at < end && !fits(task, groups.agents[at]!)) at++
    if (at === end) return plan
    put(task, groups.agents[at]!)
  }
  const candidate = { agentOf: kept }
  return evaluate(instance, candidate).feasible ? candidate : plan
}

/** Tasks that had an agent of this instance and now have another one, or none. */
export function movedTasks(previous: Plan, plan: Plan): number {
  let count = 0
  previous.agentOf.forEach((agent, task) => {
    if (agent >= 0 && plan.agentOf[task] !== agent) count += 1
  })
  return count
}
