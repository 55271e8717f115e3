import { expect, test } from 'vitest'
import { instanceOf, runToEnd, scripted, tasks } from '../../test/harness/scripted-run.ts'

test('a budget is never passed: what cannot be paid for is reported, not dropped', async () => {
  const { states, state } = await runToEnd({
    instance: instanceOf([...tasks(5), { id: 'after', dependsOn: ['t4'] }]),
    budgetUsd: 0.03,
  })
  expect(states.filter((status) => status === 'done')).toHaveLength(3)
  expect(state.runAccount).toMatchObject({ settled: 30_000_000, reserved: 0 })
  expect([...state.closeCause.values()]).toContain('unaffordable')
})

test('a run ends at once when what is left cannot be paid for and nothing is in flight', async () => {
  const { state, events } = await runToEnd({
    instance: instanceOf([...tasks(5), { id: 'after', dependsOn: ['t4'] }]),
    budgetUsd: 0.03,
  })
  expect(state.outcome).toBe('finished')
  const lastEnded = events.findLast(({ kind }) => kind === 'ended')!.at
  expect(events.findLast(({ kind }) => kind === 'finished')!.at - lastEnded).toBeLessThan(1)
})

test('a workflow has its own budget', async () => {
  const { states } = await runToEnd({
    instance: instanceOf([...tasks(3, { workflow: 'w' }), { id: 'free' }]),
    workflowUsd: 0.02,
  })
  expect(states).toEqual(['done', 'done', 'failed', 'done'])
})

test('an unknown bill is charged at its worst case, a bill beyond it is disputed', async () => {
  const prices = [{ id: 'small', quality: 0.5, price: { outputPerMTokUsd: 10 }, latencyMs: 10 }]
  const instance = instanceOf(tasks(2, { outputTokens: 100 }), prices)
  const { state } = await runToEnd({
    instance,
    budgetUsd: 0.002,
    providers: {
      small: {
        ...scripted(() => 'x'),
        billing: 'remote',
        doAttempt: async ({ taskId }) =>
          taskId === 't0' ? { output: 'x' } : { output: 'x', usage: { inputTokens: 0, outputTokens: 300 } },
      },
    },
  })
  expect(state.runAccount.settled).toBe(2_000_000)
  expect(state.ledger.disputed).toBe(2_000_000)
})
