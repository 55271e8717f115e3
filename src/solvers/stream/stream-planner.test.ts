import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryInstance } from '../../../test/arbitrary-instance.ts'
import { lcrp } from '../../generators/lcrp.ts'
import { headDocument, taskDocument } from '../../io/instance-document.ts'
import type { TaskDocument } from '../../model/document.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { solve } from '../../solve/solve.ts'
import { builtinSolvers } from '../builtin.ts'
import { createStreamPlanner } from './stream-planner.ts'

/** Every task in the order of the instance, parents before their children. */
function arrivals(instance: Instance): TaskDocument[] {
  const { parentStart, parents } = instance.dependencies
  const order: number[] = []
  const seen = new Set<number>()
  const visit = (task: number): void => {
    if (seen.has(task)) return
    seen.add(task)
    for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++) visit(parents[k]!)
    order.push(task)
  }
  for (let task = 0; task < instance.tasks.count; task++) visit(task)
  return order.map((task) => taskDocument(instance, task))
}

async function streamed(instance: Instance, sample: readonly TaskDocument[] = []) {
  const planner = createStreamPlanner(headDocument(instance), { expectedTasks: instance.tasks.count, sample })
  for (const task of arrivals(instance)) await planner.place(task)
  const { instance: whole, plan } = planner.finish()
  return { plan, evaluation: evaluate(whole, plan), planner }
}

describe('a stream of tasks under a budget', () => {
  test('is planned within 5 % of what hindsight proves, and breaks nothing', async () => {
    const instance = lcrp({ tasks: 1500, agents: 16, chains: 0.1, budget: { factor: 1.1 }, seed: 3 })
    const { evaluation } = await streamed(instance, arrivals(lcrp({ tasks: 150, agents: 16, seed: 4 })))
    const hindsight = await solve(instance, await builtinSolvers.pricing())
    expect(evaluation.violations).toEqual([])
    expect(evaluation.objective).toBeLessThan(1.05 * hindsight.bounds.dual!)
  })

  test('the same arrivals and seed give the same plan', async () => {
    const instance = lcrp({ tasks: 300, agents: 8, seed: 5 })
    const [first, second] = [await streamed(instance), await streamed(instance)]
    expect(first.plan).toEqual(second.plan)
  })
})

test('whatever arrives, no capacity and no budget is passed and nobody does what they may not', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryInstance(), async ({ instance }) => {
      const { evaluation } = await streamed(instance)
      const broken = evaluation.violations.filter(({ kind }) => kind !== 'unassigned')
      expect(broken).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('a malformed task is refused with its field', async () => {
  const planner = createStreamPlanner({ agents: [{ id: 'a', quality: 0.5 }] }, { expectedTasks: 2 })
  await expect(planner.place({ id: 'x', minQuality: 2 })).rejects.toThrow('minQuality is 2')
})

test('a refused task leaves no trace, and may be sent again corrected', async () => {
  const planner = createStreamPlanner(
    { agents: [{ id: 'a', quality: 0.9, price: { perTaskUsd: 0.1 } }] },
    { expectedTasks: 3 },
  )
  const refused = [
    { id: 'x', inputTokens: -1 },
    { id: 'x', minQuality: 2 },
    { id: 'x', estimates: { nobody: { costUsd: 1 } } },
    { id: 'x', estimates: { a: { costUsd: 1, quality: 7 } } },
    { id: 'x', dependsOn: ['x'] },
    { id: '' },
  ]
  for (const task of refused) await expect(planner.place(task)).rejects.toThrow(/Maybe/)
  await planner.place({ id: 'x', inputTokens: 7 })
  await expect(planner.place({ id: 'x' })).rejects.toThrow('used twice')
  await planner.place({ id: 'y', inputTokens: 8 })
  const { instance, plan } = planner.finish()
  expect(instance.tasks.inputTokens).toEqual(Float64Array.of(7, 8))
  expect(evaluate(instance, plan)).toMatchObject({ feasible: true, unassigned: 0 })
})

test.each([0, -1, Number.NaN, Infinity])('a forecast of %s tasks is refused', (expectedTasks) => {
  expect(() => createStreamPlanner({ agents: [{ id: 'a', quality: 1 }] }, { expectedTasks })).toThrow(
    'expectedTasks',
  )
})
