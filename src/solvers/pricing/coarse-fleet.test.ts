import { expect, test } from 'vitest'
import { lcrp } from '../../generators/lcrp.ts'
import { createRng } from '../../numeric/rng.ts'
import { ascend } from './ascent.ts'
import { baysOfParts, buildBays } from './bays.ts'
import { buildCells } from './cells.ts'
import { coarsenFleet, refinePrices, usedTokens } from './coarse-fleet.ts'
import { createExactBound } from './exact-bound.ts'
import { buildProblem, type Problem } from './problem.ts'
import { reducedCosts } from './reduced-costs.ts'
import { buildRows } from './rows.ts'
import { createSmoothDual } from './smooth-dual.ts'

function problemOf(options: Parameters<typeof lcrp>[0]): Problem {
  const built = buildProblem(lcrp(options))
  if (!built.ok) throw new Error(built.detail)
  return built.problem
}

const context = {
  rng: createRng(1),
  now: () => 0,
  deadline: Infinity,
  signal: { aborted: false },
  breathe: () => Promise.resolve(),
}

test('the bound by boxes is the bound task by task', () => {
  const problem = problemOf({ tasks: 3000, agents: 60, chains: 0.3, seed: 2 })
  const [rows, cells, rng] = [buildRows(problem), buildCells(problem, 5000), createRng(4)]
  const exact = createExactBound(problem, cells, rows)
  for (let trial = 0; trial < 3; trial++) {
    const y = new Float64Array(rows.count)
    for (let group = 0; group < problem.groups.count; group++) {
      y[group] = 1e-3 * rng.nextFloat()
      y[rows.width + group] = 2e-5 * rng.nextFloat()
    }
    const { boundUsd } = reducedCosts(problem, rows, y)
    expect(Math.abs(exact.evaluate(y) - boundUsd)).toBeLessThan(1e-9 * (1 + Math.abs(boundUsd)))
  }
})

test('prices of parts of a fleet, refined by what is used, are near good prices of the fleet', async () => {
  const problem = problemOf({ tasks: 6000, agents: 600, chains: 0.1, seed: 1 })
  const rows = buildRows(problem)
  const parts = coarsenFleet(problem, 3)!
  const partRows = buildRows(parts.problem)
  const cells = buildCells(parts.problem, 50_000)
  const dual = createSmoothDual(parts.problem, cells, partRows)
  const y = new Float64Array(partRows.count)
  await ascend({ problem: parts.problem, cells, rows: partRows, dual }, y, {
    context,
    first: 0.5,
    last: 1e-3,
    onStage: () => false,
  })
  const bound = createExactBound(problem, buildCells(problem, 50_000), rows)
  const used = usedTokens(parts.problem, cells, dual.plan())
  const given = { rows, coarseRows: partRows, y }
  const refined = bound.evaluate(refinePrices(problem, parts, { ...given, used }))
  expect(refined).toBeGreaterThan(bound.evaluate(refinePrices(problem, parts, given)))
  const own = createExactBound(parts.problem, cells, partRows).evaluate(y)
  expect(refined).toBeGreaterThan(0.95 * own)
})

test('bays ordered by part are the same bays', () => {
  const problem = problemOf({ tasks: 4000, agents: 600, seed: 3 })
  const parts = coarsenFleet(problem, 3)!
  const bays = buildBays(problem)
  const ordered = baysOfParts(bays, parts.of, parts.problem.groups.count)
  expect(Array.from(ordered.own).sort((a, b) => a - b)).toEqual(
    Array.from({ length: bays.count }, (_, bay) => bay),
  )
  for (let part = 0; part < parts.problem.groups.count; part++)
    for (let k = ordered.start[part]!; k < ordered.start[part + 1]!; k++) {
      expect(parts.of[bays.groupOf[ordered.own[k]!]!]).toBe(part)
      expect(ordered.capacityTokens[k]).toBe(bays.capacityTokens[ordered.own[k]!])
      expect(ordered.agent[k]).toBe(bays.agent[ordered.own[k]!])
    }
})
