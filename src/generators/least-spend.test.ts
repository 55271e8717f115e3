/** The polymatroid greedy against enumeration of every way to serve the tokens. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LeastSpendInput, leastSpendUsd } from './least-spend.ts'

/** Tries every agent for every single token. */
function enumerate({ demand, price, capacity, eligible }: LeastSpendInput): number {
  const tokens = [...demand].flatMap((count, c) => Array<number>(count).fill(c))
  const left = capacity.slice()
  const serve = (at: number): number => {
    if (at === tokens.length) return 0
    let best = Infinity
    for (let agent = 0; agent < price.length; agent++) {
      if (left[agent]! < 1 || !eligible[agent]!.includes(tokens[at]!)) continue
      left[agent]! -= 1
      best = Math.min(best, price[agent]! + serve(at + 1))
      left[agent]! += 1
    }
    return best
  }
  return serve(0)
}

test('the least spend is what enumeration finds, or Infinity when nothing fits', () => {
  const small = fc.record({
    demand: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }),
    agents: fc.array(
      fc.record({
        price: fc.integer({ min: 0, max: 9 }),
        capacity: fc.integer({ min: 0, max: 3 }),
        eligible: fc.subarray([0, 1, 2]),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  fc.assert(
    fc.property(small, ({ demand, agents }) => {
      const input = {
        demand: Float64Array.from(demand),
        price: Float64Array.from(agents, ({ price }) => price),
        capacity: Float64Array.from(agents, ({ capacity }) => capacity),
        eligible: agents.map(({ eligible }) => eligible),
      }
      expect(leastSpendUsd(input)).toBe(enumerate(input))
    }),
    { numRuns: 300 },
  )
})
