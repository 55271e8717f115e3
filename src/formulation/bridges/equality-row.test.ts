import { expect, test } from 'vitest'
import { rewritten, wholeRows } from '../../../test/rewritten-row.ts'
import { equalityRow } from './equality-row.ts'

test('every state of up to 12 bits costs the weight times the square of what it misses by', () => {
  let states = 0
  for (const row of wholeRows({ maxBits: 9 }))
    for (const { leftSide, least, filled } of rewritten(row, (r) => equalityRow(r, 'equality'), 2.5)) {
      states++
      if (least !== 2.5 * (leftSide - row.rhs) ** 2 || filled !== least)
        expect({ row, leftSide, least, filled }).toBe('weight (a . x - rhs)^2')
    }
  expect(states).toBeGreaterThan(20_000)
  for (const row of wholeRows({ maxBits: 12, maxRange: 3 }))
    for (const { leftSide, least } of rewritten(row, (r) => equalityRow(r, 'equality'), 1))
      if ((least === 0) !== (leftSide === row.rhs)) expect({ row, leftSide, least }).toBe('0 where it holds')
})

test('only rows that ask for exactly one bit are marked so', () => {
  for (const row of wholeRows({ maxBits: 5 })) {
    const asksForOne = row.rhs === 1 && row.bits.length > 0 && row.coefficients.every((a) => a === 1)
    expect(equalityRow(row, 'equality').oneHot).toEqual(asksForOne ? row.bits : undefined)
    expect(equalityRow(row, 'soft').oneHot).toBeUndefined()
  }
})
