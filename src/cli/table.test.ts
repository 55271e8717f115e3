import { expect, test } from 'vitest'
import { renderTable } from './table.ts'

const columns = [{ title: 'task' }, { title: 'usd', align: 'right' as const }, { title: 'why' }]
const rows = [
  ['write', '$1.00', 'the agent is full and the budget would be passed by three dollars'],
  ['review', '$20.00', 'short'],
]

test('columns line up, and without a width nothing is broken', () => {
  expect(renderTable(columns, rows).split('\n')).toEqual([
    'task       usd  why',
    `──────  ──────  ${'─'.repeat(65)}`,
    'write    $1.00  the agent is full and the budget would be passed by three dollars',
    'review  $20.00  short',
  ])
})

test('the last column is broken between words until the table fits', () => {
  const lines = renderTable(columns, rows, { maxWidth: 45 }).split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(45)
  expect(lines.slice(2, 5)).toEqual([
    'write    $1.00  the agent is full and the',
    '                budget would be passed by',
    '                three dollars',
  ])
})

test('a width that leaves no room for reading is passed rather than kept', () => {
  const lines = renderTable(columns, rows, { maxWidth: 20 }).split('\n')
  expect(lines[2]).toBe('write    $1.00  the agent is full and')
})
