/** Draws a small instance with a feasible plan for the simulation: a few pools, a random graph, prices, checks. */
import { createInstance } from '../../src/model/builder.ts'
import { evaluate } from '../../src/model/evaluate.ts'
import type { Instance } from '../../src/model/instance.ts'
import type { Rng } from '../../src/numeric/rng.ts'
import { solve } from '../../src/solve/solve.ts'
import { greedySolver } from '../../src/solvers/greedy/first-come.ts'

export interface Workload {
  readonly instance: Instance
  readonly agentOf: Int32Array
  readonly plannedUsd: number
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
  const tasks = Array.from({ length: count }, (_, k) => ({
    id: `t${k}`,
    minQuality: 0.4 + 0.2 * rng.nextInt(2),
    inputTokens: 100,
    outputTokens: 100 + rng.nextInt(200),
    dependsOn: k === 0 || rng.nextFloat() < 0.5 ? [] : [`t${rng.nextInt(k)}`],
    workflow: `w${k % 3}`,
    // A third of the answers are checked; agents err with the chance their quality says.
    ...(rng.nextInt(3) === 0 ? { accept: { schema: { properties: { correct: { const: true } } } } } : {}),
  }))
  const instance = createInstance({
    version: 1,
    name: 'simulation',
    policy: { dependency: { mode: rng.nextInt(2) === 0 ? 'hard' : 'off' } },
    agents,
    tasks,
  })
  const { plan } = await solve(instance, greedySolver())
  return { instance, agentOf: plan!.agentOf, plannedUsd: evaluate(instance, plan!).moneyUsd }
}
