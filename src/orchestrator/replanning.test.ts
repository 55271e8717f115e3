import { expect, test } from 'vitest'
import { failing, instanceOf, LEVELS, runToEnd, scripted, tasks } from '../../test/harness/scripted-run.ts'
import { createReplan } from '../cli/running/replan.ts'
import type { RunState } from './run-state.ts'
import { DONE } from './task-status.ts'

test('when an agent goes down what is left is planned again within capacities, and stays where it can', async () => {
  const agents = LEVELS.map((agent) => ({ ...agent, capacity: { tasks: 12 } }))
  const instance = instanceOf(tasks(20), agents)
  const agentOf = Int32Array.from({ length: 20 }, (_, task) => (task < 10 ? 0 : 1))
  let reason = ''
  const { state } = await runToEnd({
    instance,
    agentOf,
    providers: { small: failing('unauthorized') },
    options: {
      replan: (now: RunState, why: string) => {
        reason = why
        return createReplan(1, async (residual, warm) => {
          const { solve } = await import('../solve/solve.ts')
          const { tightFirstSolver } = await import('../solvers/greedy/tight-first.ts')
          return solve(residual, tightFirstSolver(), { warmStart: { agentOf: warm } })
        })(now, why)
      },
    },
  })
  expect(state.counts[DONE]).toBe(20)
  expect(reason).toContain('"small" is down')
  expect(state.load[1]).toBeLessThanOrEqual(12)
  expect([...state.agentOf].slice(10)).toEqual(Array(10).fill(1))
})

test('a new plan moves what has not begun, and nothing else', async () => {
  const { state, kinds, events } = await runToEnd({
    instance: instanceOf(tasks(6)),
    providers: { small: failing('unauthorized') },
    options: {
      replan: async () => ({
        moves: Array.from({ length: 6 }, (_, task) => [task, 2] as const),
        solver: 'test',
      }),
    },
  })
  expect(state.counts[DONE]).toBe(6)
  expect(kinds('replanned')).toMatchObject([
    { solver: 'test', reason: expect.stringContaining('unauthorized') },
  ])
  const at = events.findIndex(({ kind }) => kind === 'replanned')
  const begun = new Set(
    events.slice(0, at).flatMap((event) => (event.kind === 'started' ? [event.task] : [])),
  )
  state.agentOf.forEach((agent, task) => {
    if (!begun.has(task)) expect(agent).toBe(2)
  })
  expect([...state.agentOf]).toContain(2)
})

test('spending well above the estimate asks for a new plan, once per step', async () => {
  const reasons: string[] = []
  const prices = [{ id: 'small', quality: 0.5, price: { outputPerMTokUsd: 10 }, latencyMs: 2_000 }]
  await runToEnd({
    instance: instanceOf(tasks(30, { outputTokens: 100, input: { maxOutputTokens: 400 } }), prices),
    providers: {
      small: {
        ...scripted(() => 'x'),
        billing: 'remote',
        doAttempt: async (_, { clock }) => {
          await new Promise<void>((resolve) => clock.after(2_000, resolve))
          return { output: 'x', usage: { inputTokens: 0, outputTokens: 200 } }
        },
      },
    },
    options: {
      replan: async (_, reason) => {
        reasons.push(reason)
        return undefined
      },
    },
  })
  expect(reasons).toEqual(['spending is 100 % above the estimate'])
})

test('the plan in force stays in force when planning again fails', async () => {
  const { state } = await runToEnd({
    instance: instanceOf(tasks(4)),
    providers: { small: failing('unauthorized') },
    options: {
      replan: async () => {
        throw new Error('the solver broke')
      },
    },
  })
  expect(state.counts[DONE]).toBe(4)
})

test('a plan that runs late is not waited for: the run ends on the plan in force', async () => {
  const { state, run } = await runToEnd({
    instance: instanceOf(tasks(4)),
    providers: { small: failing('unauthorized') },
    options: { replan: () => new Promise(() => {}), tuning: { replanMs: 2_000 } },
  })
  expect(state.counts[DONE]).toBe(4)
  expect(run.clock.now()).toBeLessThan(3_000)
})

test('a plan made before others took the room overfills nobody: its last moves are dropped', async () => {
  const agents = LEVELS.map((agent) => ({ ...agent, capacity: { tasks: agent.id === 'large' ? 3 : 20 } }))
  const { state, kinds } = await runToEnd({
    instance: instanceOf(tasks(10), agents),
    providers: { small: failing('unauthorized') },
    options: {
      replan: async () => ({
        moves: Array.from({ length: 10 }, (_, task) => [task, task < 5 ? 2 : 1] as const),
        solver: 'test',
      }),
    },
  })
  expect(state.counts[DONE]).toBe(10)
  expect(state.load[2]).toBeLessThanOrEqual(3)
  expect(kinds('replanned')).toHaveLength(1)
})
