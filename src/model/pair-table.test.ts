import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { factory } from '../generators/factory.ts'
import { isEligible, pairCostUsd, pairMoneyUsd, pairQuality } from './pair.ts'
import { buildPairTable } from './pair-table.ts'

test('the thousand tasks of the factory are five classes', () => {
  const { classes, pool } = buildPairTable(factory())
  expect([...classes.size]).toEqual([400, 300, 150, 100, 50])
  expect(pool.length).toBe(10 + 7 + 3 + 2 + 3)
})

test('the pairs of a task are those of its class', () => {
  for (let seed = 0; seed < 100; seed++) {
    const instance = randomInstance(seed, { maxTasks: 12 })
    const { classes, start, pool, costUsd, moneyUsd, quality } = buildPairTable(instance)
    expect(classes.size.reduce((sum, size) => sum + size, 0)).toBe(instance.tasks.count)
    for (let task = 0; task < instance.tasks.count; task++) {
      let at = start[classes.classOf[task]!]!
      for (let p = 0; p < instance.fleet.numPools; p++) {
        if (!isEligible(instance, task, p)) continue
        expect(pool[at]).toBe(p)
        expect(costUsd[at]).toBe(pairCostUsd(instance, task, p))
        expect(moneyUsd[at]).toBe(pairMoneyUsd(instance, task, p))
        expect(quality[at]).toBe(pairQuality(instance, task, p))
        at += 1
      }
      expect(at).toBe(start[classes.classOf[task]! + 1])
    }
  }
})
