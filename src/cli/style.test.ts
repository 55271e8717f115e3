import { expect, test } from 'vitest'
import { bar, lineText, spread, wantsColour } from './style.ts'

const plain = { width: 80, colour: false }

test('a line is cut at the width, wide characters counted as two columns', () => {
  expect(lineText(['abc', { text: 'def', tone: 'bad' }, 'ghi'], { width: 5, colour: false })).toBe('abcde')
  expect(lineText(['漢字漢字'], { width: 5, colour: false })).toBe('漢字')
  expect(lineText([{ text: 'abc', tone: 'good' }], { width: 2, colour: true })).toBe('\u001b[32mab\u001b[0m')
})

test('NO_COLOR and a dumb terminal mean no colours, an empty NO_COLOR means nothing', () => {
  expect(wantsColour({ NO_COLOR: '1' })).toBe(false)
  expect(wantsColour({ TERM: 'dumb' })).toBe(false)
  expect(wantsColour({ NO_COLOR: '', TERM: 'xterm' })).toBe(true)
})

test('a bar never exceeds its width and shows even a small part that is not nothing', () => {
  const parts = [
    { share: 0.001, glyph: 'a' },
    { share: 0.998, glyph: 'b' },
    { share: 0.001, glyph: 'c' },
  ]
  expect(lineText(bar(parts, 10), plain)).toBe('abbbbbbbbb')
  expect(
    lineText(
      bar(
        [
          { share: 0, glyph: 'x' },
          { share: 0.5, glyph: 'y' },
        ],
        4,
      ),
      plain,
    ),
  ).toBe('yy')
  expect(lineText(bar([{ share: 3, glyph: 'x' }], 4), plain)).toBe('xxxx')
})

test('two halves stand apart where both fit, else the first stands alone', () => {
  expect(lineText(spread(['ab'], ['cd'], 8), plain)).toBe('ab    cd')
  expect(lineText(spread(['abcd'], ['efgh'], 9), plain)).toBe('abcd')
})
