import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { allStates } from '../../../test/models.ts'
import { factory } from '../../generators/factory.ts'
import { createInstance } from '../../model/builder.ts'
import { evaluate } from '../../model/evaluate.ts'
import { evaluateCqm } from '../evaluate-cqm.ts'
import { instanceToCqm } from './instance-to-cqm.ts'

test('the factory has 40,500 variables, 1,046 constraints and 62,740 dependency products', () => {
  const { cqm } = instanceToCqm(factory(), { dependencies: 'products' })
  expect(cqm.variables.count).toBe(40_500)
  expect(cqm.constraints.length).toBe(1_046)
  expect(cqm.objective.quadratic.length).toBe(62_740)
  expect(cqm.objective.quadratic.every((bias) => bias === 100)).toBe(true)
})

test('395 staircase rows say the same as the 62,740 products', () => {
  const { cqm, kinds } = instanceToCqm(factory())
  expect(kinds.filter((kind) => kind === 'dependency').length).toBe(395)
  expect(cqm.objective.quadratic.length).toBe(0)
})

/** The least objective over the binaries behind the pairs, which stand for broken edges of soft staircases. */
function bestOfCompletions(bridge: ReturnType<typeof instanceToCqm>, pairs: ArrayLike<number>) {
  const extra = bridge.cqm.variables.count - bridge.pairTask.length
  let best: { objective: number; feasible: boolean } | undefined
  for (const broken of allStates(extra)) {
    const judged = evaluateCqm(bridge.cqm, [...Array.from(pairs), ...broken])
    if (judged.feasible && !(best && best.objective <= judged.objective)) best = judged
  }
  return best ?? { feasible: false }
}

for (const dependencies of [undefined, 'products', 'staircase'] as const)
  test(`every sample of small instances is judged alike by model and CQM (${dependencies ?? 'default'})`, () => {
    let compared = 0
    fc.assert(
      fc.property(fc.nat({ max: 1e6 }), (seed) => {
        const instance = randomInstance(seed, { maxTasks: 4, maxPools: 3 })
        const hard = instance.policy.dependency.mode === 'hard'
        const bridge = instanceToCqm(instance, dependencies ? { dependencies } : {})
        const numPairs = bridge.pairTask.length
        if (numPairs > 10 || bridge.cqm.variables.count > 12) return
        for (const sample of allStates(numPairs)) {
          const plan = bridge.toPlan(sample)
          expect([...bridge.toSample(plan).subarray(0, numPairs)]).toEqual([...sample])
          const judged = evaluate(instance, plan)
          // Edges look at a task's first agent only, and a task given twice is refused anyway.
          if (plan.surplus) {
            expect(bestOfCompletions(bridge, sample).feasible).toBe(false)
            continue
          }
          const modelled = bestOfCompletions(bridge, sample)
          const priced = hard && dependencies === 'products'
          const broken = priced ? judged.weakerChildren : 0
          const violations = judged.violations.filter(({ kind }) => !(priced && kind === 'dependency'))
          expect(modelled.feasible).toBe(violations.length === 0)
          compared++
          if ('objective' in modelled)
            expect(modelled.objective).toBeCloseTo(judged.objective + 100 * broken, 9)
        }
      }),
      { numRuns: 150 },
    )
    expect(compared).toBeGreaterThan(500)
  })

test('tokens that differ by pair fill the capacities', () => {
  const instance = createInstance({
    version: 1,
    agents: ['a', 'b'].map((id) => ({ id, quality: 1, capacity: { tokens: 10 } })),
    tasks: [
      { id: 't', estimates: { a: { tokens: 4 }, b: { tokens: 11 } } },
      { id: 'u', inputTokens: 99, estimates: { a: { tokens: 7 }, b: { tokens: 9 } } },
    ],
  })
  const { cqm, kinds, pairTask, toPlan } = instanceToCqm(instance)
  expect(kinds).toEqual(['assignment', 'assignment', 'capacity-tokens'])
  let feasible = 0
  for (const sample of allStates(pairTask.length)) {
    const judged = evaluate(instance, toPlan(sample))
    expect(evaluateCqm(cqm, sample).feasible).toBe(judged.feasible)
    if (judged.feasible) feasible++
  }
  expect(feasible).toBe(1)
})

test('a task given to two agents keeps both', () => {
  const agents = [{ id: 'a', quality: 1, replicas: 2 }]
  const bridge = instanceToCqm(createInstance({ version: 1, agents, tasks: [{ id: 't' }] }))
  expect(bridge.cqm.variables.labels).toEqual([
    ['t', 'a-0'],
    ['t', 'a-1'],
  ])
  const plan = bridge.toPlan([1, 1])
  expect([...plan.agentOf]).toEqual([0])
  expect(plan.surplus).toEqual([{ task: 0, agent: 1 }])
  expect([...bridge.toSample(plan)]).toEqual([1, 1])
})
