import { expect, test } from 'vitest'
import { failing, instanceOf, runToEnd, scripted, tasks } from '../../test/harness/scripted-run.ts'
import { attemptError } from '../agents/attempt-error.ts'
import { DONE } from './task-status.ts'

test('a retryable failure is tried again on the same agent after a growing, jittered wait', async () => {
  const { states, agents, events } = await runToEnd({
    instance: instanceOf(tasks(1)),
    providers: { small: failing('server-error', 2) },
  })
  expect([states, agents]).toEqual([['done'], ['small']])
  const starts = events.flatMap((event) => (event.kind === 'started' ? [event.at] : []))
  expect(starts).toHaveLength(3)
  expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(350)
  expect(starts[2]! - starts[1]!).toBeGreaterThan(starts[1]! - starts[0]! - 250)
})

test('what cannot be retried goes to the next cheapest eligible agent at once', async () => {
  const { agents, kinds, state } = await runToEnd({
    instance: instanceOf(tasks(1)),
    providers: { small: failing('bad-request') },
  })
  expect(agents).toEqual(['medium'])
  expect(kinds('started')).toHaveLength(2)
  expect(state.runAccount.settled).toBe(20_000_000)
})

test('a task that fails on three distinct agents is quarantined, and what depends on it skipped', async () => {
  const bad = () => failing('bad-request')
  const { states, state } = await runToEnd({
    instance: instanceOf([{ id: 'poison' }, { id: 'child', dependsOn: ['poison'] }, { id: 'other' }]),
    providers: {
      small: scripted(({ taskId }) => {
        if (taskId === 'poison') throw attemptError('bad-request', 'poison')
        return taskId
      }),
      medium: bad(),
      large: bad(),
    },
  })
  expect(states).toEqual(['failed', 'skipped', 'done'])
  expect(state.closeCause.get(0)).toBe('quarantined')
})

test('an agent that refuses the key is taken down with its pool, and its tasks go elsewhere', async () => {
  const { agents, kinds } = await runToEnd({
    instance: instanceOf(tasks(5)),
    providers: { small: failing('unauthorized') },
  })
  expect(agents).toEqual(Array(5).fill('medium'))
  expect(kinds('agent')).toMatchObject([{ agent: 0, up: false, reason: 'unauthorized' }])
  expect(kinds('started')).toHaveLength(6)
})

test('Retry-After is kept: nothing is sent to the pool before, and nobody is blamed', async () => {
  const { events, states, agents } = await runToEnd({
    instance: instanceOf(tasks(3)),
    providers: {
      small: scripted((request, attempt) => {
        if (attempt === 1)
          throw attemptError('rate-limited', 'slow down', { status: 429, retryAfterMs: 5_000 })
        return request.taskId
      }),
    },
  })
  expect([states, agents]).toEqual([Array(3).fill('done'), Array(3).fill('small')])
  const starts = events.flatMap((event) => (event.kind === 'started' ? [event.at] : []))
  expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(5_000)
})

test('the breaker opens by how attempts end, tries one at a time, and the tasks of a dead provider move on', async () => {
  const { agents, kinds, state } = await runToEnd({
    instance: instanceOf(tasks(30)),
    providers: { small: failing('server-error') },
  })
  expect(new Set(agents)).toEqual(new Set(['medium']))
  expect(state.counts[DONE]).toBe(30)
  const onSmall = kinds('started').filter((event) => event.kind === 'started' && event.agent === 0)
  expect(onSmall.length).toBeLessThan(12)
})
