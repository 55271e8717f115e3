/** Draws a small instance with a feasible plan for the simulation: pools, a random graph, prices, checks, orders. */

import type { ControlMessage } from '../../src/cli/running/control.ts'
import { createInstance } from '../../src/model/builder.ts'
import type { AgentDocument, TaskDocument } from '../../src/model/document.ts'
import { evaluate } from '../../src/model/evaluate.ts'
import type { Instance } from '../../src/model/instance.ts'
import type { Rng } from '../../src/numeric/rng.ts'
import { toNano } from '../../src/orchestrator/money.ts'
import { solve } from '../../src/solve/solve.ts'
import { greedySolver } from '../../src/solvers/greedy/first-come.ts'

export interface Workload {
  readonly instance: Instance
  readonly agentOf: Int32Array
  readonly plannedUsd: number
  /** What users ask of the run while it is under way, and from when on. */
  readonly orders: readonly { readonly at: number; readonly order: Order }[]
  /** The same tasks on the largest fleet the run can come to have. */
  readonly extended: Instance
}

type Order = Exclude<ControlMessage, { readonly kind: 'cancel' }>

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
  const head = {
    version: 1,
    name: 'simulation',
    policy: { dependency: { mode: rng.nextInt(2) === 0 ? 'hard' : 'off' } },
    tasks,
  } as const
  const instance = createInstance({ ...head, agents })
  const { plan } = await solve(instance, greedySolver())
  const plannedUsd = evaluate(instance, plan!).moneyUsd
  const grown = [...agents, { ...agents[1]!, id: 'extra', replicas: 2 }]
  return {
    instance,
    agentOf: plan!.agentOf,
    plannedUsd,
    orders: drawOrders(rng, { late, agents: grown, plannedUsd }),
    extended: createInstance({ ...head, agents: grown }),
  }
}

/** Late tasks, other budgets, agents that join, leave and come back: some of them, in any order. */
function drawOrders(
  rng: Rng,
  given: {
    readonly late: readonly TaskDocument[]
    readonly agents: readonly AgentDocument[]
    readonly plannedUsd: number
  },
): Workload['orders'] {
  const { late, agents, plannedUsd } = given
  const limit = rng.nextInt(3) === 0 ? null : toNano(plannedUsd * (0.2 + 3 * rng.nextFloat()))
  const leaving = agents[rng.nextInt(agents.length)]!
  const retired = Array.from({ length: leaving.replicas! }, (_, k) =>
    leaving.replicas === 1 ? leaving.id : `${leaving.id}-${k}`,
  ).slice(rng.nextInt(2))
  const possible: Order[] = [
    ...(late.length > 0 ? [{ kind: 'submit', tasks: late } as const] : []),
    { kind: 'budget', limit },
    { kind: 'fleet', agents, retired },
    { kind: 'fleet', agents, retired: [] },
  ]
  return possible
    .filter((order) => order.kind === 'submit' || rng.nextInt(4) === 0)
    .map((order) => ({ at: rng.nextFloat() * 8_000, order }))
    .sort((a, b) => a.at - b.at)
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
