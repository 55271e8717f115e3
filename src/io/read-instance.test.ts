/** Reading instances: every format gives the same instance, and every bad file one clear error with its place. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { QaasError } from '../errors.ts'
import { instanceHash } from '../model/instance-hash.ts'
import { readInstance } from './read-instance.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qaas-read-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Files = Readonly<Record<string, string | Uint8Array>>
let count = 0

/** Writes the files into a folder of their own and reads the first. */
async function read(files: Files, options = {}) {
  const own = join(folder, `case-${count++}`)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(own, name)), { recursive: true })
    await writeFile(join(own, name), content)
  }
  return readInstance(join(own, Object.keys(files)[0]!), options)
}

/** The error of reading, its folder cut off. */
async function errorOf(files: Files, options = {}): Promise<QaasError> {
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

const YAML = `version: 1
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
const HEAD = YAML.slice(0, YAML.indexOf('tasks:\n'))
const JSONL = `{"id":"a","complexity":"easy","inputTokens":10}\n\n{"id":"b","complexity":"hard","dependsOn":["a"],"estimates":{"large":{"quality":0.85,"costUsd":0.2}}}\n`
const CSV = `id,complexity,inputTokens,dependsOn,estimates.large.quality,estimates.large.costUsd
a,easy,10,,,
"b",hard,,a,0.85,0.2
`
const JSON_TEXT = JSON.stringify({
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
const FLEET = HEAD.slice(HEAD.indexOf('agents:'))

test.each<[string, Files]>([
  ['JSON', { 'i.json': JSON_TEXT }],
  ['JSON without an ending', { instance: `\n ${JSON_TEXT}` }],
  ['JSON with a byte order mark', { 'i.json': `\uFEFF${JSON_TEXT}` }],
  ['gzip', { 'i.json.gz': gzipSync(JSON_TEXT) }],
  ['JSON read as YAML', { 'i.yaml': JSON_TEXT }],
  ['YAML with Windows line ends', { 'i.yaml': YAML.replaceAll('\n', '\r\n') }],
  ['tasks in JSONL', { 'i.yaml': `${HEAD}tasks: data/t.jsonl\n`, 'data/t.jsonl': JSONL }],
  [
    'tasks in JSONL with Windows line ends',
    { 'i.yaml': `${HEAD}tasks: t.jsonl`, 't.jsonl': JSONL.replaceAll('\n', '\r\n') },
  ],
  [
    'tasks in JSONL without a last line break',
    { 'i.yaml': `${HEAD}tasks: t.jsonl`, 't.jsonl': JSONL.trimEnd() },
  ],
  ['tasks in CSV', { 'i.yaml': `${HEAD}tasks: ./t.csv\n`, 't.csv': CSV }],
  [
    'tasks in JSON',
    { 'i.yaml': `${HEAD}tasks: t.json\n`, 't.json': JSON.stringify(JSON.parse(JSON_TEXT).tasks) },
  ],
  ['tasks in YAML', { 'i.yaml': `${HEAD}tasks: t.yaml\n`, 't.yaml': YAML.slice(YAML.indexOf('tasks:\n')) }],
  [
    'the fleet in a file',
    { 'i.yaml': `${YAML.replace(FLEET, 'agents: fleet/f.yaml\n')}`, 'fleet/f.yaml': FLEET },
  ],
])('%s gives the same instance as YAML', async (_, files) => {
  expect(instanceHash(await read(files))).toBe(instanceHash(await read({ 'i.yaml': YAML })))
})

test('tasks and fleet can be given beside the file', async () => {
  const whole = await read({ 'i.yaml': YAML })
  const own = join(folder, 'beside')
  await mkdir(own)
  await writeFile(join(own, 'fleet.yaml'), FLEET)
  await writeFile(join(own, 't.jsonl'), JSONL)
  const instance = await read(
    { 'i.yaml': HEAD.replace(FLEET, '') },
    { tasks: join(own, 't.jsonl'), fleet: join(own, 'fleet.yaml') },
  )
  expect(instanceHash(instance)).toBe(instanceHash(whole))
})

const withTasks = (tasks: string): Files => ({ 'i.yaml': `${HEAD}tasks:\n${tasks}` })
const withJsonl = (text: string | Uint8Array): Files => ({
  'i.yaml': `${HEAD}tasks: t.jsonl\n`,
  't.jsonl': text,
})
const withCsv = (text: string): Files => ({ 'i.yaml': `${HEAD}tasks: t.csv\n`, 't.csv': text })
const deep = (bad: string): string =>
  Array.from({ length: 5000 }, (_, k) => (k === 4321 ? bad : `{"id":"t${k}"}`)).join('\n')

test.each<[string, Files, string, RegExp, RegExp]>([
  [
    'YAML syntax',
    { 'i.yaml': 'version: 1\nagents: [a, b\ntasks: x' },
    'i.yaml:3:1',
    /not valid YAML/,
    /Maybe/,
  ],
  [
    'JSON syntax',
    { 'i.json': '{"version": 1,\n "agents": [1,]}' },
    'i.json:2:15',
    /found "]"/,
    /comma before it/,
  ],
  ['a cut JSON file', { 'i.json': '{"version": 1' }, 'i.json:1:14', /the end of the file/, /cut short/],
  ['NaN in JSON', { 'i.json': '{"version": NaN}' }, 'i.json:1:13', /found "NaN"/, /leave the field out/],
  [
    'a repeated YAML key',
    { 'i.yaml': 'version: 1\nname: a\nname: b\n' },
    'i.yaml:3:1',
    /given twice/,
    /remove one/,
  ],
  [
    'a repeated JSON key',
    { 'i.json': '{"version": 1,\n"agents": [{"id":"a","id":"b"}]}' },
    'i.json:2:22',
    /key "id" is given twice/,
    /remove one/,
  ],
  ['two YAML documents', { 'i.yaml': `${YAML}---\na: 1\n` }, 'i.yaml:21:1', /YAML/, /one document/],
  ['an empty file', { 'i.yaml': '' }, 'i.yaml:1:1', /empty/, /generate factory/],
  [
    'a list instead of fields',
    { 'i.yaml': '- a\n' },
    'i.yaml:1:1',
    /the document is \["a"\], it must be an object/,
    /Maybe/,
  ],
  ['no version', { 'i.yaml': YAML.slice(11) }, 'i.yaml:1:1', /version is missing/, /add it: 1/],
  [
    'a later version',
    { 'i.yaml': YAML.replace('version: 1', 'version: 2') },
    'i.yaml:1:10',
    /version is 2, it must be 1/,
    /Maybe/,
  ],
  [
    'an unknown field',
    { 'i.yaml': YAML.replace('overkillWeight', 'overkilWeight') },
    'i.yaml:4:3',
    /unknown field "overkilWeight"/,
    /"overkillWeight"/,
  ],
  [
    'an unknown field of an agent',
    { 'i.yaml': YAML.replace('capabilities', 'capability') },
    'i.yaml:12:5',
    /agent "small": unknown field "capability"/,
    /"capabilities"/,
  ],
  [
    'an unknown field inside',
    { 'i.yaml': YAML.replace('perTaskUsd', 'perTask') },
    'i.yaml:13:14',
    /"perTask"/,
    /"perTaskUsd"/,
  ],
  [
    'an unknown mode',
    { 'i.yaml': YAML.replace('mode: soft', 'mode: sofft') },
    'i.yaml:5:23',
    /policy.dependency.mode is "sofft"/,
    /Maybe/,
  ],
  [
    'a quality in percent',
    { 'i.yaml': YAML.replace('quality: 0.9', 'quality: 95') },
    'i.yaml:15:14',
    /agent "large": quality is 95/,
    /write 0\.95/,
  ],
  [
    'a quality by domain in percent',
    { 'i.yaml': YAML.replace('law: 0.6', 'law: 60') },
    'i.yaml:11:35',
    /quality.law is 60/,
    /write 0\.6/,
  ],
  [
    'a negative price',
    { 'i.yaml': YAML.replace('0.001', '-0.001') },
    'i.yaml:13:26',
    /price.perTaskUsd is -0.001, it must be a number of at least 0/,
    /Maybe/,
  ],
  [
    'an infinite number',
    { 'i.yaml': YAML.replace('tokens: 1000', 'tokens: .inf') },
    'i.yaml:16:35',
    /capacity.tokens is Infinity/,
    /no limit/,
  ],
  [
    'a NaN',
    { 'i.yaml': YAML.replace('tokens: 1000', 'tokens: .nan') },
    'i.yaml:16:35',
    /capacity.tokens is NaN/,
    /leave the field out/,
  ],
  [
    'a null',
    { 'i.yaml': YAML.replace('tokens: 1000', 'tokens: null') },
    'i.yaml:16:35',
    /capacity.tokens is null/,
    /leave the field out/,
  ],
  [
    'a number in quotes',
    { 'i.yaml': YAML.replace('tokens: 1000', 'tokens: "1000"') },
    'i.yaml:16:35',
    /capacity.tokens is "1000"/,
    /remove the quotes/,
  ],
  [
    'half a replica',
    { 'i.yaml': YAML.replace('replicas: 2', 'replicas: 2.5') },
    'i.yaml:10:15',
    /replicas is 2.5, it must be a whole number/,
    /Maybe/,
  ],
  [
    'an agent name used twice',
    { 'i.yaml': YAML.replace('id: large', 'id: small') },
    'i.yaml:14:9',
    /agent id "small" is used twice/,
    /rename/,
  ],
  [
    'a replica name used twice',
    { 'i.yaml': YAML.replace('id: large', 'id: small-1') },
    'i.yaml:14:9',
    /"small-1" is used twice/,
    /replicas/,
  ],
  [
    'no agents',
    { 'i.yaml': 'version: 1\nagents: []\ntasks: [{id: a}]' },
    'i.yaml:2:9',
    /no agents/,
    /at least one/,
  ],
  [
    'no agents at all',
    { 'i.yaml': 'version: 1\ntasks: [{id: a}]' },
    'i.yaml:1:1',
    /agents is missing/,
    /a list/,
  ],
  ['no tasks', withTasks('  []\n'), 'i.yaml:19:3', /no tasks/, /empty/],
  ['no tasks at all', { 'i.yaml': HEAD }, 'i.yaml:1:1', /tasks is missing/, /a list/],
  [
    'a task without an id',
    withTasks('  - { complexity: easy }\n'),
    'i.yaml:19:5',
    /task 0: id is missing/,
    /Maybe add it/,
  ],
  [
    'a task id used twice',
    withTasks('  - { id: a }\n  - { id: a }\n'),
    'i.yaml:20:11',
    /task id "a" is used twice/,
    /rename/,
  ],
  [
    'a task id that is a number',
    withTasks('  - { id: 7 }\n'),
    'i.yaml:19:11',
    /id is 7, it must be a text/,
    /quotes: "7"/,
  ],
  [
    'an unknown field of a task',
    withTasks('  - { id: a, dependson: [] }\n'),
    'i.yaml:19:14',
    /task "a": unknown field "dependson"/,
    /"dependsOn"/,
  ],
  [
    'dependsOn as a text',
    withTasks('  - { id: a, dependsOn: b }\n'),
    'i.yaml:19:25',
    /dependsOn is "b", it must be a list/,
    /\[b\]/,
  ],
  [
    'an unknown dependency',
    withTasks('  - { id: first }\n  - { id: b, dependsOn: [frist] }\n'),
    'i.yaml:20:26',
    /"b" depends on "frist", which does not exist/,
    /"first"/,
  ],
  [
    'a task that depends on itself',
    withTasks('  - { id: a, dependsOn: [a] }\n'),
    'i.yaml:19:26',
    /depends on itself/,
    /remove/,
  ],
  [
    'a cycle',
    withTasks(
      '  - { id: a, dependsOn: [c] }\n  - { id: b, dependsOn: [a] }\n  - { id: c, dependsOn: [b] }\n',
    ),
    'i.yaml:19:25',
    /cycle: a -> c -> b -> a/,
    /remove one/,
  ],
  [
    'an estimate for no agent',
    withTasks('  - { id: a, estimates: { larg: { costUsd: 1 } } }\n'),
    'i.yaml:19:33',
    /"larg", which is no agent/,
    /"large"/,
  ],
  [
    'an unknown figure of an estimate',
    withTasks('  - { id: a, estimates: { large: { costUSD: 1 } } }\n'),
    'i.yaml:19:36',
    /unknown field "costUSD"/,
    /"costUsd"/,
  ],
  [
    'a task floor in percent',
    withTasks('  - { id: a, minQuality: 80 }\n'),
    'i.yaml:19:26',
    /task "a": minQuality is 80/,
    /write 0\.8/,
  ],
  [
    'a bad line deep in JSONL',
    withJsonl(deep('{"id":"t4321",}')),
    't.jsonl:4322:15',
    /not valid JSON/,
    /comma before it/,
  ],
  [
    'a bad value deep in JSONL',
    withJsonl(deep('{"id":"t4321","minQuality":1.5}')),
    't.jsonl:4322:28',
    /task "t4321": minQuality is 1.5/,
    /Maybe/,
  ],
  [
    'a bad type deep in JSONL',
    withJsonl(deep('{"id":"t4321","minQuality":"x"}')),
    't.jsonl:4322:28',
    /minQuality is "x"/,
    /Maybe/,
  ],
  [
    'an unknown field deep in JSONL',
    withJsonl(deep('{"id":"t4321","minQualty":1}')),
    't.jsonl:4322:15',
    /unknown field "minQualty"/,
    /"minQuality"/,
  ],
  [
    'a repeated key deep in JSONL',
    withJsonl(deep('{"id":"t4321","id":"x"}')),
    't.jsonl:4322:15',
    /"id" is given twice/,
    /remove one/,
  ],
  [
    'an unknown dependency deep in JSONL',
    withJsonl(deep('{"id":"t4321","dependsOn":["t1","t6000"]}')),
    't.jsonl:4322:33',
    /"t6000", which does not exist/,
    /Maybe/,
  ],
  [
    'a JSONL line that is no object',
    withJsonl('{"id":"a"}\n[1]\n'),
    't.jsonl:2:1',
    /task 1 is \[1\], it must be an object/,
    /Maybe/,
  ],
  [
    'a JSONL line that is not UTF-8',
    withJsonl(Buffer.from('{"id":"a"}\n{"id":"\xff"}\n', 'latin1')),
    't.jsonl:2',
    /not UTF-8/,
    /binary|encoding/,
  ],
  ['an empty JSONL', withJsonl('\n\n'), 't.jsonl', /no tasks/, /empty/],
  [
    'a wrong header in CSV',
    withCsv('id,complexty\na,x\n'),
    't.csv:1:4',
    /unknown field "complexty"/,
    /"complexity"/,
  ],
  [
    'a CSV without a header',
    withCsv('a,easy,10\n'),
    't.csv:1:1',
    /unknown field "a"/,
    /first row is missing/,
  ],
  ['a CSV with semicolons', withCsv('id;complexity\na;x\n'), 't.csv:1:1', /unknown field/, /commas/],
  ['a column given twice', withCsv('id,id\na,b\n'), 't.csv:1:4', /"id" is given twice/, /remove one/],
  [
    'a CSV row that is too long',
    withCsv('id,workflow\na,x\nb,x,y\n'),
    't.csv:3',
    /3 cells, the first row 2/,
    /double quotes/,
  ],
  [
    'a CSV row that is too short',
    withCsv('id,workflow\na,x\nb\n'),
    't.csv:3',
    /1 cells, the first row 2/,
    /comma/,
  ],
  [
    'a CSV number that is none',
    withCsv('id,minQuality\na,0.5\nb,high\n'),
    't.csv:3:3',
    /minQuality is "high", it must be a finite number/,
    /decimal point/,
  ],
  ['a NaN in CSV', withCsv('id,minQuality\na,NaN\n'), 't.csv:2:3', /minQuality is "NaN"/, /cell empty/],
  [
    'a CSV value out of range',
    withCsv('workflow,id,minQuality\n"x,\ny",a,0.5\nw,b,50\n'),
    't.csv:4:5',
    /task "b": minQuality is 50/,
    /write 0\.5/,
  ],
  [
    'a CSV estimate that is no number',
    withCsv('id,estimates.large.costUsd\na,x\n'),
    't.csv:2:3',
    /estimates.large.costUsd is "x"/,
    /Maybe/,
  ],
  ['an open quote in CSV', withCsv('id,workflow\na,"x\nb,y\n'), 't.csv:2', /not closed/, /twice/],
  [
    'text behind a quote in CSV',
    withCsv('id,workflow\na,"x"y\n'),
    't.csv:2:3',
    /behind a closing quote/,
    /twice/,
  ],
  [
    'an unknown dependency in CSV',
    withCsv('id,dependsOn\na,\nb,a;ab\n'),
    't.csv:3:3',
    /"ab", which does not exist/,
    /Maybe/,
  ],
  [
    'an unknown kind of tasks file',
    { 'i.yaml': `${HEAD}tasks: t.xlsx\n` },
    'i.yaml:18:8',
    /"t.xlsx" has an unknown kind/,
    /\.jsonl/,
  ],
  [
    'a tasks file without a list',
    { 'i.yaml': `${HEAD}tasks: t.json\n`, 't.json': '{"task":[]}' },
    't.json:1:1',
    /no list of tasks/,
    /"tasks"/,
  ],
  ['tasks only', { 't.jsonl': JSONL }, 't.jsonl', /holds tasks only/, /instance file/],
  [
    'a bad fleet file',
    { 'i.yaml': `version: 1\nagents: f.yaml\ntasks: [{id: a}]\n`, 'f.yaml': '- id: x\n  quality: 2\n' },
    'f.yaml:2:12',
    /agent "x": quality is 2/,
    /Maybe/,
  ],
  [
    'binary garbage',
    { 'i.yaml': Uint8Array.from({ length: 999 }, (_, k) => (k * 7919) & 255) },
    'i.yaml',
    /not text/,
    /binary/,
  ],
  [
    'another encoding',
    { 'i.yaml': Buffer.from('version: 1\nname: "\xe4"', 'latin1') },
    'i.yaml',
    /not UTF-8/,
    /encoding/,
  ],
  ['broken gzip', { 'i.gz': gzipSync(JSON_TEXT).subarray(0, 40) }, 'i.gz', /cannot be unpacked/, /cut short/],
  [
    'an alias bomb',
    {
      'i.yaml': `a0: &a0 [x]\n${Array.from({ length: 9 }, (_, k) => `a${k + 1}: &a${k + 1} [${Array(9).fill(`*a${k}`).join(', ')}]\n`).join('')}`,
    },
    'i.yaml',
    /alias/,
    /Maybe/,
  ],
  [
    'too deep JSON',
    { 'i.json': `{"version":1,"name":${'['.repeat(1e5)}${']'.repeat(1e5)}}` },
    'i.json:1:521',
    /nested deeper/,
    /Maybe/,
  ],
  [
    'a cut GAP file',
    { 'g.txt': '1 2\n1 2\n1 22' },
    'g.txt:3:5',
    /ends before the capacity of agent 0/,
    /cut short/,
  ],
  [
    'a GAP file with a word',
    { 'g.txt': '1 2\n1 2\n1 x\n5' },
    'g.txt:3:3',
    /is "x", it must be a number/,
    /Maybe/,
  ],
  [
    'a GAP file that goes on',
    { 'g.txt': '1 1 1 1 1 5' },
    'g.txt:1:11',
    /behind the last capacity/,
    /several problems/,
  ],
])('%s: one error that names the place', async (_, files, expectedPlace, message, advice) => {
  const error = await errorOf(files)
  const [text, ...rest] = error.message.split('\n')
  expect(`${place(error)} ${text}`).toMatch(new RegExp(`^${expectedPlace.replaceAll('.', '\\.')} `))
  expect(text).toMatch(message)
  expect(rest).toHaveLength(1)
  expect(rest[0]).toMatch(advice)
  expect(['invalid-instance', 'invalid-file']).toContain(error.code)
  expect(JSON.parse(JSON.stringify(error.data))).toEqual(error.data)
})

test('a missing file names the nearest one in its folder', async () => {
  await writeFile(join(folder, 'factory.yaml'), YAML)
  await expect(readInstance(join(folder, 'factori.yaml'))).rejects.toThrow(
    /no such file\nMaybe you meant factory.yaml/,
  )
  await expect(readInstance(join(folder, 'none', 'x.yaml'))).rejects.toThrow(/no such file\nMaybe the path/)
})

test('a folder and a missing tasks file are told from files', async () => {
  await expect(readInstance(folder)).rejects.toThrow(/is a folder/)
  expect(await errorOf({ 'i.yaml': `${HEAD}tasks: none.jsonl\n` })).toMatchObject({ code: 'file-system' })
  expect(await errorOf({ 'i.yaml': `${HEAD}tasks: .\n` })).toMatchObject({ code: 'invalid-file' })
})

test('an unknown format lists the known ones', async () => {
  await expect(read({ 'i.yaml': YAML }, { format: 'yml' })).rejects.toThrow(
    /no format "yml"\nMaybe you meant yaml/,
  )
})
