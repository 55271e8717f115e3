import { expect, test } from 'vitest'
import { createInstance } from '../model/builder.ts'
import { actualNano, toNano, worstCaseNano } from './money.ts'

test('dollars become whole nano-dollars, upwards, without the noise of doubles', () => {
  expect(toNano(0.015)).toBe(15_000_000)
  expect(toNano(11.07)).toBe(11_070_000_000)
  expect(toNano(0.1 + 0.2)).toBe(300_000_000)
  expect(toNano(1e-9)).toBe(1)
  expect(toNano(1.5e-9)).toBe(2)
  expect(toNano(Infinity)).toBe(Infinity)
  expect(() => toNano(1e9)).toThrow(/more than can be counted/)
})

const instance = createInstance({
  version: 1,
  agents: [{ id: 'a', quality: 1, price: { perTaskUsd: 0.001, inputPerMTokUsd: 1, outputPerMTokUsd: 10 } }],
  tasks: [{ id: 't', inputTokens: 1000, outputTokens: 100 }],
})
const pair = { task: 0, pool: 0 }

test('usage as planned costs what was planned, other usage what its tokens cost', () => {
  expect(actualNano(instance, pair, { inputTokens: 1000, outputTokens: 100 })).toBe(3_000_000)
  expect(actualNano(instance, pair, { inputTokens: 500, outputTokens: 10 })).toBe(1_600_000)
  expect(actualNano(instance, pair, { inputTokens: 0, outputTokens: 0, costUsd: 0.5 })).toBe(500_000_000)
})

test('the worst case is never below the plan', () => {
  expect(worstCaseNano(instance, pair, { inputTokens: 10, outputTokens: 10 })).toBe(3_000_000)
  expect(worstCaseNano(instance, pair, { inputTokens: 1000, outputTokens: 1000 })).toBe(12_000_000)
})
