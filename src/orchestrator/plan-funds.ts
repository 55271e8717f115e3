/** What a plan needs of a budget before it runs: what it costs, and what must stay free for the last attempts. */
import type { AgentProvider } from '../agents/provider.ts'
import type { Instance } from '../model/instance.ts'
import { pairMoneyUsd } from '../model/pair.ts'
import type { Plan } from '../model/plan.ts'
import { holdOf, plainRequest } from './attempt-request.ts'
import { toNano } from './money.ts'

export interface PlanFunds {
  /** What the plan costs when every task costs its estimate, in nano-dollars. */
  readonly plannedNano: number
  /** The most by which the worst case of one attempt exceeds the task's estimate, in nano-dollars. */
  readonly reserveNano: number
  /** The task with that attempt; undefined when no worst case exceeds its estimate. */
  readonly task: number | undefined
}

/**
 * An attempt starts only while its worst case is free. So when all tasks cost exactly their estimates, a budget of
 * `plannedNano + reserveNano` is enough for every one of them, in any order; less may leave the last ones unpaid.
 * Outputs of parents, which lengthen prompts, are not known yet and not counted.
 */
export function planFunds(
  instance: Instance,
  { agentOf }: Plan,
  providers: readonly AgentProvider[],
): PlanFunds {
  let plannedNano = 0
  let reserveNano = 0
  let dearest: number | undefined
  for (let task = 0; task < instance.tasks.count; task++) {
    if (agentOf[task]! < 0) continue
    const pool = instance.fleet.poolOf[agentOf[task]!]!
    const pair = { task, pool }
    const planned = toNano(pairMoneyUsd(instance, task, pool))
    const hold = holdOf(instance, pair, {
      request: plainRequest(instance, pair),
      provider: providers[pool]!,
    })
    plannedNano += planned
    if (hold - planned <= reserveNano) continue
    reserveNano = hold - planned
    dearest = task
  }
  return { plannedNano, reserveNano, task: dearest }
}
