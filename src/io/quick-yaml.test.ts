/** The quick reader against the full parser: whatever it reads, the full parser reads the same. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { arbitraryDocument } from '../../test/arbitrary-document.ts'
import { factory } from '../generators/factory.ts'
import { lcrp } from '../generators/lcrp.ts'
import { createInstance } from '../model/builder.ts'
import { yamlPieces } from './instance-text.ts'
import { quickYaml, RepeatedKey } from './quick-yaml.ts'

/** What the full parser makes of it, as `parseYaml` sets it up. */
function fully(text: string): unknown {
  const document = parseDocument(text, { merge: true, prettyErrors: false })
  if (document.errors.length > 0) return { errors: document.errors.map((error) => error.message) }
  return document.toJS()
}

function agrees(text: string): boolean {
  let value: unknown
  try {
    value = quickYaml(text)
  } catch (error) {
    expect(error).toBeInstanceOf(RepeatedKey)
    expect([text, String(Object.values(fully(text) as object))]).toEqual([
      text,
      expect.stringContaining('unique'),
    ])
    return false
  }
  if (value === undefined) return false
  expect([text, value]).toEqual([text, fully(text)])
  return true
}

test('written instances take the quick way', () => {
  for (const instance of [factory(), lcrp({ tasks: 200, agents: 20, chains: 0.3, budget: { usd: 1 } })])
    expect(agrees([...yamlPieces(instance)].join(''))).toBe(true)
})

test.each([
  'a: 1\nb: [x, 2, "q: r"]\nc: { d: null, e: .5, f: -1e3 }\n',
  '# note\nlist:\n- a\n- b: 1\n  c: 2\n-   d: [ ]\nnext: {}\n',
  'list:\n  - - 1\n    - 2\n  -\n    x: y\n\n  # inside\n  - plain text with blanks   # and a note\n',
  'a:\nb: ~x\nc: "\\u00e4\\n"\n"quoted key": yes\nd: 2024-01-01\n',
  'a: {b: {c: [1, [2, {"d": 3}]]}}',
  'k: 007\nl: +5\nm: 1.\nn: 1e400\no: 1_000\n',
  'deep:\n   deeper:\n        deepest: 1\n   other: 2\nlast: end',
])('%j is read alike', (text) => {
  expect(agrees(text)).toBe(true)
})

test.each([
  '',
  'a: b: c\n',
  'a: &x 1\nb: *x\n',
  'a: |\n  text\n',
  'a: one\n  two\n',
  'a: [1,\n 2]\n',
  "a: 'x'\n",
  '--- \na: 1\n',
  'a: 1\n...\n',
  'a: {b}\n',
  'a: .inf\n',
  'a: 0x10\n',
  'a:\t1\n',
  'a: 1\r\n',
  '<<: { a: 1 }\n',
  '__proto__: 1\n',
  'null: 1\n',
  'a: x#y\n',
  'a: !!str 1\n',
  '? a\n: b\n',
  'a: "\\x41"\n',
  ' a: 1\nb: 2\n',
  `a: ${'['.repeat(200)}${']'.repeat(200)}\n`,
])('%j is left to the full parser', (text) => {
  expect(quickYaml(text)).toBe(undefined)
})

const piece = fc.constantFrom(
  ...[
    'a',
    'b: ',
    'c:',
    '- ',
    '-',
    '\n',
    '\n  ',
    '\n    ',
    '  ',
    ' ',
    '[',
    ']',
    '{',
    '}',
    ', ',
    ',',
    ': ',
    ':',
    '"',
    '"x"',
  ],
  ...[
    "'",
    '#',
    ' # n',
    '1',
    '-1',
    '.5',
    '1e3',
    '~',
    'null',
    'true',
    '.inf',
    '&a ',
    '*a',
    '|',
    '>',
    '?',
    '!',
    '\\',
    '.',
    '+',
    '/',
  ],
)

test('small random documents are read alike or left', () => {
  let quick = 0
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      if (agrees(pieces.join(''))) quick += 1
    }),
    { numRuns: 10_000 },
  )
  expect(quick).toBeGreaterThan(100)
})

test('written instances with something changed are read alike or left', () => {
  let quick = 0
  fc.assert(
    fc.property(
      arbitraryDocument,
      fc.double({ min: 0, max: 1, noNaN: true }),
      piece,
      fc.nat(6),
      (document, at, put, cut) => {
        const text = [...yamlPieces(createInstance(document))].join('')
        const start = Math.floor(at * text.length)
        if (agrees(text.slice(0, start) + put + text.slice(start + cut))) quick += 1
      },
    ),
    { numRuns: 300 },
  )
  expect(quick).toBeGreaterThan(20)
})

test.each([
  ['a: 1\nb: 2\na: 3\n', 'a', 10],
  ['list:\n  - x: {k: 1, "k": 2}\n', 'k', 20],
  ['a:\n  b: 1\n  b:\n    - 2\n', 'b', 12],
])('%j is refused at its second key', (text, key, offset) => {
  expect(() => quickYaml(text)).toThrow(expect.objectContaining({ key, offset }))
})
