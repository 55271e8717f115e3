import { expect, test } from 'vitest'
import { startVirtualRun } from '../../test/harness/virtual-run.ts'
import { factory } from '../generators/factory.ts'
import { evaluate } from '../model/evaluate.ts'
import { solve } from '../solve/solve.ts'
import { greedySolver } from '../solvers/greedy/first-come.ts'
import { toNano } from './money.ts'
import { loadRun } from './run-files.ts'
import { DONE } from './task-status.ts'

test('the factory of 1,000 tasks runs on 48 simulated agents exactly as planned', async () => {
  const instance = factory()
  const { plan } = await solve(instance, greedySolver())
  const agentOf = plan!.agentOf
  const { fleet, dependencies } = instance
  const finishedAt = new Map<number, number>()
  let order = 0
  const run = await startVirtualRun({
    instance,
    agentOf,
    budgetUsd: evaluate(instance, plan!).moneyUsd,
    onEvent(event, state) {
      order += 1
      if (event.kind === 'started') {
        const [from, to] = [dependencies.parentStart[event.task]!, dependencies.parentStart[event.task + 1]!]
        for (const parent of dependencies.parents.subarray(from, to))
          expect(finishedAt.has(parent)).toBe(true)
        expect(state.busy[event.agent]).toBe(1)
        expect(state.load[event.agent]).toBeLessThanOrEqual(fleet.capacityTasks[fleet.poolOf[event.agent]!]!)
        const { settled, reserved, limit } = state.runAccount
        expect(settled + reserved).toBeLessThanOrEqual(limit)
      }
      if (event.kind === 'ended') finishedAt.set(event.task, order)
    },
  })
  const state = await run.finish()
  expect(state.counts[DONE]).toBe(1000)
  expect(state.runAccount.settled).toBe(toNano(11.07))
  expect([...state.agentOf]).toEqual([...agentOf])
  expect((await loadRun(run.store, 'test')).state.hash()).toBe(state.hash())
})
