/** Instances as files, for the tests of reading: the same small team in every format, and the error of a bad one. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { QaasError } from '../src/errors.ts'
import { readInstance } from '../src/io/read-instance.ts'
import type { Instance } from '../src/model/instance.ts'

/** The folder of this test file's cases; set before its first test. */
export let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qaas-read-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Contents by path; the first is the one that is read. */
export type Files = Readonly<Record<string, string | Uint8Array>>
let count = 0

/** Writes the files into a folder of their own and reads the first. */
export async function read(files: Files, options = {}): Promise<Instance> {
  const own = join(folder, `case-${count++}`)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(own, name)), { recursive: true })
    await writeFile(join(own, name), content)
  }
  return readInstance(join(own, Object.keys(files)[0]!), options)
}

/** The error of reading, its folder cut off. */
export async function errorOf(files: Files, options = {}): Promise<QaasError> {
  const error = await read(files, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!QaasError.isInstance(error)) throw new Error(`no QaasError but ${String(error)}`)
  return error
}

const place = ({ data }: QaasError): string =>
  [String(data.file).replace(/^.*case-\d+\//, ''), data.line, data.column]
    .filter((x) => x !== undefined)
    .join(':')
export const YAML = `version: 1
name: team
policy:
  overkillWeight: 2
  dependency: { mode: soft, penaltyUsd: 100 }
  complexity:
    hard: { minQuality: 0.8 }
agents:
  - id: small
    replicas: 2
    quality: { default: 0.5, law: 0.6 }
    capabilities: [easy, hard]
    price: { perTaskUsd: 0.001 }
  - id: large
    quality: 0.9
    capacity: { tasks: 5, tokens: 1000 }
    price: { inputPerMTokUsd: 3 }
tasks:
  - { id: a, complexity: easy, inputTokens: 10 }
  - { id: b, complexity: hard, dependsOn: [a], estimates: { large: { quality: 0.85, costUsd: 0.2 } } }
`
export const HEAD = YAML.slice(0, YAML.indexOf('tasks:\n'))
export const JSONL = `{"id":"a","complexity":"easy","inputTokens":10}\n\n{"id":"b","complexity":"hard","dependsOn":["a"],"estimates":{"large":{"quality":0.85,"costUsd":0.2}}}\n`
export const CSV = `id,complexity,inputTokens,dependsOn,estimates.large.quality,estimates.large.costUsd
a,easy,10,,,
"b",hard,,a,0.85,0.2
`
export const JSON_TEXT = JSON.stringify({
  version: 1,
  name: 'team',
  policy: {
    overkillWeight: 2,
    dependency: { mode: 'soft', penaltyUsd: 100 },
    complexity: { hard: { minQuality: 0.8 } },
  },
  agents: [
    {
      id: 'small',
      replicas: 2,
      quality: { default: 0.5, law: 0.6 },
      capabilities: ['easy', 'hard'],
      price: { perTaskUsd: 0.001 },
    },
    { id: 'large', quality: 0.9, capacity: { tasks: 5, tokens: 1000 }, price: { inputPerMTokUsd: 3 } },
  ],
  tasks: JSONL.split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line)),
})
export const FLEET = HEAD.slice(HEAD.indexOf('agents:'))
export const withTasks = (tasks: string): Files => ({ 'i.yaml': `${HEAD}tasks:\n${tasks}` })
export const withJsonl = (text: string | Uint8Array): Files => ({
  'i.yaml': `${HEAD}tasks: t.jsonl\n`,
  't.jsonl': text,
})
export const withCsv = (text: string): Files => ({ 'i.yaml': `${HEAD}tasks: t.csv\n`, 't.csv': text })
export const deep = (bad: string): string =>
  Array.from({ length: 5000 }, (_, k) => (k === 4321 ? bad : `{"id":"t${k}"}`)).join('\n')
/** A bad input: its name, its files, the place of the error, its message, its advice. */
export type BadFile = readonly [string, Files, string, RegExp, RegExp]

/** Each bad input ends in one error that names the place and says what to do. */
export function expectOneError(cases: readonly BadFile[]): void {
  test.each(cases)('%s: one error that names the place', async (_, files, expectedPlace, message, advice) => {
    const error = await errorOf(files)
    const [text, ...rest] = error.message.split('\n')
    expect(`${place(error)} ${text}`).toMatch(new RegExp(`^${expectedPlace.replaceAll('.', '\\.')} `))
    expect(text).toMatch(message)
    expect(rest).toHaveLength(1)
    expect(rest[0]).toMatch(advice)
    expect(['invalid-instance', 'invalid-file', 'too-large']).toContain(error.code)
    expect(JSON.parse(JSON.stringify(error.data))).toEqual(error.data)
  })
}
