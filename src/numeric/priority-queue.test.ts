import { expect, test } from 'vitest'
import { FirstFit } from './first-fit.ts'
import { PriorityQueue } from './priority-queue.ts'
import { createRng } from './rng.ts'

test('values come out by rising key, equal keys by rising value', () => {
  const rng = createRng(5)
  const queue = new PriorityQueue()
  const entries = Array.from({ length: 500 }, (_, value) => ({ value, key: rng.nextInt(40) / 8 }))
  for (const { value, key } of entries) queue.push(value, key)
  const out: number[] = []
  while (queue.length > 0) out.push(queue.pop())
  const expected = entries.sort((a, b) => a.key - b.key || a.value - b.value).map(({ value }) => value)
  expect(out).toEqual(expected)
})

test('the first bin that fits is the one a scan finds', () => {
  const rng = createRng(9)
  for (const count of [1, 2, 5, 13]) {
    const fit = new FirstFit(count, 100)
    const loads = new Array<number>(count).fill(0)
    for (let step = 0; step < 200; step++) {
      const size = rng.nextInt(40)
      const expected = loads.findIndex((load) => load + size <= 100)
      expect(fit.find(size)).toBe(expected)
      if (expected < 0) break
      loads[expected]! += size
      fit.set(expected, loads[expected]!)
    }
  }
})
