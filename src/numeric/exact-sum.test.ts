import { expect, test } from 'vitest'
import { ExactSum } from './exact-sum.ts'
import { createRng } from './rng.ts'

test('what is left after large terms cancel is within the error that is stated', () => {
  for (let seed = 0; seed < 500; seed++) {
    const rng = createRng(seed)
    const sum = new ExactSum(0)
    // Terms of up to 2^80 in units of 2^-20, added as whole numbers beside.
    let truth = 0n
    const add = (a: number, b: number): void => {
      sum.addProduct(a, b)
      truth += BigInt(a) * BigInt(b)
    }
    const terms: [number, number][] = Array.from({ length: 20 }, () => [
      rng.nextInt(2 ** 31),
      rng.nextInt(2 ** 31) * 2 ** 18,
    ])
    for (const [a, b] of terms) add(a, b)
    add(1 + rng.nextInt(100), 1)
    for (const [a, b] of terms) add(-a, b)
    const { value, error } = sum.approximate()
    expect(error).toBeLessThan(1e-3)
    expect(Math.abs(value - Number(truth))).toBeLessThanOrEqual(error)
  }
})

test('an error that is added is part of what is stated, and infinite terms stay infinite', () => {
  const sum = new ExactSum(1)
  sum.addError(0.5)
  expect(sum.approximate().error).toBeGreaterThanOrEqual(0.5)
  sum.addProduct(-1, Infinity)
  expect(sum.approximate().value).toBe(-Infinity)
})
