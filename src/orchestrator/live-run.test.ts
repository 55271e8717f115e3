import { expect, test } from 'vitest'
import { instanceOf, tasks } from '../../test/harness/scripted-run.ts'
import { startVirtualRun } from '../../test/harness/virtual-run.ts'
import { createReplan } from '../cli/running/replan.ts'
import { solve } from '../solve/solve.ts'
import { builtinSolvers } from '../solvers/builtin.ts'
import { submitTasks } from './submission.ts'
import { DONE, STATUS_NAMES } from './task-status.ts'

test('cancelling stops what runs, gives up what waits and keeps what is done', async () => {
  const run = await startVirtualRun({
    instance: instanceOf([...tasks(4), { id: 'late', dependsOn: ['t3'] }]),
    agentOf: new Int32Array(5),
  })
  run.clock.after(250, () => run.orchestrator.cancel())
  const state = await run.finish()
  expect(state.outcome).toBe('cancelled')
  expect([...state.status].map((status) => STATUS_NAMES[status])).toEqual([
    'done',
    'cancelled',
    'cancelled',
    'done',
    'cancelled',
  ])
  expect(state.ledger.openHolds).toBe(0)
})

test('submitted tasks join a live run, may depend on its tasks, and find agents', async () => {
  const instance = instanceOf(tasks(3))
  const run = await startVirtualRun({ instance, agentOf: new Int32Array(3) })
  const grown = instanceOf([...tasks(3), { id: 'new', minQuality: 0.6, dependsOn: ['t2'] }])
  run.clock.after(150, () => run.orchestrator.post((context) => submitTasks(context, grown, 1)))
  const state = await run.finish()
  expect(state.counts[DONE]).toBe(4)
  expect(state.agentOf[3]).toBe(1)
  const { loadRun } = await import('./run-files.ts')
  expect((await loadRun(run.store, 'test')).state.hash()).toBe(state.hash())
})

test('a submitted task whose parent has ended without a result is skipped, not waited for', async () => {
  const bad = { id: 'bad', accept: { regex: 'never' } }
  const run = await startVirtualRun({ instance: instanceOf([bad, ...tasks(9)]), agentOf: new Int32Array(10) })
  const { orchestrator, clock } = run
  const more = [
    { id: 'child', dependsOn: ['bad'] },
    { id: 'grandchild', dependsOn: ['child'] },
  ]
  const submit = (): void => {
    if (!orchestrator.context.state.isFinal(0)) clock.after(10, submit)
    else orchestrator.post((context) => submitTasks(context, instanceOf([bad, ...tasks(9), ...more]), 1))
  }
  submit()
  const { status, counts } = await run.finish()
  expect(counts[DONE]).toBe(9)
  expect([status[0], status[10], status[11]].map((one) => STATUS_NAMES[one!])).toEqual([
    'failed',
    'skipped',
    'skipped',
  ])
})

test('tasks that arrive are planned with what is left, by what all of it costs together', async () => {
  const fleet = [
    { id: 'cheap', quality: 0.9, price: { perTaskUsd: 0.01 }, latencyMs: 500, capacity: { tasks: 4 } },
    { id: 'dear', quality: 0.9, price: { perTaskUsd: 0.1 }, latencyMs: 500 },
  ]
  // The new ones cost much more on the dear agent: an old one should give up its place.
  const late = { id: 'late', estimates: { dear: { costUsd: 1 } } }
  // Loaded before the virtual clock runs away.
  const solver = await builtinSolvers.enumeration()
  const run = await startVirtualRun({
    instance: instanceOf(tasks(4), fleet),
    agentOf: new Int32Array(4),
    options: {
      replan: createReplan(1, async (residual, warm) =>
        solve(residual, solver, { warmStart: { agentOf: warm } }),
      ),
    },
  })
  run.clock.after(100, () =>
    run.orchestrator.post((context) => submitTasks(context, instanceOf([...tasks(4), late], fleet), 1)),
  )
  const state = await run.finish()
  expect(state.counts[DONE]).toBe(5)
  // The cheap agent was full: alone, the late task would have gone to the dear one at once.
  const dispatched = run.events.filter((event) => event.kind === 'started' && event.task === 4)
  expect(dispatched).toMatchObject([{ agent: 0 }])
  expect(run.events.filter(({ kind }) => kind === 'replanned')).toMatchObject([
    { reason: 'tasks arrived', solver: 'enumeration' },
  ])
  expect(state.runAccount.settled).toBe(0.14e9)
})
