import { expect, test } from 'vitest'
import { rewritten, wholeRows } from '../../../test/rewritten-row.ts'
import { unbalancedRow } from './unbalanced-row.ts'

test('every state costs the weight times -l h + q h^2 at h to spare, without a bit', () => {
  for (const unbalanced of [
    { linear: 1, quadratic: 0.5 },
    { linear: 0.25, quadratic: 2 },
  ])
    for (const row of wholeRows({ maxBits: 9 }))
      for (const { leftSide, least, filled } of rewritten(row, (r) => unbalancedRow(r, unbalanced), 3)) {
        const spare = row.rhs - leftSide
        const expected = 3 * (-unbalanced.linear * spare + unbalanced.quadratic * spare ** 2)
        if (Math.abs(least - expected) > 1e-9 * Math.max(1, Math.abs(expected)) || filled !== least)
          expect({ row, leftSide, least, filled }).toBe(`energy ${expected}`)
      }
})

test('the series prefers what is just met to what is just missed', () => {
  for (const row of wholeRows({ maxBits: 6 })) {
    const states = rewritten(row, (r) => unbalancedRow(r, { linear: 1, quadratic: 0.5 }), 1)
    for (const met of states.filter(({ leftSide }) => leftSide === row.rhs))
      for (const missed of states.filter(({ leftSide }) => leftSide > row.rhs))
        expect(met.least).toBeLessThan(missed.least)
  }
})
