import { expect, test } from 'vitest'
import { rewritten, wholeRows } from '../../../test/rewritten-row.ts'
import { slackRow } from './slack-row.ts'

test('with the best slack a state costs nothing where the row holds and its squared excess where not; fillSlack finds it', () => {
  let [rows, states] = [0, 0]
  for (const row of wholeRows({ maxBits: 12, maxRange: 7 })) {
    rows++
    for (const { leftSide, least, filled } of rewritten(row, slackRow, 3)) {
      states++
      // Even the best slack of a row that no state satisfies leaves what its least state misses by.
      const expected = 3 * Math.max(0, leftSide - row.rhs) ** 2
      if (least !== expected || filled !== expected)
        expect({ row, leftSide, least, filled }).toBe(`energy ${expected}`)
    }
  }
  expect(rows).toBeGreaterThan(300)
  expect(states).toBeGreaterThan(100_000)
})

test('no state that breaks the row costs less than the weight', () => {
  for (const row of wholeRows({ maxBits: 8, maxRange: 15 }))
    for (const { leftSide, least } of rewritten(row, slackRow, 1))
      if (leftSide > row.rhs) expect(least).toBeGreaterThanOrEqual(1)
})
