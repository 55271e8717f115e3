import { expect, test } from 'vitest'
import { randomDocument } from '../../test/arbitrary-instance.ts'
import { bruteForceOptimum } from '../../test/brute-force.ts'
import { createInstance } from '../model/builder.ts'
import type { InstanceDocument } from '../model/document.ts'
import { leastBudget, leastBudgetText } from './least-budget.ts'

/** Two cheap slots and a dear agent for the rest. */
const document = (budgetUsd: number): InstanceDocument => ({
  version: 1,
  policy: { budgetUsd, overkillWeight: 2, latencyUsdPerSecond: 0.1 },
  agents: [
    { id: 'cheap', quality: 0.6, price: { perTaskUsd: 0.25 }, capacity: { tasks: 2 }, latencyMs: 900 },
    { id: 'dear', quality: 0.9, price: { perTaskUsd: 1.5 } },
  ],
  tasks: ['a', 'b', 'c', 'd'].map((id) => ({ id })),
})

test('a budget that is too small is told the least that is enough, in money and not in cost', async () => {
  const least = await leastBudget(createInstance(document(3)))
  expect(least?.enoughUsd).toBeCloseTo(3.5, 9)
  expect(leastBudgetText(least!)).toBe('a budget of $3.50 is enough, and no plan costs less (proven)')
})

test('a budget that is enough, or that is not what makes planning impossible, is told nothing', async () => {
  expect(await leastBudget(createInstance(document(3.5)))).toBeUndefined()
  const impossible = document(1)
  const tasks = [...impossible.tasks, { id: 'hard', minQuality: 0.99 }]
  expect(await leastBudget(createInstance({ ...impossible, tasks }))).toBeUndefined()
})

test('figures are rounded so that both halves of the sentence stay true', () => {
  expect(leastBudgetText({ atLeastUsd: 3.4567, enoughUsd: 3.4612 })).toBe(
    'a budget of $3.47 is enough; no plan costs less than $3.45 (proven)',
  )
  expect(leastBudgetText({ atLeastUsd: 0, enoughUsd: 0.01234567 })).toBe('a budget of $0.012346 is enough')
})

test('on random instances with a budget the answer is the least money of all plans', async () => {
  let told = 0
  for (let seed = 0; seed < 150; seed++) {
    const { policy, ...rest } = randomDocument(seed, {
      maxTasks: 4,
      maxPools: 3,
      unassigned: false,
      softFloor: false,
    })
    if (policy?.dependency?.mode === 'soft') continue
    const least = await leastBudget(createInstance({ ...rest, policy: { ...policy, budgetUsd: 0.02 } }))
    const { budgetUsd: _, overkillWeight: __, latencyUsdPerSecond: ___, ...free } = policy ?? {}
    const truth = bruteForceOptimum(createInstance({ ...rest, policy: free }))
    if (truth === undefined || truth <= 0.02) expect(least, `seed ${seed}`).toBeUndefined()
    else {
      told += 1
      expect(least!.enoughUsd, `seed ${seed}`).toBeCloseTo(truth, 9)
      expect(least!.atLeastUsd, `seed ${seed}`).toBeCloseTo(truth, 7)
    }
  }
  expect(told).toBeGreaterThan(40)
})
