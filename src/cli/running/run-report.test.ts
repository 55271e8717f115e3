import { expect, test } from 'vitest'
import { LEVELS, runToEnd } from '../../../test/harness/scripted-run.ts'
import { RUN_ID } from '../../../test/harness/virtual-run.ts'
import { createInstance } from '../../model/builder.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { runPlan } from './run-plan.ts'
import { runReport } from './run-report.ts'
import { reportText } from './run-text.ts'
import { readStatus } from './status.ts'
import { statusJson } from './status-json.ts'

test('planned are the tasks the plan places; one below a task left out is skipped and says so', async () => {
  const instance = createInstance({
    version: 1,
    policy: { unassigned: { penaltyUsd: 1 } },
    agents: LEVELS,
    tasks: [
      { id: 'out' },
      { id: 'below', dependsOn: ['out'] },
      { id: 'last', dependsOn: ['below'] },
      { id: 'in' },
    ],
  })
  const { run } = await runToEnd({ instance, agentOf: Int32Array.of(-1, 0, 0, 0) })
  const report = await runReport(run.store, RUN_ID)
  expect(report.planned.tasks).toBe(3)
  expect(report.unfinished).toEqual([
    { id: 'out', cause: 'unassigned' },
    { id: 'below', cause: 'skipped: "out" is left out by the plan' },
    { id: 'last', cause: 'skipped: "out" is left out by the plan' },
  ])
  expect(reportText(report, false)).toContain('1 of 4 tasks done')
})

test('the status for machines has money in dollars beside its nano-dollars', async () => {
  const { run } = await runToEnd({
    instance: createInstance({ version: 1, agents: LEVELS, tasks: [{ id: 'only' }] }),
    budgetUsd: 0.5,
  })
  const status = await readStatus(run.store, RUN_ID)
  expect(statusJson(status)).toMatchObject({
    spentNano: 10_000_000,
    spentUsd: 0.01,
    heldUsd: 0,
    budgetUsd: 0.5,
    simulated: false,
  })
})

test('an agent that does several tasks at once is never busy for more than all the time', async () => {
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'wide', quality: 1, provider: { kind: 'simulated', latencyMs: 30, concurrency: 8 } },
      { id: 'idle', quality: 1, provider: { kind: 'simulated', latencyMs: 30 } },
    ],
    tasks: Array.from({ length: 40 }, (_, k) => ({ id: `t${k}` })),
  })
  const store = createMemoryStore()
  await runPlan(instance, { agentOf: new Int32Array(40) }, { store })
  const { pools, spans } = await runReport(store, 'run')
  // They did overlap.
  const summed = spans.reduce((sum, { from, to }) => sum + to - from, 0)
  expect(summed).toBeGreaterThan(
    2 * (Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from))),
  )
  expect(pools[0]!.busyShare).toBeGreaterThan(0.5)
  expect(pools[0]!.busyShare).toBeLessThanOrEqual(1)
  expect(pools[1]!.busyShare).toBe(0)
})
