import { expect, test } from 'vitest'
import { instanceOf, LEVELS, tasks } from '../../test/harness/scripted-run.ts'
import { startVirtualRun } from '../../test/harness/virtual-run.ts'
import type { AgentDocument } from '../model/document.ts'
import { createRng } from '../numeric/rng.ts'
import { changeFleet } from './change-fleet.ts'
import { type Orchestrator, startOrchestrator } from './orchestrator.ts'
import { loadRun } from './run-files.ts'
import { DONE } from './task-status.ts'

const TASKS = tasks(20)

/** Twenty tasks, all planned on the cheapest of three levels, and a change of their fleet at 250 ms. */
async function runWithChange(agents: readonly AgentDocument[], retired: readonly number[] = []) {
  const before = LEVELS.map((agent) => ({ ...agent, capacity: { tasks: 30 } }))
  const run = await startVirtualRun({
    instance: instanceOf(TASKS, before),
    agentOf: new Int32Array(20),
    // Planning again is another matter; here the dispatcher is on its own.
    options: { replan: async () => undefined },
  })
  const change = (orchestrator: Orchestrator): void =>
    orchestrator.post((context) => {
      if (context.state.orders === 0)
        changeFleet(context, { instance: instanceOf(TASKS, agents), retired }, 1)
    })
  run.clock.after(250, () => change(run.orchestrator))
  run.clock.after(300, () => run.hostFrom(3))
  return run
}

test('tasks beyond a capacity that was cut go elsewhere; what has begun stays and counts', async () => {
  const cut = LEVELS.map((agent) => ({ ...agent, capacity: { tasks: agent.id === 'small' ? 6 : 30 } }))
  const run = await runWithChange(cut)
  const state = await run.finish()
  expect(state.counts[DONE]).toBe(20)
  expect([...state.load]).toEqual([6, 14, 0])
  expect(run.events.filter((event) => event.kind === 'moved' && event.cause === 'capacity')).toHaveLength(14)
  expect((await loadRun(run.store, 'test')).state.hash()).toBe(state.hash())
})

test('tasks that nobody has room for wait unplaced, and go to an agent that joins', async () => {
  const full = LEVELS.map((agent) => ({ ...agent, capacity: { tasks: 5 } }))
  const joined = [...full, { id: 'joined', quality: 0.9, price: { perTaskUsd: 0.5 }, latencyMs: 100 }]
  const run = await runWithChange(joined)
  const state = await run.finish()
  expect(state.counts[DONE]).toBe(20)
  expect([...state.load]).toEqual([5, 5, 5, 5])
  expect(state.runAccount.settled).toBe(1e9 * (5 * 0.01 + 5 * 0.02 + 5 * 0.05 + 5 * 0.5))
})

test('an agent that is taken out ends what it does, gets nothing more, and stays out', async () => {
  const run = await runWithChange(LEVELS, [0])
  run.clock.after(600, () => {
    run.orchestrator.kill()
  })
  await run.clock.run(() => run.clock.now() > 700)
  const again = await startOrchestrator({
    ...run.options,
    holder: 'second',
    isGone: () => true,
    rng: createRng(5),
  })
  let over = false
  void again.done.then(() => {
    over = true
  })
  await run.clock.run(() => over, 3_600_000)
  const state = await again.done
  expect(state.counts[DONE]).toBe(20)
  // Two were done and one was under way when it was taken out.
  expect([...state.load]).toEqual([3, 17, 0])
  expect([...state.up]).toEqual([0, 1, 1])
  expect(run.events.some((event) => event.kind === 'lost' && event.at - run.events[0]!.at < 500)).toBe(false)
})

test('a change that does not fit the fleet of the run is refused whole', async () => {
  const run = await runWithChange(LEVELS)
  const { context } = run.orchestrator
  const other = instanceOf(TASKS, LEVELS.slice(1))
  const before = context.state.hash()
  expect(() => changeFleet(context, { instance: other, retired: [] }, 1)).toThrow(
    /other agents in the place of "small"/,
  )
  expect(context.state.hash()).toBe(before)
  await run.finish()
})
