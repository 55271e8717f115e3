/** Reading instances: every format gives the same instance, and missing files are told from bad ones. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  CSV,
  errorOf,
  type Files,
  FLEET,
  folder,
  HEAD,
  JSON_TEXT,
  JSONL,
  read,
  YAML,
} from '../../test/instance-files.ts'
import { instanceHash } from '../model/instance-hash.ts'
import { readInstance } from './read-instance.ts'

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
