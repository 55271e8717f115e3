import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createInstance } from '../../model/builder.ts'
import type { InstanceDocument } from '../../model/document.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { runPlan } from './run-plan.ts'

const document = (provider: Record<string, unknown>, price = 0.01): InstanceDocument => ({
  version: 1,
  agents: [{ id: 'a', quality: 0.9, price: { perTaskUsd: price }, provider, latencyMs: 20 }],
  tasks: [
    { id: 'first', input: 'one' },
    { id: 'second', input: 'two', dependsOn: ['first'] },
    { id: 'third', input: 'three' },
  ],
})
const all = { agentOf: Int32Array.of(0, 0, 0) }

test('every task is done by its agent, with its output and what was spent', async () => {
  const instance = createInstance(document({ kind: 'echo' }))
  const seen: number[] = []
  const result = await runPlan(instance, all, { onProgress: ({ tasks }) => seen.push(tasks.done) })
  expect(result).toMatchObject({ done: 3, complete: true, interrupted: false })
  expect(result.spentUsd).toBeCloseTo(0.03, 9)
  expect(result.tasks.map(({ task, state, agent }) => [task, state, agent])).toEqual([
    ['first', 'done', 'a'],
    ['second', 'done', 'a'],
    ['third', 'done', 'a'],
  ])
  expect(JSON.stringify(result.tasks[0]!.output)).toContain('one')
})

test('a run out of money leaves tasks, and says why', async () => {
  const instance = createInstance(document({ kind: 'echo' }))
  const result = await runPlan(instance, all, { budgetUsd: 0.015 })
  expect(result).toMatchObject({ done: 1, complete: false })
  expect(result.spentUsd).toBeCloseTo(0.01, 9)
  const left = result.tasks.filter(({ state }) => state !== 'done')
  expect(left).toHaveLength(2)
  for (const { reason, output } of left) {
    expect(reason).toMatch(/./)
    expect(output).toBeUndefined()
  }
})

test('a plan that breaks a promise, and a name that is taken, are refused before anything runs', async () => {
  const instance = createInstance(document({ kind: 'echo' }))
  await expect(runPlan(instance, { agentOf: Int32Array.of(0, -1, 0) })).rejects.toThrow(
    'the plan breaks a promise: task "second" has no agent',
  )
  const store = createMemoryStore()
  await runPlan(instance, all, { store, runId: 'same' })
  await expect(runPlan(instance, all, { store, runId: 'same' })).rejects.toThrow(
    'there is a run "same" already',
  )
})

test('an aborted run lets go at once, and leaves the signals of the process alone', async () => {
  const instance = createInstance(document({ kind: 'simulated', latencyMs: 60_000 }))
  const abort = new AbortController()
  const listeners = process.listenerCount('SIGINT')
  const running = runPlan(instance, all, {
    signal: abort.signal,
    onProgress: () => {
      expect(process.listenerCount('SIGINT')).toBe(listeners)
      abort.abort()
    },
  })
  expect(await running).toMatchObject({ done: 0, interrupted: true })
})

test('the example of the documentation runs', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'examples/run-a-plan.ts'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(stderr).not.toMatch(/error/i)
  expect(stdout).toBe('true 0.02\ngreet writer done HELLO\nname writer done HELLO WORLD\n')
})
