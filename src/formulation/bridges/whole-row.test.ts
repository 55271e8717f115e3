import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allStates } from '../../../test/models.ts'
import { type LinearRow, wholeRow } from './whole-row.ts'

const leftSide = (coefficients: readonly number[], state: Int8Array): number =>
  coefficients.reduce((sum, a, bit) => sum + a * state[bit]!, 0)

const holds = (left: number, { sense, rhs }: LinearRow): boolean => {
  const noise = 1e-9 * Math.max(1, Math.abs(rhs))
  if (sense === '==') return Math.abs(left - rhs) <= noise
  return sense === '<=' ? left <= rhs + noise : left >= rhs - noise
}

/** Rows of up to 12 coefficients with so many decimals. */
const rows = (decimals: number): fc.Arbitrary<LinearRow> => {
  const value = fc.integer({ min: -400, max: 400 }).map((x) => x / 10 ** decimals)
  return fc.record({
    coefficients: fc.array(value, { maxLength: 12 }),
    sense: fc.constantFrom('<=' as const, '>=' as const, '==' as const),
    rhs: value,
  })
}

for (const decimals of [0, 1, 2, 3])
  test(`rows of ${decimals} decimals become whole rows that the same states satisfy`, () => {
    fc.assert(
      fc.property(rows(decimals), (row) => {
        const whole = wholeRow(row, 2 ** 20)
        if (!whole.whole) return
        expect(whole.exact).toBe(true)
        expect([...whole.coefficients, whole.rhs].every(Number.isInteger)).toBe(true)
        const sign = row.sense === '>=' ? -1 : 1
        for (const state of allStates(row.coefficients.length)) {
          const left = leftSide(row.coefficients, state)
          const scaled = leftSide(whole.coefficients, state)
          // The way back: what 1 of the whole row is in the row.
          if (Math.abs(sign * scaled * whole.unit - left) > 1e-9) expect(scaled * whole.unit).toBe(left)
          const isMet = row.sense === '==' ? scaled === whole.rhs : scaled <= whole.rhs
          if (isMet !== holds(left, row)) expect({ row, whole, left, scaled }).toBe('alike')
        }
      }),
      { numRuns: 60 },
    )
  })

test('rows that do not fit are cut to the safe side, by no more than is said', () => {
  let cut = 0
  const value = fc.double({ min: -3, max: 3, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 10 }), value, (coefficients, rhs) => {
      const row = { coefficients, sense: '<=', rhs } as const
      const whole = wholeRow(row, 63)
      for (const state of allStates(coefficients.length)) {
        const left = leftSide(coefficients, state)
        const isMet = leftSide(whole.coefficients, state) <= whole.rhs
        // Whatever it lets through, the row lets through.
        if (isMet && !holds(left, row)) expect({ row, whole, left }).toBe('refused')
        if (!isMet && holds(left, row)) {
          cut++
          expect(rhs - left).toBeLessThanOrEqual(whole.tightenedBy + 1e-9)
        }
      }
    }),
    { numRuns: 100 },
  )
  expect(cut).toBeGreaterThan(10)
})

test('an equality that no state can meet is kept as it is', () => {
  expect(wholeRow({ coefficients: [2, 4], sense: '==', rhs: 3 }, 100)).toMatchObject({
    coefficients: [2, 4],
    rhs: 3,
    whole: false,
  })
})
