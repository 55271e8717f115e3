import { expect, test } from 'vitest'
import { hasColours, screenAfter } from '../../test/harness/tiny-terminal.ts'
import { createScreen } from './screen.ts'

function terminal(columns: number, rows: number) {
  let output = ''
  return {
    columns,
    rows,
    write(text: string) {
      output += text.replaceAll('\n', '\r\n')
    },
    screen: () => screenAfter(output),
    raw: () => output,
  }
}

test('frames replace each other in place, whatever stood above stays', () => {
  const tty = terminal(30, 10)
  tty.write('before\n')
  const screen = createScreen(tty, { TERM: 'xterm' })
  screen.draw([['one'], [{ text: 'two', tone: 'good' }], ['three']])
  screen.draw([['eins']])
  screen.draw([['uno'], ['due']])
  expect(tty.screen()).toEqual(['before', 'uno', 'due', ''])
  screen.clear()
  tty.write('after\n')
  expect(tty.screen()).toEqual(['before', 'after'])
})

test('lines are cut to the terminal, and no more are drawn than fit', () => {
  const tty = terminal(24, 6)
  const screen = createScreen(tty, {})
  screen.draw(Array.from({ length: 20 }, (_, k) => [`${k} ${'x'.repeat(100)}`]))
  const shown = tty.screen().slice(0, -1)
  expect(shown).toHaveLength(5)
  expect(Math.max(...shown.map((line) => line.length))).toBe(23)
})

test('with NO_COLOR nothing but positions is sent', () => {
  const tty = terminal(40, 10)
  createScreen(tty, { NO_COLOR: '1' }).draw([[{ text: 'red', tone: 'bad' }]])
  expect(hasColours(tty.raw())).toBe(false)
})
