/** The factory generator against the counts and values that the notebook itself prints. */
import { expect, test } from 'vitest'
import { evaluate } from '../model/evaluate.ts'
import { agentId, type Instance } from '../model/instance.ts'
import { isEligible, pairMoneyUsd } from '../model/pair.ts'
import { factory } from './factory.ts'

function eligiblePairs(instance: Instance): number {
  let pairs = 0
  for (let task = 0; task < instance.tasks.count; task++)
    for (let pool = 0; pool < instance.fleet.numPools; pool++)
      if (isEligible(instance, task, pool)) pairs += instance.fleet.replicas[pool]!
  return pairs
}

/** The notebook's own greedy: first come, the cheapest eligible agent with room, the first of equals. */
function notebookGreedy(instance: Instance): Int32Array {
  const { fleet, tasks } = instance
  const load = new Int32Array(fleet.numAgents)
  return Int32Array.from({ length: tasks.count }, (_, task) => {
    let best = -1
    let bestCost = Infinity
    for (let agent = 0; agent < fleet.numAgents; agent++) {
      const pool = fleet.poolOf[agent]!
      if (load[agent]! >= fleet.capacityTasks[pool]! || !isEligible(instance, task, pool)) continue
      const cost = pairMoneyUsd(instance, task, pool)
      if (cost < bestCost) [best, bestCost] = [agent, cost]
    }
    if (best >= 0) load[best]! += 1
    return best
  })
}

test("the factory has the notebook's agents, tasks, pairs, dependencies and capacity", () => {
  const instance = factory()
  const { fleet, tasks, dependencies } = instance
  expect(fleet.numAgents).toBe(48)
  expect(fleet.numPools).toBe(12)
  expect(tasks.count).toBe(1000)
  expect(dependencies.numEdges).toBe(125)
  expect(eligiblePairs(instance)).toBe(40_500)
  const capacity = fleet.poolOf.reduce((sum, pool) => sum + fleet.capacityTasks[pool]!, 0)
  expect(capacity).toBe(1019)
})

test("tasks and agents carry the notebook's names in its order", () => {
  const { fleet, tasks } = factory()
  expect([0, 21, 399, 400, 700, 850, 999].map((row) => tasks.ids.get(row))).toEqual([
    'fix-typo-0',
    'fix-lint-21',
    'fix-off-by-one-399',
    'implement-helper-function-400',
    'architect-new-service-700',
    'review-pr-architecture-850',
    'find-security-vulns-999',
  ])
  expect([0, 9, 39, 40, 47].map((agent) => agentId(fleet, agent))).toEqual([
    'claude-0',
    'claude-9',
    'kimi2.5-9',
    'llama3.2-1b',
    'deepseek-coder',
  ])
})

test('there are 25 feature, 15 bug-fix and 10 infra chains, and they climb in quality', () => {
  const { tasks, dependencies } = factory()
  const kinds = new Map<string, number>()
  for (const workflow of new Set(tasks.workflows.values())) {
    const kind = workflow.replace(/-\d+$/, '')
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  expect(Object.fromEntries(kinds)).toEqual({ 'feature-dev': 25, 'bug-fix': 15, infra: 10 })
  expect(tasks.workflows.get(0)).toBe('feature-dev-0')
  expect(tasks.ids.get(dependencies.childOfEdge[0]!)).toBe('implement-helper-function-400')
  expect(tasks.ids.get(dependencies.parentOfEdge[0]!)).toBe('fix-typo-0')
})

test.each([
  [{}, 11.07, 25.5988, 0],
  [{ reverseEdges: true }, 11.07, 25.5988, 125],
  [{ cloudCapacity: 40 }, 9.456, 22.95844, 0],
  [{ cloudCapacity: 40, reverseEdges: true }, 9.456, 22.95844, 87],
])(
  'greedy on %j gives the money, objective and violations of record',
  (options, money, objective, broken) => {
    const instance = factory(options)
    const judged = evaluate(instance, { agentOf: notebookGreedy(instance) })
    expect(judged.moneyUsd).toBeCloseTo(money, 9)
    expect(judged.objective).toBeCloseTo(objective, 9)
    expect(judged.violations.map(({ kind }) => kind)).toEqual(Array(broken).fill('dependency'))
  },
)

test('a scaled factory keeps the mix and has a slot for every task', () => {
  const instance = factory({ tasks: 20_000, agents: 480 })
  const { fleet, tasks } = instance
  expect([tasks.count, fleet.numAgents]).toEqual([20_000, 480])
  expect(instance.dependencies.numEdges).toBe(2500)
  const slots = fleet.poolOf.reduce((sum, pool) => sum + fleet.capacityTasks[pool]!, 0)
  expect(slots).toBeGreaterThanOrEqual(20_000)
  const simple = tasks.complexities.indexOf('simple')
  expect(tasks.complexity.filter((c) => c === simple)).toHaveLength(8000)
})

test('a seed shuffles the tasks; equal seeds give equal instances', () => {
  const order = (seed: number) => {
    const { tasks } = factory({ seed })
    return Array.from({ length: tasks.count }, (_, row) => tasks.ids.get(row))
  }
  expect(order(7)).toEqual(order(7))
  expect(order(7)).not.toEqual(order(8))
  expect([...order(7)].sort()).toEqual([...order(8)].sort())
})

test.each([{ tasks: 0 }, { tasks: 1.5 }, { agents: 11 }, { cloudCapacity: Number.NaN }])(
  'the impossible option %j is refused',
  (options) => {
    expect(() => factory(options)).toThrow(/must be a whole number/)
  },
)

test.each([12, 13, 20, 47, 49, 1000])('a fleet of %d agents has exactly that many', (agents) => {
  expect(factory({ agents }).fleet.numAgents).toBe(agents)
})
