import { expect, test } from 'vitest'
import { factory } from '../generators/factory.ts'
import { flow } from '../solvers/flow/flow.ts'
import { describeShadowPrice, shadowPrices } from './shadow-prices.ts'

const instance = factory()
const { certificate, dualBound } = flow(instance)

test('the scarcest pool of the notebook comes first, in words', () => {
  const prices = shadowPrices(instance, certificate!)
  expect(prices.length).toBeGreaterThan(3)
  for (let k = 1; k < prices.length; k++)
    expect(prices[k]!.savesUsd).toBeLessThanOrEqual(prices[k - 1]!.savesUsd)
  expect(describeShadowPrice(instance, prices[0]!)).toMatch(
    /^one more task slot in pool ".+" would save up to \$0\.0\d+$/,
  )
})

test('no pool gains more from a slot than its price says', () => {
  const first = shadowPrices(instance, certificate!)[0]!
  const capacityTasks = instance.fleet.capacityTasks.slice()
  capacityTasks[first.pool!]! += 1
  const larger = { ...instance, fleet: { ...instance.fleet, capacityTasks } }
  const saved = dualBound! - flow(larger).dualBound!
  expect(saved).toBeGreaterThan(0)
  expect(saved).toBeLessThanOrEqual(first.savesUsd * instance.fleet.replicas[first.pool!]! + 1e-8)
})
