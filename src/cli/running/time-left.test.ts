import { expect, test } from 'vitest'
import { createInstance } from '../../model/builder.ts'
import { RunState } from '../../orchestrator/run-state.ts'
import { timeLeftMs } from './time-left.ts'

const LIMITS = { runNano: Infinity, workflowNano: Infinity, taskNano: new Map<number, number>() }

/** Ten tasks on a slow agent, ten on a fast one, and a chain of three over both; the plan is twice too hopeful. */
function begun(): RunState {
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'slow', quality: 0.9, latencyMs: 1_000 },
      { id: 'fast', quality: 0.9, latencyMs: 100 },
    ],
    tasks: [
      ...Array.from({ length: 20 }, (_, k) => ({ id: `t${k}` })),
      { id: 'a' },
      { id: 'b', dependsOn: ['a'] },
      { id: 'c', dependsOn: ['b'] },
    ],
  })
  const agentOf = Int32Array.from({ length: instance.tasks.count }, (_, k) =>
    k < 10 ? 0 : k < 20 ? 1 : k < 22 ? 0 : 1,
  )
  return new RunState(instance, agentOf, LIMITS)
}

function answer(state: RunState, task: number, times: { readonly from: number; readonly to: number }): void {
  const agent = state.agentOf[task]!
  state.apply({ kind: 'started', task, fence: 1, agent, hold: 0, at: times.from })
  state.apply({
    kind: 'ended',
    task,
    fence: 1,
    cause: 'accepted',
    cost: 0,
    reason: '',
    retryAt: 0,
    at: times.to,
  })
}

const left = (state: RunState, places: number, atMs = 0): number | undefined =>
  timeLeftMs(state, { concurrencyOf: () => places, atMs })

test('the time left is that of the fullest queue at the speed seen, not the pace of all agents together', () => {
  const state = begun()
  expect(left(state, 1)).toBeUndefined()
  // The fast agent has run through its tasks, twice as slow as planned: a pace of five tasks a second.
  for (let k = 10; k < 20; k++) answer(state, k, { from: (k - 10) * 200, to: (k - 9) * 200 })
  expect(left(state, 1)).toBeCloseTo(12 * 2_000)
  expect(left(state, 4)).toBeCloseTo(6_000)
})

test('with places enough the longest chain decides; what has run is taken off', () => {
  const state = begun()
  for (let k = 10; k < 20; k++) answer(state, k, { from: 0, to: 200 })
  expect(left(state, 100)).toBeCloseTo(2 * 2_000 + 200)
  state.apply({ kind: 'started', task: 20, fence: 1, agent: 0, hold: 0, at: 5_000 })
  expect(left(state, 100, 5_500)).toBeCloseTo(2 * 2_000 + 200 - 500)
})
