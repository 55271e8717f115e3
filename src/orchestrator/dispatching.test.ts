import { expect, test } from 'vitest'
import { failing, instanceOf, LEVELS, runToEnd, scripted } from '../../test/harness/scripted-run.ts'
import { createInstance } from '../model/builder.ts'

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
