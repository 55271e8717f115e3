/** Providers that are down and money that runs out: told why, ended in time, and taken up again. */
import { expect, test } from 'vitest'
import { instanceOf, LEVELS, runToEnd, scripted, tasks } from '../../../test/harness/scripted-run.ts'
import { RUN_ID, type VirtualRun } from '../../../test/harness/virtual-run.ts'
import { attemptError } from '../../agents/attempt-error.ts'
import { toNano } from '../../orchestrator/money.ts'
import { type Orchestrator, startOrchestrator } from '../../orchestrator/orchestrator.ts'
import { setBudget } from '../../orchestrator/orders.ts'
import { progressOf } from '../../orchestrator/progress.ts'
import { loadRun } from '../../orchestrator/run-files.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { DONE } from '../../orchestrator/task-status.ts'
import { runReport } from './run-report.ts'
import { readStatus } from './status.ts'

const ALONE = LEVELS.slice(0, 1)
const REFUSED = 'connection refused at http://127.0.0.1:9999/v1'
const refuse = (): never => {
  throw attemptError('connection', REFUSED)
}

async function toEnd({ clock }: VirtualRun, { done }: Orchestrator): Promise<RunState> {
  let over = false
  void done.then(() => {
    over = true
  })
  await clock.run(() => over, clock.now() + 3_600_000)
  return await done
}

const again = (run: VirtualRun, more: { readonly ordersSent?: number } = {}): Promise<Orchestrator> =>
  startOrchestrator({ ...run.options, holder: 'second', ...more })

test('a provider that never answers ends the run within a minute, its cause told, and can be tried again', async () => {
  let isUp = false
  const { run, state, events } = await runToEnd({
    instance: instanceOf([...tasks(18), { id: 'after', dependsOn: ['t0', 't1'] }], ALONE),
    providers: { small: scripted(({ taskId }) => (isUp ? taskId : refuse())) },
  })
  expect(events.at(-1)!.at - events[0]!.at).toBeLessThan(60_000)
  expect([...state.closeCause.values()].filter((cause) => cause === 'provider-down')).toHaveLength(18)
  const { trouble, notDone, reopenable } = progressOf(run.orchestrator.context)
  expect(trouble).toEqual({ cause: REFUSED, attempts: state.tally.attempts, pool: 'small', always: true })
  expect(notDone[0]).toMatchObject({ cause: 'provider-down', error: REFUSED })
  expect(reopenable).toBe(18)
  const report = await runReport(run.store, RUN_ID)
  expect(report.alike).toEqual([`all ${state.tally.attempts} attempts on small failed alike: ${REFUSED}`])
  isUp = true
  const resumed = await toEnd(run, await again(run))
  expect(resumed.counts[DONE]).toBe(19)
  const { state: replayed } = await loadRun(run.store, RUN_ID)
  expect(replayed.hash()).toBe(resumed.hash())
  expect(replayed.reopenable).toBe(0)
})

test('a run that ran out of money goes on once its budget is raised, and does nothing again that is done', async () => {
  const { run, state } = await runToEnd({
    instance: instanceOf([...tasks(5), { id: 'after', dependsOn: ['t4'] }]),
    budgetUsd: 0.03,
  })
  expect([state.outcome, state.counts[DONE], state.isResumable]).toEqual(['finished', 3, true])
  // The order was sent before; what it changes is known before anything is given up again.
  const orchestrator = await again(run, { ordersSent: 1 })
  run.clock.after(5_000, () => orchestrator.post((context) => setBudget(context, toNano(1), 1)))
  const resumed = await toEnd(run, orchestrator)
  expect(resumed.counts[DONE]).toBe(6)
  expect(resumed.tally.attempts).toBe(6)
  expect(resumed.runAccount.settled).toBe(toNano(0.06))
})

test('without more money a run that is taken up again ends as before; one with all done is over', async () => {
  const { run } = await runToEnd({ instance: instanceOf(tasks(5)), budgetUsd: 0.03 })
  const resumed = await toEnd(run, await again(run))
  expect([resumed.outcome, resumed.counts[DONE]]).toEqual(['finished', 3])
  const whole = await runToEnd({ instance: instanceOf(tasks(2)) })
  await expect(again(whole.run)).rejects.toThrow('is over: finished')
})

test('status, report and log count attempts alike, also after a resume: failed is without an answer, 429 is given back', async () => {
  const { run, state } = await runToEnd({
    instance: instanceOf(tasks(12), ALONE),
    budgetUsd: 0.08,
    providers: {
      small: scripted(({ taskId }, attempt) => {
        if (attempt % 4 === 0) throw attemptError('rate-limited', 'HTTP 429: slow down', { retryAfterMs: 10 })
        if (attempt % 5 === 0) throw attemptError('server-error', 'HTTP 500: oh')
        return taskId
      }),
    },
  })
  const before = { ...state.tally }
  expect(before.failures).toBeGreaterThan(0)
  expect(before.returned).toBeGreaterThan(0)
  const orchestrator = await again(run, { ordersSent: 1 })
  orchestrator.post((context) => setBudget(context, null, 1))
  const { tally } = await toEnd(run, orchestrator)
  expect(tally.attempts).toBeGreaterThan(before.attempts)
  const { progress } = await readStatus(run.store, RUN_ID)
  expect(progress.counters).toMatchObject(tally)
  const { actual, pools } = await runReport(run.store, RUN_ID)
  expect(actual).toMatchObject({ attempts: tally.attempts, failed: tally.failures, returned: tally.returned })
  expect(pools.map(({ attempts, failed }) => [attempts, failed])).toEqual([[tally.attempts, tally.failures]])
})
