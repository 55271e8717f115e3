/** Slips of the keyboard are recognised, other words are not. */
import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const known = ['minQuality', 'maxLatencyMs', 'inputTokens', 'id', 'perTaskUsd']

test.each([
  ['minQualty', 'minQuality'],
  ['minqualiyt', 'minQuality'],
  ['input_tokens', 'inputTokens'],
  ['di', 'id'],
  ['perTask', 'perTaskUsd'],
  ['max', 'maxLatencyMs'],
  ['colour', undefined],
  ['x', undefined],
  ['', undefined],
])('%s is taken for %s', (name, meant) => {
  expect(nearest(name, known)).toBe(meant)
})

test('an exact name is its own nearest', () => {
  for (const name of known) expect(nearest(name, known)).toBe(name)
})
