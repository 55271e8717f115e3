import { expect, test } from 'vitest'
import { lcrp } from '../../generators/lcrp.ts'
import { createInstance } from '../../model/builder.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { createRng } from '../../numeric/rng.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { createAssignment } from './assignment.ts'
import { buildBays } from './bays.ts'
import { buildCandidates } from './candidates.ts'
import { buildCells } from './cells.ts'
import { entryTable } from './entry-table.ts'
import { exchangeRoom } from './exchange.ts'
import { fill } from './fill.ts'
import { capacityWorth, overloadPrices } from './find-plan.ts'
import { buildProblem } from './problem.ts'
import { buildRows } from './rows.ts'
import { createSearchArena } from './search-arena.ts'
import { STATE } from './search-layout.ts'
import { toPlan } from './to-plan.ts'

const unlimited = (): SolveContext => ({
  rng: createRng(1),
  now: () => 0,
  deadline: Infinity,
  signal: { aborted: false },
  breathe: async () => {},
  onIncumbent: () => {},
  onBound: () => {},
})

/** A plan to exchange tasks in, at made-up prices per token of each group. */
async function planOf(instance: Instance, tokenPrice: (group: number) => number, bayOf?: readonly number[]) {
  const built = buildProblem(instance)
  if (!built.ok) throw new Error(built.detail)
  const { problem } = built
  const [bays, rows, cells] = [buildBays(problem), buildRows(problem), buildCells(problem, 1e5)]
  const y = new Float64Array(rows.count)
  for (let group = 0; group < problem.groups.count; group++) y[rows.width + group] = tokenPrice(group)
  const found = { rows, lastY: y, boundUsd: 1 }
  const prices = overloadPrices(problem, bays, found)
  const entryOf = entryTable(problem.classes, problem.groups)
  const assignment = createAssignment({ problem, bays, entryOf, prices })
  const start = bayOf ?? (await fill({ problem, bays, rows, y, context: unlimited() }))!.bayOf
  start.forEach((bay, task) => {
    assignment.shift(task, bay)
  })
  const candidates = buildCandidates(problem, cells, { rows, y, width: 32, within: 100 })
  const space = createSearchArena({
    problem,
    bays,
    cells,
    candidates,
    assignment,
    rng: createRng(1),
    looks: 3,
    isFocused: true,
  })
  const worth = capacityWorth(problem, bays, found)
  const judge = () => evaluate(instance, toPlan(problem, bays, assignment.bayOf))
  return { space, bays, worth, assignment, mean: 1e-3 / instance.tasks.count, context: unlimited(), judge }
}

test('two tasks change places with two others where no single exchange would do', async () => {
  const agent = (id: string, usd: number, tokens: number) => ({
    id,
    quality: 0.9,
    price: { inputPerMTokUsd: usd },
    capacity: { tokens },
  })
  const instance = createInstance({
    version: 1,
    agents: [agent('cheap', 1, 100), agent('dear', 9, 1000)],
    tasks: [60, 37, 50, 50].map((inputTokens, k) => ({ id: `t${k}`, inputTokens, outputTokens: 0 })),
  })
  const parts = await planOf(instance, (group) => (group === 0 ? 8e-6 : 0), [0, 0, 1, 1])
  expect(parts.judge().feasible).toBe(true)
  expect(await exchangeRoom(parts)).toBe(1)
  parts.space.writeBack(parts.assignment)
  expect(Array.from(parts.assignment.bayOf)).toEqual([1, 1, 0, 0])
  expect(parts.judge().feasible).toBe(true)
})

test('exchanges cost less each, stay within every capacity and budget, and say what they save', async () => {
  for (const seed of [1, 2, 3]) {
    const instance = lcrp({ tasks: 300, agents: 16, chains: 0.2, budget: { factor: 1.2 }, seed })
    const parts = await planOf(instance, () => 2e-5)
    const before = parts.judge()
    expect(before.feasible).toBe(true)
    expect(await exchangeRoom(parts)).toBeGreaterThan(10)
    expect(parts.space.isWithin()).toBe(true)
    const claimed = parts.space.arrays.state[STATE.objective]!
    parts.space.writeBack(parts.assignment)
    const after = parts.judge()
    expect(after.feasible).toBe(true)
    expect(after.objective).toBeCloseTo(claimed, 9)
    expect(after.objective).toBeLessThan(before.objective)
  }
})
