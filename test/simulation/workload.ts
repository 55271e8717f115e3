/** Draws a small instance with a feasible plan for the simulation: pools, a random graph, prices, checks, late tasks. */

import { createInstance } from '../../src/model/builder.ts'
import type { TaskDocument } from '../../src/model/document.ts'
import { evaluate } from '../../src/model/evaluate.ts'
import type { Instance } from '../../src/model/instance.ts'
import type { Rng } from '../../src/numeric/rng.ts'
import { solve } from '../../src/solve/solve.ts'
import { greedySolver } from '../../src/solvers/greedy/first-come.ts'

export interface Workload {
  readonly instance: Instance
  readonly agentOf: Int32Array
  readonly plannedUsd: number
  /** Submitted while the run is under way. */
  readonly late: readonly TaskDocument[]
}

export async function drawWorkload(rng: Rng): Promise<Workload> {
  const qualities = [0.5, 0.7, 0.9]
  const agents = qualities.map((quality, level) => ({
    id: `pool${level}`,
    replicas: 1 + rng.nextInt(3),
    quality,
    price: { perTaskUsd: 0.001 * (level + 1), outputPerMTokUsd: 2 * (level + 1) },
    latencyMs: 100 + rng.nextInt(900),
    capacity: { tasks: 30 },
  }))
  const count = 8 + rng.nextInt(20)
  const drawTask = (id: string, parent: string | undefined): TaskDocument => ({
    id,
    minQuality: 0.4 + 0.2 * rng.nextInt(2),
    inputTokens: 100,
    outputTokens: 100 + rng.nextInt(200),
    dependsOn: parent === undefined || rng.nextFloat() < 0.5 ? [] : [parent],
    workflow: `w${rng.nextInt(3)}`,
    ...drawCheck(rng),
  })
  const tasks = Array.from({ length: count }, (_, k) =>
    drawTask(`t${k}`, k === 0 ? undefined : `t${rng.nextInt(k)}`),
  )
  const late = Array.from({ length: rng.nextInt(3) === 0 ? 3 : 0 }, (_, k) =>
    drawTask(`late${k}`, k === 0 ? `t${rng.nextInt(count)}` : `late${k - 1}`),
  )
  const instance = createInstance({
    version: 1,
    name: 'simulation',
    policy: { dependency: { mode: rng.nextInt(2) === 0 ? 'hard' : 'off' } },
    agents,
    tasks,
  })
  const { plan } = await solve(instance, greedySolver())
  return { instance, agentOf: plan!.agentOf, plannedUsd: evaluate(instance, plan!).moneyUsd, late }
}

/** Half of the answers are checked: at once, by a program, by another agent. Agents err as often as their quality says. */
function drawCheck(rng: Rng): Pick<TaskDocument, 'accept'> {
  const schema = { properties: { correct: { const: true } } }
  switch (rng.nextInt(8)) {
    case 0:
    case 1:
      return { accept: { schema } }
    case 2:
      return { accept: { command: ['check'], budgetUsd: 0.05 } }
    case 3:
      return { accept: { judge: { agent: 'pool2', minScore: 0.4 } } }
    default:
      return {}
  }
}
