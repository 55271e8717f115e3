import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { isEligible, pairCostUsd } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { createRng } from '../../numeric/rng.ts'
import { type SolveResult, solve } from '../../solve/solve.ts'
import { movedTasks } from './keep-agents.ts'
import { replanSolver } from './replan.ts'

/** The least objective plus churn over every assignment of tasks to single agents; Infinity when none is feasible. */
function leastTotal(instance: Instance, previous: Plan, churnUsd: number): number {
  const { fleet, tasks, policy } = instance
  const agentOf = new Int32Array(tasks.count)
  const load = new Int32Array(fleet.numAgents)
  let best = Infinity
  const visit = (task: number, usd: number): void => {
    // Dependencies only add to it.
    if (usd >= best) return
    if (task === tasks.count) {
      const { feasible, objective } = evaluate(instance, { agentOf })
      if (feasible) best = Math.min(best, objective + churnUsd * movedTasks(previous, { agentOf }))
      return
    }
    const before = previous.agentOf[task]!
    const moveUsd = (agent: number): number => (before >= 0 && agent !== before ? churnUsd : 0)
    for (let agent = 0; agent < fleet.numAgents; agent++) {
      const pool = fleet.poolOf[agent]!
      if (!isEligible(instance, task, pool) || load[agent]! >= fleet.capacityTasks[pool]!) continue
      agentOf[task] = agent
      load[agent]! += 1
      visit(task + 1, usd + pairCostUsd(instance, task, pool) + moveUsd(agent))
      load[agent]! -= 1
    }
    agentOf[task] = -1
    if (policy.unassignedUsd !== Infinity) visit(task + 1, usd + policy.unassignedUsd + moveUsd(-1))
  }
  visit(0, 0)
  return best
}

/** Agents at random, some tasks without one: what is left of a plan after a change. */
function randomPlan(instance: Instance, seed: number): Plan {
  const rng = createRng(seed).fork(11)
  const { count } = instance.tasks
  return {
    agentOf: Int32Array.from({ length: count }, () =>
      rng.nextFloat() < 0.2 ? -1 : rng.nextInt(instance.fleet.numAgents),
    ),
  }
}

const totalOf = ({ stats }: SolveResult): number => Number(stats.totalUsd)

test('no assignment of 250 random instances has a lower objective plus churn than the plan', async () => {
  let compared = 0
  for (let seed = 0; seed < 250; seed++) {
    const instance = randomInstance(seed)
    const plan = randomPlan(instance, seed)
    const churnUsd = [0.005, 0.02, 0.1, 0.5][seed % 4]!
    const least = leastTotal(instance, plan, churnUsd)
    const result = await solve(instance, replanSolver({ plan, churnUsd }))
    if (least === Infinity) {
      expect(result.evaluation?.feasible ?? false, `seed ${seed}`).toBe(false)
      continue
    }
    compared += 1
    expect(totalOf(result), `seed ${seed}`).toBeCloseTo(least, 9)
    expect(result.objective! + churnUsd * movedTasks(plan, result.plan!)).toBeCloseTo(least, 9)
    expect(Number(result.stats.totalBoundUsd), `seed ${seed}`).toBeLessThanOrEqual(least + 1e-9)
  }
  expect(compared).toBeGreaterThan(150)
})
