import { expect, test } from 'vitest'
import { wrap } from './wrap.ts'

test('lines are filled up to the width, later ones indented, and no word is broken', () => {
  const words = 'a plan that keeps every promise averyveryverylongname of it'.split(' ')
  expect(wrap(words, { first: 'ended  ', indent: '       ', width: 22 })).toEqual([
    'ended  a plan that',
    '       keeps every',
    '       promise',
    '       averyveryverylongname',
    '       of it',
  ])
})
