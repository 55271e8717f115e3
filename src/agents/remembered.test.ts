import { expect, test } from 'vitest'
import type { OutcomeMessage } from './agent-message.ts'
import { Remembered } from './remembered.ts'

const answer = (task: number, output: unknown): OutcomeMessage => ({
  kind: 'outcome',
  task,
  fence: 1,
  agent: 0,
  elapsedMs: 1,
  reply: { output, usage: { inputTokens: task, outputTokens: 2 } },
})

test('the last outcomes are remembered, the oldest forgotten first', () => {
  const remembered = new Remembered({ outcomes: 3, characters: 1e6 })
  for (let task = 0; task < 5; task++) remembered.set(task, answer(task, `value ${task}`))
  expect([0, 1, 2, 3, 4].map((task) => remembered.get(task)?.reply?.output)).toEqual([
    undefined,
    undefined,
    'value 2',
    'value 3',
    'value 4',
  ])
})

test('answers beyond the room for them go, the oldest first; that they were made and what they used stays', () => {
  const remembered = new Remembered({ outcomes: 10, characters: 2_500 })
  const text = 'x'.repeat(980)
  for (let task = 0; task < 25; task++) remembered.set(task, answer(task, { text: [text, task] }))
  expect(remembered.get(14)).toBeUndefined()
  for (let task = 15; task < 23; task++)
    expect(remembered.get(task)).toMatchObject({
      failure: { reason: 'host-restarted', usage: { inputTokens: task, outputTokens: 2 } },
    })
  expect(remembered.get(22)).not.toHaveProperty('reply')
  for (const task of [23, 24]) expect(remembered.get(task)?.reply?.output).toEqual({ text: [text, task] })
})
