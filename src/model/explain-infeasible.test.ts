import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { factory } from '../generators/factory.ts'
import { FlowNetwork } from '../numeric/max-flow.ts'
import { solve } from '../solve/solve.ts'
import { enumerationSolver } from '../solvers/enumeration/enumeration.ts'
import { createInstance } from './builder.ts'
import { describeInfeasibility } from './describe-infeasibility.ts'
import { explainInfeasible } from './explain-infeasible.ts'
import type { Instance } from './instance.ts'

type Document = Omit<Parameters<typeof createInstance>[0], 'version'>

const build = (document: Document): Instance => createInstance({ version: 1, ...document })
const words = (instance: Instance): string[][] =>
  explainInfeasible(instance).map((finding) => describeInfeasibility(instance, finding))

test('a task without an eligible agent is told why, pool by pool', () => {
  const instance = build({
    agents: [
      { id: 'weak', quality: 0.5, capabilities: ['write'] },
      { id: 'slow', quality: 0.9, latencyMs: 3000 },
      { id: 'short', quality: 0.9, contextTokens: 100 },
      { id: 'poet', quality: 0.9, capabilities: ['write'] },
    ],
    tasks: [
      {
        id: 'a',
        complexity: 'write',
        requires: ['read'],
        minQuality: 0.8,
        maxLatencyMs: 1000,
        inputTokens: 500,
      },
      { id: 'fine' },
    ],
  })
  expect(words(instance)).toEqual([
    [
      'task "a" has no eligible agent',
      '"weak" lacks read',
      '"slow" takes 3000 ms, the task may take 1000 ms',
      '"short" has a context window of 100 tokens, the task needs 500',
      '"poet" lacks read',
    ],
  ])
})

test('the tasks that compete for too few slots are found, and only these', () => {
  const instance = build({
    agents: [
      { id: 'strong', quality: 0.9, replicas: 2, capacity: { tasks: 1 } },
      { id: 'weak', quality: 0.5, capacity: { tasks: 100 } },
    ],
    tasks: [
      ...['a', 'b', 'c'].map((id) => ({ id, minQuality: 0.8 })),
      ...['x', 'y'].map((id) => ({ id, minQuality: 0.1 })),
    ],
  })
  expect(explainInfeasible(instance)).toEqual([
    {
      kind: 'too-few-slots',
      becauseOfDependencies: false,
      tasks: [0, 1, 2],
      pools: [0],
      needed: 3,
      available: 2,
    },
  ])
  expect(words(instance)[0]![0]).toBe('3 tasks need 3 slots, the only pools that may do them have 2')
})

test('tokens that do not suffice are found', () => {
  const instance = build({
    agents: [{ id: 'a', quality: 1, replicas: 2, capacity: { tokens: 100 } }],
    tasks: ['a', 'b', 'c'].map((id) => ({ id, inputTokens: 70 })),
  })
  expect(explainInfeasible(instance)).toMatchObject([{ kind: 'too-few-tokens', needed: 210, available: 200 }])
})

test('the least spend counts that the cheap slots run out', () => {
  const instance = build({
    policy: { budgetUsd: 5 },
    agents: [
      { id: 'cheap', quality: 1, price: { perTaskUsd: 1 }, capacity: { tasks: 2 } },
      { id: 'dear', quality: 1, price: { perTaskUsd: 3 } },
    ],
    tasks: ['a', 'b', 'c', 'd'].map((id) => ({ id })),
  })
  const [finding] = explainInfeasible(instance)
  expect(finding).toMatchObject({ kind: 'budget', limitUsd: 5 })
  const leastUsd = finding?.kind === 'budget' ? finding.leastUsd : 0
  expect(leastUsd).toBeGreaterThan(7.5)
  expect(leastUsd).toBeLessThanOrEqual(8)
})

test('a chain without a rising labelling is named from its first task to its end', () => {
  const instance = build({
    agents: [
      { id: 'strong', quality: 0.9, capabilities: ['hard'] },
      { id: 'weak', quality: 0.5, capabilities: ['easy'] },
      { id: 'middle', quality: 0.95, capabilities: ['any'] },
    ],
    tasks: [
      { id: 'first', complexity: 'hard' },
      { id: 'second', complexity: 'any', dependsOn: ['first'] },
      { id: 'last', complexity: 'easy', dependsOn: ['second'] },
    ],
  })
  expect(words(instance)).toEqual([
    [
      'task "last" needs an agent of quality at least 0.95 because of what it depends on, its best has 0.5',
      'chain: "first" -> "second" -> "last"',
    ],
  ])
})

test('slots that are too few only because of dependencies are found', () => {
  const instance = build({
    agents: [
      { id: 'strong', quality: 0.9, capacity: { tasks: 2 } },
      { id: 'weak', quality: 0.5, capacity: { tasks: 9 } },
    ],
    tasks: [
      { id: 'a', minQuality: 0.8 },
      { id: 'b', dependsOn: ['a'] },
      { id: 'c', dependsOn: ['b'] },
    ],
  })
  expect(explainInfeasible(instance)).toMatchObject([
    { kind: 'too-few-slots', becauseOfDependencies: true, tasks: [0, 1, 2], pools: [0] },
  ])
})

test('a pool that must spend more than its budget is found', () => {
  const instance = build({
    agents: [{ id: 'a', quality: 1, price: { perTaskUsd: 2 }, budgetUsd: 3 }],
    tasks: [{ id: 'x' }, { id: 'y' }],
  })
  expect(words(instance)[0]![0]).toBe('pool "a" must spend at least $4, its budget is $3')
})

test('every finding is true: no instance with one has a feasible plan, and most without a plan have one', async () => {
  let [infeasible, explained] = [0, 0]
  for (let seed = 0; seed < 500; seed++) {
    const instance = randomInstance(seed)
    const findings = explainInfeasible(instance)
    const truth = await solve(instance, enumerationSolver())
    if (findings.length > 0) expect(truth.termination.reason, `seed ${seed}`).toBe('infeasible')
    if (truth.termination.reason !== 'infeasible') continue
    infeasible += 1
    if (findings.length > 0) explained += 1
    for (const finding of findings)
      for (const line of describeInfeasibility(instance, finding)) expect(line).not.toMatch(/undefined|NaN/)
  }
  expect(explained).toBeGreaterThan(0.85 * infeasible)
})

test('a hundred thousand tasks that lack slots are explained', () => {
  const instance = factory({ tasks: 100_000, agents: 480, cloudCapacity: 150 })
  const findings = explainInfeasible(instance)
  expect(findings).toMatchObject([{ kind: 'too-few-slots' }])
  expect(explainInfeasible(factory())).toEqual([])
})

test('the flow is the largest there is, and its cut says why', () => {
  const network = new FlowNetwork(6)
  for (const [from, to, capacity] of [
    [0, 1, 10],
    [0, 2, 10],
    [1, 2, 2],
    [1, 3, 4],
    [1, 4, 8],
    [2, 4, 9],
    [4, 3, 6],
    [3, 5, 10],
    [4, 5, 10],
  ] as const)
    network.addArc(from, to, capacity)
  expect(network.run(0, 5)).toBe(19)
  expect([...network.sourceSide()]).toEqual([1, 0, 1, 0, 0, 0])
})
