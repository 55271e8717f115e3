/** The paper's workload and hardware instances against every figure the paper prints for them. */
import { expect, test } from 'vitest'
import { evaluate } from '../model/evaluate.ts'
import { pairMoneyUsd, pairQuality } from '../model/pair.ts'
import { lcrpHardware, lcrpWorkload } from './lcrp-paper.ts'

const [GEMMA, HAIKU, SONNET] = [0, 1, 2]

/** Money in cents and the share of tasks at or above their quality floor. */
function figures(tasks: 2 | 4 | 6, agentOf: number[]): [string, number] {
  const instance = lcrpHardware(tasks)
  const { moneyUsd } = evaluate(instance, { agentOf: Int32Array.from(agentOf) })
  const good = agentOf.filter(
    (pool, task) => pairQuality(instance, task, pool) >= instance.tasks.minQuality[task]!,
  )
  return [moneyUsd.toFixed(2), Math.round((100 * good.length) / tasks)]
}

test.each<[2 | 4 | 6, number[], string, number]>([
  [2, [HAIKU, GEMMA], '0.24', 50],
  [4, [HAIKU, GEMMA, GEMMA, GEMMA], '0.24', 25],
  [4, [HAIKU, SONNET, GEMMA, GEMMA], '6.23', 50],
  [4, [HAIKU, SONNET, SONNET, GEMMA], '14.22', 75],
  [4, [GEMMA, SONNET, HAIKU, GEMMA], '6.65', 25],
  [4, [GEMMA, HAIKU, GEMMA, GEMMA], '0.50', 0],
  [4, [GEMMA, GEMMA, GEMMA, HAIKU], '0.42', 0],
  [6, [HAIKU, SONNET, SONNET, GEMMA, GEMMA, GEMMA], '14.22', 67],
  [6, [HAIKU, SONNET, SONNET, GEMMA, GEMMA, SONNET], '20.28', 67],
  [6, [HAIKU, HAIKU, HAIKU, GEMMA, GEMMA, GEMMA], '1.41', 33],
  [6, [HAIKU, HAIKU, HAIKU, GEMMA, HAIKU, GEMMA], '1.62', 33],
])('%d tasks on %j cost $%s at %d %% quality, as the paper prints', (tasks, agentOf, money, quality) => {
  expect(figures(tasks, agentOf)).toEqual([money, quality])
})

test('greedy on the 4 x 3 instance costs $14.22: the cheapest tier good enough, else the cheapest', () => {
  const instance = lcrpHardware(4)
  const greedy = Array.from({ length: 4 }, (_, task) => {
    const good = [GEMMA, HAIKU, SONNET].filter(
      (pool) => pairQuality(instance, task, pool) >= instance.tasks.minQuality[task]!,
    )
    return good[0] ?? GEMMA
  })
  const money = greedy.reduce((sum, pool, task) => sum + pairMoneyUsd(instance, task, pool), 0)
  expect(money.toFixed(2)).toBe('14.22')
})

test('the soft floor makes the plan that meets it where it can the best of all 81', () => {
  const instance = lcrpHardware(4)
  const all = Array.from({ length: 81 }, (_, code) =>
    Int32Array.from([code % 3, Math.floor(code / 3) % 3, Math.floor(code / 9) % 3, Math.floor(code / 27)]),
  )
  const best = all.toSorted(
    (a, b) => evaluate(instance, { agentOf: a }).objective - evaluate(instance, { agentOf: b }).objective,
  )[0]!
  expect([...best]).toEqual([HAIKU, SONNET, SONNET, GEMMA])
})

test("the workload has the paper's mix on its five tiers, and each task an eligible tier", () => {
  const { tasks, fleet } = lcrpWorkload({ tasks: 20_000, seed: 3, sla: true })
  expect(fleet.poolIds).toHaveLength(5)
  const share = (name: string) =>
    tasks.complexity.filter((c) => tasks.complexities[c] === name).length / tasks.count
  const mix = ['trivial', 'simple', 'moderate', 'complex', 'expert'].map(share)
  const expected = [0.3, 0.25, 0.25, 0.15, 0.05]
  mix.forEach((value, c) => {
    expect(Math.abs(value - expected[c]!)).toBeLessThan(0.02)
  })
  for (let task = 0; task < tasks.count; task++) {
    const good = [...fleet.quality.keys()].some(
      (pool) =>
        fleet.quality[pool]! >= tasks.minQuality[task]! &&
        fleet.latencyMs[pool]! <= tasks.maxLatencyMs[task]!,
    )
    expect(good).toBe(true)
  }
})

test('a budget and a seed are kept', () => {
  expect(lcrpWorkload({ budgetUsd: 3 }).policy.budgetUsd).toBe(3)
  expect(lcrpWorkload({ seed: 1 }).tasks.inputTokens).toEqual(lcrpWorkload({ seed: 1 }).tasks.inputTokens)
  expect(lcrpWorkload({ seed: 1 }).tasks.inputTokens).not.toEqual(lcrpWorkload({ seed: 2 }).tasks.inputTokens)
})
