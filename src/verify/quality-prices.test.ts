import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { createInstance } from '../model/builder.ts'
import { solve } from '../solve/solve.ts'
import { enumerationSolver } from '../solvers/enumeration/enumeration.ts'
import { pricingSolver, supportsPricing } from '../solvers/pricing/pricing.ts'
import { describeQualityPrice, qualityPrices } from './quality-prices.ts'

test('a floor just above a cheaper agent is worth the difference in price, and others are worth nothing', async () => {
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'good', quality: 0.95, price: { perTaskUsd: 5 } },
      { id: 'fair', quality: 0.9, price: { perTaskUsd: 2 } },
    ],
    tasks: [
      { id: 'a', complexity: 'hard', minQuality: 0.91 },
      { id: 'b', complexity: 'hard', minQuality: 0.905 },
      { id: 'c', complexity: 'easy', minQuality: 0.5 },
      { id: 'd', minQuality: 0.93 },
    ],
  })
  const { certificate } = await solve(instance, pricingSolver())
  const prices = qualityPrices(instance, certificate!)!
  expect(prices.map(describeQualityPrice)).toEqual([
    'floors of quality 0.01 lower for the "hard" tasks would save up to $6',
  ])
})

test('no class saves more than its price says, gap included, on 150 random instances', async () => {
  let compared = 0
  for (let seed = 0; seed < 150; seed++) {
    const instance = randomInstance(seed, { softFloor: false })
    if (!supportsPricing(instance).ok) continue
    const truth = await solve(instance, enumerationSolver())
    if (!truth.evaluation?.feasible) continue
    const { certificate, bounds } = await solve(instance, pricingSolver({ effort: 20 }))
    if (certificate === undefined) continue
    const { tasks } = instance
    for (const { label, savesUsd } of qualityPrices(instance, certificate, 0.15)!) {
      const minQuality = tasks.minQuality.map((floor, task) => {
        const complexity = tasks.complexity[task]!
        const own =
          complexity < 0 ? `tasks with a floor of ${floor}` : `"${tasks.complexities[complexity]}" tasks`
        return own === label ? Math.max(0, floor - 0.15) : floor
      })
      const lowered = await solve({ ...instance, tasks: { ...tasks, minQuality } }, enumerationSolver())
      const gap = truth.objective! - bounds.dual!
      expect(truth.objective! - lowered.objective!, `seed ${seed}`).toBeLessThanOrEqual(savesUsd + gap + 1e-6)
      compared += 1
    }
  }
  expect(compared).toBeGreaterThan(10)
})
