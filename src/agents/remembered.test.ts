import { expect, test } from 'vitest'
import { Remembered } from './remembered.ts'

test('the last values are remembered, the oldest forgotten first', () => {
  const remembered = new Remembered<string>(3)
  for (let key = 0; key < 5; key++) remembered.set(key, `value ${key}`)
  expect([0, 1, 2, 3, 4].map((key) => remembered.get(key))).toEqual([
    undefined,
    undefined,
    'value 2',
    'value 3',
    'value 4',
  ])
})
