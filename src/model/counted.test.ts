import { expect, test } from 'vitest'
import { counted } from './counted.ts'

test('one is one, everything else is many, and thousands are grouped', () => {
  expect(counted(1, 'task')).toBe('1 task')
  expect(counted(0, 'task')).toBe('0 tasks')
  expect(counted(1234567, 'dependency', 'dependencies')).toBe('1,234,567 dependencies')
  expect(counted(1, 'dependency', 'dependencies')).toBe('1 dependency')
})
