import { expect, test } from 'vitest'
import { instanceOf, runToEnd, scripted, tasks } from '../../test/harness/scripted-run.ts'
import { startVirtualRun } from '../../test/harness/virtual-run.ts'
import type { AgentProvider } from '../agents/provider.ts'
import { toUsd } from './money.ts'
import { planFunds } from './plan-funds.ts'
import { DONE } from './task-status.ts'

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

test('a budget of the plan and its largest worst case pays for every task; the plan alone may not', async () => {
  const prices = [{ id: 'small', quality: 0.5, price: { outputPerMTokUsd: 10 }, latencyMs: 10 }]
  const instance = instanceOf(
    [{ id: 'long', outputTokens: 300 }, ...tasks(5, { outputTokens: 100, input: { maxOutputTokens: 250 } })],
    prices,
  )
  const small: AgentProvider = { ...scripted(() => 'x'), billing: 'remote' }
  const agentOf = new Int32Array(6)
  const { plannedNano, reserveNano, task } = planFunds(instance, { agentOf }, [small])
  expect([plannedNano, reserveNano, task]).toEqual([8_000_000, 1_500_000, 1])
  const doneWith = async (nano: number): Promise<number> => {
    const { state } = await runToEnd({ instance, agentOf, budgetUsd: toUsd(nano), providers: { small } })
    expect(state.runAccount.settled + state.runAccount.reserved).toBeLessThanOrEqual(nano)
    return state.counts[DONE]!
  }
  expect(await doneWith(plannedNano + reserveNano)).toBe(6)
  expect(await doneWith(plannedNano)).toBe(4)
})

test('each of the four budgets alone holds a task back, and says so', async () => {
  const accept = { regex: '.', budgetUsd: 0.005 }
  const own = await runToEnd({ instance: instanceOf(tasks(1, { accept })) })
  const workflow = await runToEnd({ instance: instanceOf(tasks(1, { workflow: 'w' })), workflowUsd: 0.005 })
  const run = await runToEnd({ instance: instanceOf(tasks(1)), budgetUsd: 0.005 })
  const shared = await startVirtualRun({
    instance: instanceOf(tasks(1)),
    agentOf: new Int32Array(1),
    sharedBudgetUsd: 0.005,
  })
  for (const state of [own.state, workflow.state, run.state, await shared.finish()]) {
    expect([...state.closeCause]).toEqual([[0, 'unaffordable']])
    expect(state.runAccount.settled).toBe(0)
  }
})
