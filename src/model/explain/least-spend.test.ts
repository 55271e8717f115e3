import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { bruteForceOptimum } from '../../../test/brute-force.ts'
import { pairMoneyUsd } from '../pair.ts'
import { eligibleGroups } from './eligible-groups.ts'
import { leastSpendUsd } from './least-spend.ts'

test('no feasible plan spends less, with few pairs and with more than are put into a table', () => {
  let compared = 0
  for (let seed = 1; seed <= 150; seed++) {
    const instance = randomInstance(seed, { maxTasks: 4, maxPools: 3 })
    const groups = eligibleGroups(instance)
    const money = { ...instance.policy, overkillWeight: 0, latencyUsdPerSecond: 0 }
    const optimum = bruteForceOptimum({ ...instance, policy: money })
    if (optimum === undefined || instance.policy.unassignedUsd !== Infinity) continue
    compared += 1
    const least = leastSpendUsd(instance, groups)
    const alone = leastSpendUsd(instance, groups, { mostPairs: 0 })
    expect(least, `seed ${seed}`).toBeLessThanOrEqual(optimum + 1e-9)
    expect(alone, `seed ${seed}`).toBeLessThanOrEqual(least + 1e-9)
    const cheapest = groups.flatMap(({ tasks, pools }) =>
      tasks.map((task) => Math.min(...pools.map((pool) => pairMoneyUsd(instance, task, pool)))),
    )
    expect(alone).toBeCloseTo(
      cheapest.reduce((sum, usd) => sum + usd, 0),
      12,
    )
  }
  expect(compared).toBeGreaterThan(50)
})
