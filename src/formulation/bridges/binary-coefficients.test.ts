import { expect, test } from 'vitest'
import { allStates } from '../../../test/models.ts'
import { binaryBits, binaryCoefficients } from './binary-coefficients.ts'

const sumOf = (coefficients: readonly number[], bits: ArrayLike<number>): number =>
  coefficients.reduce((sum, a, k) => sum + a * bits[k]!, 0)

test('every value of every range up to 12 bits has bits, and no state lies outside the range', () => {
  for (let range = 0; range < 4096; range += range < 300 ? 1 : 97) {
    const coefficients = binaryCoefficients(range)
    expect(coefficients.length).toBe(range === 0 ? 0 : Math.floor(Math.log2(range)) + 1)
    for (let value = 0; value <= range; value++)
      if (sumOf(coefficients, binaryBits(range, value)) !== value) expect(range).toBe(`writes ${value}`)
    let most = 0
    for (const state of allStates(coefficients.length)) most = Math.max(most, sumOf(coefficients, state))
    expect(most).toBe(range)
  }
})
