/** `qaas convert` between the formats of instances: the fingerprint stays the same all the way round. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { factory } from '../../generators/factory.ts'
import { readInstance } from '../../io/read-instance.ts'
import { writeInstance } from '../../io/write-instance.ts'
import { instanceHash } from '../../model/instance-hash.ts'

const bin = fileURLToPath(new URL('../../../bin/qaas.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'qaas-convert-'))
afterAll(() => rmSync(folder, { recursive: true }))

const qaas = (...args: string[]) =>
  spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' })

test('an instance goes from YAML to columns to JSON with tasks in CSV and stays itself', async () => {
  await writeInstance(join(folder, 'a.yaml'), factory())
  expect(qaas('convert', 'a.yaml', 'b.qaas')).toMatchObject({ status: 0, stderr: '' })
  expect(qaas('convert', 'b.qaas', 'c.json', '--tasks-out', 'c.csv')).toMatchObject({ status: 0, stderr: '' })
  expect(qaas('convert', 'c.json', 'd.jsonl')).toMatchObject({ status: 0, stderr: '' })
  const hash = instanceHash(factory())
  for (const name of ['b.qaas', 'c.json'])
    expect(instanceHash(await readInstance(join(folder, name)))).toBe(hash)
  const tasks = join(folder, 'd.jsonl')
  expect(instanceHash(await readInstance(join(folder, 'a.yaml'), { tasks }))).toBe(hash)
})

test('a GAP library file is recognised and kept in columns', async () => {
  writeFileSync(join(folder, 'tiny'), '1 2\n3 4\n5 6\n11\n')
  expect(qaas('convert', 'tiny', 'tiny.qaas')).toMatchObject({ status: 0, stderr: '' })
  const { tasks, fleet } = await readInstance(join(folder, 'tiny.qaas'))
  expect([...tasks.estimates!.tokens, ...fleet.capacityTokens]).toEqual([5, 6, 11])
})

test('a .qaas file cannot name a tasks file', () => {
  const { status, stderr } = qaas('convert', 'tiny', 'x.qaas', '--tasks-out', 'x.csv')
  expect([status, stderr]).toEqual([2, expect.stringContaining('holds its tasks itself')])
})
