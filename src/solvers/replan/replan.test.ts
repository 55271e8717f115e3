import { describe, expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { lcrp } from '../../generators/lcrp.ts'
import { headDocument, taskDocument } from '../../io/instance-document.ts'
import { createInstance } from '../../model/builder.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { type SolveResult, solve } from '../../solve/solve.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { pricingSolver } from '../pricing/pricing.ts'
import { carryOver } from '../pricing/warm-start.ts'
import { keepAgents, movedTasks } from './keep-agents.ts'
import { replanSolver } from './replan.ts'

const before = lcrp({ tasks: 240, agents: 24, tiers: 8, chains: 0.1, budget: { factor: 1.1 }, seed: 4 })
const first = await solve(before, pricingSolver({ effort: 100 }))
const documents = {
  ...headDocument(before),
  tasks: Array.from({ length: before.tasks.count }, (_, task) => taskDocument(before, task)),
}

async function replanned(now: Instance, churnUsd: number): Promise<SolveResult & { moved: number }> {
  const previous = carryOver(
    { instance: before, plan: first.plan!, certificate: first.certificate! },
    now,
    churnUsd,
  )
  const result = await solve(now, replanSolver(previous))
  return { ...result, moved: movedTasks(previous.plan, result.plan!) }
}

/** What the notice of a change looks like: agents gone, tasks done, tasks arrived, prices changed. */
const CHANGES: Record<string, () => Instance> = {
  'nothing at all': () => createInstance(documents),
  'agents gone': () =>
    createInstance({
      ...documents,
      policy: { ...documents.policy, budgetUsd: undefined },
      agents: documents.agents.map((agent, k) => ({
        ...agent,
        replicas: k === 2 ? (agent.replicas ?? 1) - 1 : agent.replicas,
        capacity: { tasks: (agent.capacity?.tasks ?? 0) + 1, tokens: 1.2 * (agent.capacity?.tokens ?? 0) },
      })),
    }),
  'tasks done': () =>
    createInstance({
      ...documents,
      tasks: documents.tasks
        .slice(40)
        .map((task) => ({ ...task, dependsOn: (task.dependsOn ?? []).filter((id) => kept.has(id)) })),
    }),
  'tasks arrived': () =>
    createInstance({
      ...documents,
      policy: { ...documents.policy, budgetUsd: undefined },
      agents: documents.agents.map((agent) => ({
        ...agent,
        capacity: { tasks: (agent.capacity?.tasks ?? 0) + 2, tokens: 1.3 * (agent.capacity?.tokens ?? 0) },
      })),
      tasks: [
        ...documents.tasks,
        ...Array.from({ length: 20 }, (_, k) => ({ ...documents.tasks[k]!, id: `new-${k}`, dependsOn: [] })),
      ],
    }),
  'prices changed': () =>
    createInstance({
      ...documents,
      policy: { ...documents.policy, budgetUsd: undefined },
      agents: documents.agents.map((agent, k) =>
        k === 1
          ? { ...agent, price: { inputPerMTokUsd: 90, outputPerMTokUsd: 90, perTaskUsd: 0.05 } }
          : agent,
      ),
    }),
}
const kept = new Set(documents.tasks.slice(40).map(({ id }) => id))

describe('after a change', () => {
  test.each(Object.keys(CHANGES))(
    '%s: the plan is feasible, and a price on moves makes them fewer',
    async (name) => {
      const now = CHANGES[name]!()
      const free = await replanned(now, 0)
      const dear = await replanned(now, 0.5)
      for (const { evaluation } of [free, dear]) expect(evaluation!.violations, name).toEqual([])
      expect(free.gap).toBeLessThan(0.03)
      expect(dear.moved).toBeLessThanOrEqual(free.moved)
      expect(dear.moved).toBeLessThan(30)
      expect(dear.objective! + 0.5 * dear.moved).toBeLessThanOrEqual(
        free.objective! + 0.5 * free.moved + 1e-9,
      )
      // Free moves buy a plan at least as good as dear ones.
      expect(free.objective).toBeLessThanOrEqual(dear.objective! * 1.005)
    },
  )

  test('a fair price on moves buys some of them: less in all than staying and than the optimum without it', async () => {
    const small = lcrp({ tasks: 60, agents: 8, tiers: 4, chains: 0.1, budget: { factor: 1.1 }, seed: 4 })
    const { plan, certificate } = await solve(small, pricingSolver({ effort: 100 }))
    const now = createInstance({
      ...headDocument(small),
      policy: { ...headDocument(small).policy, budgetUsd: undefined },
      agents: headDocument(small).agents.map((agent, k) =>
        k === 1
          ? { ...agent, price: { inputPerMTokUsd: 90, outputPerMTokUsd: 90, perTaskUsd: 0.05 } }
          : agent,
      ),
      tasks: Array.from({ length: small.tasks.count }, (_, task) => taskDocument(small, task)),
    })
    const from = { instance: small, plan: plan!, certificate: certificate! }
    const { stats } = await solve(now, replanSolver(carryOver(from, now, 0.077)))
    const free = await solve(now, replanSolver(carryOver(from, now, 0)))
    expect(stats.moved).toBeGreaterThan(0)
    expect(stats.moved).toBeLessThan(Number(free.stats.moved))
    expect(stats.totalUsd).toBe(stats.totalBoundUsd)
    expect(stats.totalUsd).toBeLessThan(Number(stats.stayUsd))
    expect(stats.totalUsd).toBeLessThan(free.objective! + 0.077 * Number(free.stats.moved))
  })

  test('nothing moves when nothing changed and a move costs more than it could save', async () => {
    expect((await replanned(CHANGES['nothing at all']!(), 10)).moved).toBe(0)
  })
})

test('a plan of before that is optimal is kept to the last agent on 60 random instances', async () => {
  let compared = 0
  for (let seed = 0; seed < 60; seed++) {
    const instance = randomInstance(seed)
    const truth = await solve(instance, enumerationSolver())
    if (!truth.evaluation?.feasible) continue
    compared += 1
    const previous = carryOver({ instance, plan: truth.plan! }, instance, 0.01)
    const result = await solve(instance, replanSolver(previous))
    expect(result.plan!.agentOf, `seed ${seed}`).toEqual(truth.plan!.agentOf)
  }
  expect(compared).toBeGreaterThan(30)
})

test('swapped alike agents are swapped back, and a full one is not overfilled', () => {
  const instance = createInstance({
    version: 1,
    agents: [{ id: 'a', replicas: 3, quality: 1, capacity: { tasks: 2 } }],
    tasks: ['p', 'q', 'r', 's'].map((id) => ({ id })),
  })
  const previous = { agentOf: Int32Array.of(0, 0, 0, 1) }
  const plan = keepAgents(instance, { agentOf: Int32Array.of(2, 1, 2, 0) }, previous)
  expect(evaluate(instance, plan).feasible).toBe(true)
  expect(plan.agentOf.slice(0, 2)).toEqual(Int32Array.of(0, 0))
  expect(plan.agentOf[3]).toBe(1)
  expect(movedTasks(previous, plan)).toBe(1)
})

test('when too few agents are left it says why there is no plan', async () => {
  const team = (replicas: number) =>
    createInstance({
      version: 1,
      agents: [{ id: 'a', replicas, quality: 1, capacity: { tasks: 2 } }],
      tasks: ['p', 'q', 'r', 's'].map((id) => ({ id })),
    })
  const [before, after] = [team(2), team(1)]
  const plan = { agentOf: Int32Array.of(0, 0, 1, 1) }
  const { termination } = await solve(after, replanSolver(carryOver({ instance: before, plan }, after)))
  expect(termination.reason).toBe('infeasible')
  expect(termination.detail).toMatch(/slots|capacities/)
})
