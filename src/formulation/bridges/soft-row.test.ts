import { expect, test } from 'vitest'
import { rewritten, rowOf, wholeRows } from '../../../test/rewritten-row.ts'
import { softRow } from './soft-row.ts'

/** By how much a row is missed. */
const missedBy = (leftSide: number, { rhs, equality }: { rhs: number; equality: boolean }): number =>
  equality ? Math.abs(leftSide - rhs) : Math.max(0, leftSide - rhs)

for (const penalty of ['linear', 'quadratic'] as const)
  test(`with the best bits every state costs its ${penalty} price, and fillSlack finds them`, () => {
    let states = 0
    for (const equality of [false, true])
      for (const plain of wholeRows({ maxBits: 6, maxRange: 7 })) {
        if (plain.most - plain.rhs > 15) continue
        const row = { ...plain, equality, unit: 0.5 }
        const soft = { weight: 3, penalty }
        // Price per unit or squared unit; the weight of a linear price's hard row must exceed it, here by far.
        const planned = softRow(row, soft, () => 0)
        const weight = planned.fixedWeight ?? 100
        let dearest = 0
        for (const { leftSide, least, filled } of rewritten(
          row,
          (r, addBit) => softRow(r, soft, addBit),
          weight,
        )) {
          states++
          const missed = missedBy(leftSide, row) * row.unit
          const price = 3 * (penalty === 'linear' ? missed : missed ** 2)
          dearest = Math.max(dearest, price)
          if (Math.abs(least - price) > 1e-9 || Math.abs(filled - price) > 1e-9)
            expect({ row, leftSide, least, filled }).toBe(`energy ${price}`)
        }
        expect(planned.largestSoftPenalty).toBeGreaterThanOrEqual(dearest - 1e-9)
      }
    expect(states).toBeGreaterThan(3000)
  })

test('a linear price on coefficients that are no short decimals is refused', () => {
  expect(() =>
    softRow({ ...rowOf([Math.PI], 1), whole: false }, { weight: 1, penalty: 'linear' }, () => 0),
  ).toThrow(expect.objectContaining({ code: 'unsupported' }))
})
