import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTimeScale, tickText } from './time-scale.ts'

test('times keep their order and stay on the chart, whatever was idle', () => {
  const interval = fc
    .tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e7 }))
    .map(([from, length]) => ({ from, to: from + length }))
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 20 }), (intervals) => {
      const scale = createTimeScale(intervals, 100, 1_000)
      const places = intervals
        .flatMap(({ from, to }) => [from, to])
        .sort((a, b) => a - b)
        .map((at) => scale.x(at))
      for (const [k, place] of places.entries()) {
        expect(place).toBeGreaterThanOrEqual(100 - 1e-6)
        expect(place).toBeLessThanOrEqual(1_100 + 1e-6)
        expect(place).toBeGreaterThanOrEqual((places[k - 1] ?? 0) - 1e-6)
      }
      expect(scale.ticks.length).toBeLessThanOrEqual(12 + scale.cuts.length)
    }),
  )
})

test('ticks are at round times since the start', () => {
  const { ticks } = createTimeScale([{ from: 5_000, to: 50_000 }], 0, 900)
  expect(ticks.map(({ sinceStartMs }) => sinceStartMs)).toEqual(
    [0, 5, 10, 15, 20, 25, 30, 35, 40, 45].map((s) => s * 1000),
  )
  expect(ticks[2]!.x).toBeCloseTo(200)
  expect([250, 12_000, 200_000, 7_500_000].map(tickText)).toEqual(['250 ms', '12 s', '3:20 min', '2:05 h'])
})
