/** Damaged files of every text format: each is read as an instance or ends in one error that names the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { arbitraryDocument } from '../../test/arbitrary-document.ts'
import { QaasError } from '../errors.ts'
import { createInstance } from '../model/builder.ts'
import type { Instance } from '../model/instance.ts'
import { csvObstacle, csvPieces, jsonlPieces, jsonPieces, yamlPieces } from './instance-text.ts'
import { planDocument } from './plan-document.ts'
import { readInstance } from './read-instance.ts'
import { readPlan } from './read-plan.ts'
import { taskSchema } from './schema.ts'
import { isTask } from './task-shape.ts'

const folder = mkdtempSync(join(tmpdir(), 'qaas-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

/** What stands for a piece of the file: things that confuse parsers and checks. */
const noise = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t',
    '"',
    "'",
    ',',
    ':',
    '{',
    '}',
    '[',
    ']',
    '-',
    '#',
    '&a',
    '*a',
    '!',
    '|',
    '%',
    '\0',
  ),
  fc.constantFrom(
    'null',
    'NaN',
    '.inf',
    '-1',
    '1e999',
    '95',
    'true',
    '~',
    '"id"',
    'id',
    'a',
    '__proto__',
    '\uFEFF',
    '\r\n',
  ),
  fc.constantFrom(
    '"\\ud800"',
    '\u2028',
    '1e-400',
    '0x10',
    '1_000',
    '---\n',
    '<<: *a',
    '? ',
    'tasks: ',
    '{"id":"a"}',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
interface Cut {
  readonly from: number
  readonly length: number
  readonly put: string
}
const cuts = fc.array(
  fc.record({ from: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(12), put: noise }),
  { minLength: 1, maxLength: 3 },
)

function mutated(text: string, changes: readonly Cut[]): string {
  return changes.reduce((now, { from, length, put }) => {
    const start = Math.floor(from * now.length)
    return now.slice(0, start) + put + now.slice(start + length)
  }, text)
}

async function instanceOrError(read: Promise<Instance>): Promise<void> {
  try {
    expect((await read).tasks.count).toBeGreaterThan(0)
  } catch (error) {
    if (!QaasError.isInstance(error)) throw error
    expect(['invalid-file', 'invalid-instance', 'too-large', 'file-system']).toContain(error.code)
    const [message, advice, ...more] = error.message.split('\n')
    expect(message).toContain(folder)
    expect(advice).toMatch(/^Maybe /)
    expect(more).toEqual([])
    expect(JSON.parse(JSON.stringify(error.data))).toEqual(error.data)
  }
}

const whole = (pieces: Iterable<string>): string => [...pieces].join('')
const runs = { numRuns: 120 }

test.each([
  ['YAML', 'f.yaml', yamlPieces],
  ['JSON', 'f.json', jsonPieces],
])('damaged %s', async (_, name, pieces) => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, cuts, async (document, changes) => {
      writeFileSync(at(name), mutated(whole(pieces(createInstance(document))), changes))
      await instanceOrError(readInstance(at(name)))
    }),
    runs,
  )
})

test.each([
  ['JSONL', 't.jsonl', jsonlPieces],
  ['CSV', 't.csv', csvPieces],
])('damaged %s', async (_, name, pieces) => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, cuts, async (document, changes) => {
      const instance = createInstance(document)
      if (name.endsWith('.csv') && csvObstacle(instance) !== undefined) return
      writeFileSync(at('i.json'), whole(jsonPieces(instance, name)))
      writeFileSync(at(name), mutated(whole(pieces(instance)), changes))
      await instanceOrError(readInstance(at('i.json')))
    }),
    runs,
  )
})

test('damaged GAP files', async () => {
  await fc.assert(
    fc.asyncProperty(cuts, async (changes) => {
      writeFileSync(at('g.gap'), mutated('2 3\n 1 2 3\n 4 5 6\n 7 8 9\n 10 11 12\n 15 16\n', changes))
      await instanceOrError(readInstance(at('g.gap'), { format: 'gap' }))
    }),
    runs,
  )
})

test('random bytes under every name', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('x.yaml', 'x.json', 'x', 'x.qaas', 'x.gz'),
      async (bytes, name) => {
        writeFileSync(at(name), bytes)
        await instanceOrError(readInstance(at(name)))
      },
    ),
    runs,
  )
})

test('damaged plans', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, cuts, async (document, changes) => {
      const instance = createInstance(document)
      const result = {
        plan: { agentOf: new Int32Array(instance.tasks.count) },
        bounds: {},
        termination: { reason: 'feasible', detail: '' },
        stats: {},
        provenance: { solver: 's', options: {}, seed: 1 },
        elapsedMs: 1,
      } as const
      writeFileSync(at('plan.json'), mutated(JSON.stringify(planDocument(instance, result)), changes))
      const error = await readPlan(at('plan.json'), instance).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (error === undefined) return
      if (!QaasError.isInstance(error)) throw error
      expect(['invalid-file', 'invalid-plan']).toContain(error.code)
      expect(error.message).toMatch(/\nMaybe .*$/)
    }),
    runs,
  )
})

test('the quick look at a task and the schema agree, but for ranges', () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(0, 0.5, '', 'a', null, true, [], ['a'], [1], {}, { a: {} }, { a: 1 }),
    fc.constantFrom<unknown>({ a: { costUsd: 1 } }, { a: { cost: 1 } }, { a: { quality: 'x' } }, { a: null }),
  )
  const names = [...Object.keys(taskSchema.shape), 'other', '__proto__', 'constructor', 'toString']
  const tasks = fc
    .array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 })
    .map((fields) => Object.fromEntries(fields) as unknown)
  fc.assert(
    fc.property(fc.oneof(tasks, value), fc.boolean(), (found, named) => {
      const task =
        named && typeof found === 'object' && found !== null && !Array.isArray(found)
          ? { ...found, id: 'a' }
          : found
      expect([task, isTask(task)]).toEqual([task, taskSchema.safeParse(task).success])
    }),
    { numRuns: 3000 },
  )
})
