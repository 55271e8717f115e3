import { expect, test } from 'vitest'
import { rewritten, wholeRows } from '../../../test/rewritten-row.ts'
import { halfStepRow } from './half-step-row.ts'

test('both allowed values cost nothing, the weight comes one beyond and more further on, without a bit', () => {
  let states = 0
  for (const { least, ...row } of wholeRows({ maxBits: 12 })) {
    if (row.rhs - least !== 1) continue
    for (const state of rewritten({ ...row, least }, halfStepRow, 4)) {
      states++
      const over = state.leftSide - row.rhs
      // over is -1 or 0 where the row holds.
      if (Math.abs(state.least - 2 * (over + 1) * over) > 1e-9 || state.filled !== state.least)
        expect({ row, ...state }).toBe(`energy ${2 * (over + 1) * over}`)
    }
  }
  expect(states).toBeGreaterThan(10_000)
})
