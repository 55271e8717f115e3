import { expect, test } from 'vitest'
import { allStates } from '../../../test/models.ts'
import { encodeInteger, type IntegerEncoding } from './integer-encoding.ts'

const encodings: IntegerEncoding[] = ['binary', 'unary', 'domain-wall']

test.each(encodings)(
  '%s: the bits of every value decode to it, and every state to a value of the range',
  (encoding) => {
    for (const lower of [-7, -1, 0, 3])
      for (let range = 0; range <= 12; range++) {
        const { coefficients, lower: low, bitsOf } = encodeInteger(lower, lower + range, encoding)
        const decode = (bits: ArrayLike<number>) =>
          coefficients.reduce((sum, a, k) => sum + a * bits[k]!, low)
        for (let value = lower; value <= lower + range; value++) expect(decode(bitsOf(value))).toBe(value)
        for (const state of allStates(coefficients.length)) {
          const value = decode(state)
          if (value < lower || value > lower + range) expect(value).toBe(`in ${lower} .. ${lower + range}`)
        }
      }
  },
)

test('domain-wall bits in order are as many as values, and each the bits of its value', () => {
  for (let range = 0; range <= 12; range++) {
    const { coefficients, ordered, bitsOf } = encodeInteger(0, range, 'domain-wall')
    expect(ordered).toBe(true)
    const inOrder = [...allStates(coefficients.length)].filter((state) =>
      state.every((bit, k) => k === 0 || bit <= state[k - 1]!),
    )
    expect(inOrder.length).toBe(range + 1)
    for (const state of inOrder)
      expect([...bitsOf(state.reduce((sum, bit) => sum + bit, 0))]).toEqual([...state])
  }
})

test('bounds between whole numbers are rounded inwards; endless and empty ranges are refused', () => {
  expect(encodeInteger(-0.5, 2.9, 'binary')).toMatchObject({ lower: 0, coefficients: [1, 1] })
  for (const [lower, upper] of [
    [0, Infinity],
    [0.2, 0.8],
  ] as const)
    expect(() => encodeInteger(lower, upper, 'binary')).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
})
