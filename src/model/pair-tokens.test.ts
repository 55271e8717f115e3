/** Token use by pair: an estimate's `tokens` decides capacity and context, and nothing else. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createInstance } from './builder.ts'
import type { EstimateDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { isEligible, pairMoneyUsd, pairTokens } from './pair.ts'

const gap = (estimates: Record<string, EstimateDocument>) =>
  createInstance({
    version: 1,
    agents: ['a', 'b'].map((id) => ({
      id,
      quality: 1,
      price: { inputPerMTokUsd: 1e6 },
      capacity: { tokens: 10 },
      contextTokens: 8,
    })),
    tasks: [
      { id: 't', inputTokens: 3, outputTokens: 2, estimates },
      { id: 'u', inputTokens: 5 },
    ],
  })

test('a pair takes the estimated tokens from capacity and context; its money stays', () => {
  const instance = gap({ a: { tokens: 7 }, b: { costUsd: 1 } })
  expect([0, 1].map((pool) => pairTokens(instance, 0, pool))).toEqual([7, 5])
  expect(pairMoneyUsd(instance, 0, 0)).toBe(3)
  expect(isEligible(gap({ a: { tokens: 9 } }), 0, 0)).toBe(false)
  const both = evaluate(instance, { agentOf: Int32Array.of(0, 0) })
  expect(both.tokensOfAgent[0]).toBe(12)
  expect(both.violations).toEqual([{ kind: 'capacity-tokens', agent: 0, load: 12, limit: 10 }])
  expect(evaluate(instance, { agentOf: Int32Array.of(1, 1) }).feasible).toBe(true)
})

test('negative estimated tokens are refused with their path', () => {
  expect(() => gap({ a: { tokens: -1 } })).toThrow(/estimates\.a\.tokens is -1/)
})

test('estimates are found whichever pools have one', () => {
  const pools = Array.from({ length: 12 }, (_, k) => `p${k}`)
  fc.assert(
    fc.property(fc.subarray([...pools.keys()]), (known) => {
      const instance = createInstance({
        version: 1,
        agents: pools.map((id) => ({ id, quality: 1 })),
        tasks: [
          { id: 'before', estimates: { p0: { tokens: 99 }, p11: { tokens: 99 } } },
          { id: 't', estimates: Object.fromEntries(known.map((k) => [`p${k}`, { tokens: 100 + k }])) },
          { id: 'after', estimates: { p3: { tokens: 98 } } },
        ],
      })
      pools.forEach((_, pool) => {
        expect(pairTokens(instance, 1, pool)).toBe(known.includes(pool) ? 100 + pool : 0)
      })
    }),
  )
})
