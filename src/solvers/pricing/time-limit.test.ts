import { expect, test } from 'vitest'
import { lcrp } from '../../generators/lcrp.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Plan } from '../../model/plan.ts'
import { createRng } from '../../numeric/rng.ts'
import { verify } from '../../verify/verify.ts'
import { buildBays } from './bays.ts'
import { fill } from './fill.ts'
import { pricingSolver } from './pricing.ts'
import { buildProblem } from './problem.ts'
import { buildRows } from './rows.ts'

/** A clock that moves on by one with every look at it, so that looks are what a limit is made of. */
function tickingClock(limit: number): { now: () => number; looks: () => number; late: () => number } {
  let looks = 0
  return { now: () => ++looks, looks: () => looks, late: () => Math.max(0, looks - limit) }
}

async function runFor(limit: number) {
  const instance = lcrp({ tasks: 3000, agents: 300, chains: 0.1, seed: 2 })
  const clock = tickingClock(limit)
  const incumbents: Plan[] = []
  let breathsLate = 0
  const candidate = await pricingSolver({ effort: 50 }).doSolve(instance, {
    rng: createRng(1),
    now: clock.now,
    deadline: limit,
    signal: { aborted: false },
    breathe: async () => {
      if (clock.late() > 0) breathsLate++
    },
    onIncumbent: (plan) => incumbents.push(plan),
    onBound: () => {},
  })
  return { instance, candidate, incumbents, clock, breathsLate }
}

test.each([20, 100, 400, 1000])(
  'a limit of %i looks at the clock is kept with a plan and its proof',
  async (limit) => {
    const { instance, candidate, incumbents, clock, breathsLate } = await runFor(limit)
    expect(clock.looks()).toBeGreaterThanOrEqual(limit)
    // Each stage looks a few times and ends; none goes on breathing through its work.
    expect(clock.late()).toBeLessThan(40)
    expect(breathsLate).toBeLessThan(10)
    expect(candidate.complete).toBe(false)
    expect(incumbents.length).toBeGreaterThan(0)
    expect(evaluate(instance, candidate.plan!).feasible).toBe(true)
    expect(verify(instance, candidate.plan!, candidate.certificate!).status).toBe('proven')
  },
)

test('filling up by price keeps every promise at once, chains included, and stops where there is no time', async () => {
  const built = buildProblem(lcrp({ tasks: 10_000, agents: 500, chains: 0.1, seed: 3 }))
  if (!built.ok) throw new Error(built.detail)
  const { problem } = built
  const bays = buildBays(problem)
  const rows = buildRows(problem)
  const context = { rng: createRng(1), now: () => 0, signal: { aborted: false }, breathe: async () => {} }
  const input = { problem, bays, rows, y: new Float64Array(rows.count) }
  const filled = await fill({ ...input, context: { ...context, deadline: 1 } })
  expect(filled!.missing).toBe(0)
  const load = new Float64Array(bays.count)
  const tokens = new Float64Array(bays.count)
  filled!.bayOf.forEach((bay, task) => {
    load[bay]! += 1
    tokens[bay]! += problem.tokens[task]!
  })
  for (let bay = 0; bay < bays.count; bay++) {
    expect(load[bay]).toBeLessThanOrEqual(bays.capacityTasks[bay]!)
    expect(tokens[bay]).toBeLessThanOrEqual(bays.capacityTokens[bay]!)
  }
  expect(await fill({ ...input, context: { ...context, deadline: 0 } })).toBeUndefined()
})
