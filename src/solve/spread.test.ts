import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { createInstance } from '../model/builder.ts'
import { evaluate } from '../model/evaluate.ts'
import { builtinSolvers } from '../solvers/builtin.ts'
import { solve } from './solve.ts'
import { spreadOverAgents } from './spread.ts'

const copies = (capacity: { tasks?: number; tokens?: number }, sizes: readonly number[]) =>
  createInstance({
    version: 1,
    agents: [{ id: 'a', replicas: 3, quality: 0.5, price: { perTaskUsd: 1 }, capacity }],
    tasks: sizes.map((inputTokens, k) => ({ id: `t${k}`, inputTokens })),
  })

test.each(['greedy', 'exact', 'enumeration', 'anneal', 'auto'] as const)(
  'the copies of an agent share its tasks evenly: %s',
  async (name) => {
    for (const capacity of [{}, { tasks: 6 }, { tokens: 60 }]) {
      const { plan } = await solve(copies(capacity, Array(6).fill(10)), await builtinSolvers[name](), {
        timeLimitMs: 500,
      })
      expect(Array.from(plan!.agentOf).sort()).toEqual([0, 0, 1, 1, 2, 2])
    }
  },
)

test('tasks that may run side by side are dealt to different copies', () => {
  const instance = createInstance({
    version: 1,
    agents: [{ id: 'a', replicas: 2, quality: 0.5 }],
    tasks: ['w', 'x', 'y'].flatMap((flow) => [
      { id: `${flow}1` },
      { id: `${flow}2`, dependsOn: [`${flow}1`] },
    ]),
  })
  const { agentOf } = spreadOverAgents(instance, { agentOf: new Int32Array(6) })
  // First tasks 0, 2, 4 in turn, then the second ones.
  expect([agentOf[0], agentOf[2], agentOf[4]]).toEqual([0, 1, 0])
  expect([agentOf[1], agentOf[3], agentOf[5]]).toEqual([1, 0, 1])
})

test('a packing that only just fits is kept', () => {
  const instance = copies({ tokens: 10 }, [4, 4, 5, 5, 6, 6])
  const packed = { agentOf: Int32Array.from([0, 1, 2, 2, 0, 1]) }
  expect(evaluate(instance, packed).feasible).toBe(true)
  expect(spreadOverAgents(instance, packed).agentOf).toEqual(packed.agentOf)
})

test('neither promises nor cost of random plans change', () => {
  let moved = 0
  for (let seed = 0; seed < 400; seed++) {
    const instance = randomInstance(seed, { maxTasks: 12 })
    const agentOf = Int32Array.from({ length: instance.tasks.count }, (_, task) =>
      (task * 7 + seed) % 11 === 0 ? -1 : (task * 5 + seed) % instance.fleet.numAgents,
    )
    const before = evaluate(instance, { agentOf })
    const plan = spreadOverAgents(instance, { agentOf })
    const after = evaluate(instance, plan)
    expect(after.objective).toBeCloseTo(before.objective, 9)
    if (before.feasible) expect(after.violations).toEqual([])
    if (plan.agentOf.some((agent, task) => agent !== agentOf[task])) moved++
  }
  expect(moved).toBeGreaterThan(50)
})
