/** The baseline of the notebook and the paper: tasks as they come, each to the cheapest eligible agent with room. */
import type { Instance } from '../../model/instance.ts'
import { pairTerms, pairTokens, whyIneligible } from '../../model/pair.ts'
import { emptyPlan } from '../../model/plan.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { Candidate, SolveContext, Solver } from '../../solve/solver.ts'
import { PoolSlots } from './pool-slots.ts'

/**
 * First come, first served; least money, and where a floor of quality has a price, least money and price of missing it
 * together; among equals the first in the fleet. It looks at neither dependencies nor budgets nor other prices, so its
 * plan may break them: it is what people do without a planner.
 */
export function greedySolver(): Solver {
  return { name: 'greedy', options: {}, supports: () => ({ ok: true }), doSolve }
}

async function doSolve(instance: Instance, context: SolveContext): Promise<Candidate> {
  const { tasks, fleet } = instance
  const plan = emptyPlan(tasks.count)
  const slots = new PoolSlots(fleet)
  const pacer = createPacer(context)
  let dropped = 0
  for (let task = 0; task < tasks.count; task++) {
    if ((task & 1023) === 1023 && pacer.isDue() && (await pacer.pause()))
      return { plan, complete: false, detail: `stopped at task ${task} of ${tasks.count}` }
    const agent = cheapestAgent(instance, slots, task)
    plan.agentOf[task] = agent
    if (agent < 0) dropped += 1
    else slots.place(agent, pairTokens(instance, task, fleet.poolOf[agent]!))
  }
  return { plan, complete: true, stats: { dropped } }
}

function cheapestAgent(instance: Instance, slots: PoolSlots, task: number): number {
  let [best, bestUsd] = [-1, Infinity]
  for (let pool = 0; pool < instance.fleet.numPools; pool++) {
    if (whyIneligible(instance, task, pool) !== undefined) continue
    const { moneyUsd, belowFloorUsd } = pairTerms(instance, task, pool)
    if (moneyUsd + belowFloorUsd >= bestUsd) continue
    const agent = slots.find(pool, pairTokens(instance, task, pool))
    if (agent < 0) continue
    best = agent
    bestUsd = moneyUsd + belowFloorUsd
  }
  return best
}
