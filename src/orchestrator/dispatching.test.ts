import { expect, test } from 'vitest'
import { failing, instanceOf, LEVELS, runToEnd, scripted, tasks } from '../../test/harness/scripted-run.ts'
import { startVirtualRun } from '../../test/harness/virtual-run.ts'
import { createInstance } from '../model/builder.ts'
import { startOrchestrator } from './orchestrator.ts'
import { DONE } from './task-status.ts'

test('children get the outputs of their parents, in order', async () => {
  const seen: unknown[] = []
  await runToEnd({
    instance: instanceOf([{ id: 'a' }, { id: 'b' }, { id: 'c', dependsOn: ['b', 'a'] }]),
    providers: {
      small: scripted(({ taskId, parents }) => {
        if (taskId === 'c') seen.push(...parents)
        return { by: taskId }
      }),
    },
  })
  expect(seen).toEqual([
    { taskId: 'b', output: { by: 'b' } },
    { taskId: 'a', output: { by: 'a' } },
  ])
})

test('the longest chain goes first', async () => {
  const { events } = await runToEnd({
    instance: instanceOf([
      { id: 'short' },
      { id: 'head' },
      { id: 'mid', dependsOn: ['head'] },
      { id: 'tail', dependsOn: ['mid'] },
    ]),
  })
  const order = events.flatMap((event) => (event.kind === 'started' ? [event.task] : []))
  expect(order.indexOf(1)).toBeLessThan(order.indexOf(0))
})

test('a child whose parent moved to a better agent moves too where dependencies are hard', async () => {
  const instance = createInstance({
    version: 1,
    policy: { dependency: { mode: 'hard' } },
    agents: LEVELS,
    tasks: [{ id: 'parent' }, { id: 'child', dependsOn: ['parent'] }],
  })
  const { agents, kinds } = await runToEnd({ instance, providers: { small: failing('bad-request') } })
  expect(agents).toEqual(['medium', 'medium'])
  expect(kinds('moved')).toMatchObject([{ cause: 'fallback' }, { cause: 'dependency' }])
})

test('outputs beyond what memory may hold are read back from the store, also after a restart', async () => {
  const seen = new Map<string, unknown>()
  const text = 'x'.repeat(500)
  const chain = [
    ...tasks(20),
    ...Array.from({ length: 20 }, (_, k) => ({ id: `child${k}`, dependsOn: [`t${k}`, `t${(k + 7) % 20}`] })),
  ]
  const run = await startVirtualRun({
    instance: instanceOf(chain),
    agentOf: new Int32Array(40),
    options: { tuning: { outputCharacters: 1_000 } },
    providers: {
      small: scripted(({ taskId, parents }) => {
        seen.set(taskId, parents)
        return taskId + text
      }),
    },
  })
  await run.clock.run(() => run.orchestrator.context.state.counts[DONE]! >= 25)
  run.orchestrator.kill()
  const again = await startOrchestrator({ ...run.options, holder: 'second', isGone: () => true })
  let over = false
  void again.done.then(() => {
    over = true
  })
  await run.clock.run(() => over, 3_600_000)
  expect((await again.done).counts[DONE]).toBe(40)
  for (let k = 0; k < 20; k++)
    expect(seen.get(`child${k}`)).toEqual(
      [k, (k + 7) % 20].map((parent) => ({ taskId: `t${parent}`, output: `t${parent}${text}` })),
    )
})
