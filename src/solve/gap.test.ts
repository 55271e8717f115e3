import { expect, test } from 'vitest'
import { lcrp } from '../generators/lcrp.ts'
import type { Plan } from '../model/plan.ts'
import { mustStop } from './context.ts'
import { solve } from './solve.ts'
import type { Solver } from './solver.ts'

const instance = lcrp({ tasks: 20, agents: 4, seed: 2 })
const everyOnFirst: Plan = { agentOf: new Int32Array(20) }

/** Announces what it is told to, and says whether it was then asked to stop. */
function announcing(claims: { plan: Plan; objective: number; bound: number }): Solver & { asked: boolean } {
  const solver = {
    name: 'announcing',
    options: {},
    asked: false,
    supports: () => ({ ok: true }) as const,
    doSolve: (_: unknown, context: Parameters<Solver['doSolve']>[1]) => {
      context.onBound(claims.bound)
      context.onIncumbent(claims.plan, claims.objective)
      solver.asked = mustStop(context)
      return Promise.resolve({ complete: !solver.asked })
    },
  }
  return solver
}

test('a plan that only claims to be within the gap ends nothing', async () => {
  const liar = announcing({ plan: everyOnFirst, objective: 1, bound: 1 })
  const { termination } = await solve(instance, liar, { gap: 0.5 })
  expect(liar.asked).toBe(false)
  expect(termination.reason).toBe('no-feasible-plan')
})

test('a gap that is not a part of one is refused', async () => {
  const solver = announcing({ plan: everyOnFirst, objective: 1, bound: 1 })
  await expect(solve(instance, solver, { gap: 1.5 })).rejects.toThrow('gap is 1.5')
})
