import { expect, test } from 'vitest'
import { createInstance } from '../../model/builder.ts'
import { evaluate } from '../../model/evaluate.ts'
import { createRng } from '../../numeric/rng.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { verify } from '../../verify/verify.ts'
import { buildCells } from './cells.ts'
import { createExactBound } from './exact-bound.ts'
import { liftPrices } from './lift-prices.ts'
import { certificateOf } from './pricing.ts'
import { buildProblem } from './problem.ts'
import { buildRows } from './rows.ts'
import { createSmoothDual } from './smooth-dual.ts'

const context: SolveContext = {
  rng: createRng(1),
  now: () => 0,
  deadline: Infinity,
  signal: { aborted: false },
  breathe: async () => {},
  onIncumbent: () => {},
  onBound: () => {},
}

const agent = (id: string, quality: number, usd: number, tokens: number) => ({
  id,
  quality,
  price: { inputPerMTokUsd: usd, outputPerMTokUsd: usd },
  capacity: { tokens },
})

/** One task of 31 is too many for the three cheap agents, so it goes to the dear one. */
const instance = createInstance({
  version: 1,
  policy: { overkillWeight: 0 },
  agents: [
    agent('a', 0.7, 1, 1000),
    agent('b', 0.71, 1.01, 1000),
    agent('c', 0.72, 1.02, 1000),
    agent('dear', 0.9, 9, 1e6),
  ],
  tasks: Array.from({ length: 31 }, (_, k) => ({
    id: `t${k}`,
    minQuality: 0.6,
    inputTokens: 100,
    outputTokens: 0,
  })),
})
const plan = { agentOf: Int32Array.from({ length: 31 }, (_, task) => Math.floor(task / 10)) }

test('agents that are full together are raised together, up to what the pushed-off task pays', async () => {
  const built = buildProblem(instance)
  if (!built.ok) throw new Error(built.detail)
  const { problem } = built
  const [rows, cells] = [buildRows(problem), buildCells(problem, 1e4)]
  const { feasible, objective } = evaluate(instance, plan)
  expect(feasible).toBe(true)
  const y = new Float64Array(rows.count)
  const boundUsd = createExactBound(problem, cells, rows).evaluate(y)
  expect(objective - boundUsd).toBeGreaterThan(0.2 * objective)
  const fractional = createSmoothDual(problem, cells, rows).plan()
  const found = { rows, cells, y, boundUsd, lastY: y, plan: fractional, steps: 0 }
  const lifted = await liftPrices(problem, found, { plan, objective, context })
  expect(objective - lifted.boundUsd).toBeLessThan(0.02 * objective)
  const verdict = verify(instance, plan, certificateOf(problem, lifted))
  expect(verdict.status).toBe('proven')
  expect(verdict.gap).toBeLessThan(0.02)
})
