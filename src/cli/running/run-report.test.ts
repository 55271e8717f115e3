import { expect, test } from 'vitest'
import { LEVELS, runToEnd } from '../../../test/harness/scripted-run.ts'
import { RUN_ID } from '../../../test/harness/virtual-run.ts'
import { createInstance } from '../../model/builder.ts'
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
