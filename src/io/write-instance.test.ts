/** What is written is read back as the same instance, in every format, also when names are nasty. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arbitraryDocument } from '../../test/arbitrary-document.ts'
import { factory } from '../generators/factory.ts'
import { lcrp } from '../generators/lcrp.ts'
import { createInstance } from '../model/builder.ts'
import type { Instance } from '../model/instance.ts'
import { instanceHash } from '../model/instance-hash.ts'
import { csvObstacle } from './instance-text.ts'
import { readInstance } from './read-instance.ts'
import { writeInstance } from './write-instance.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qaas-write-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function roundTrip(instance: Instance, name: string, tasks?: string): Promise<Instance> {
  await writeInstance(join(folder, name), instance, tasks === undefined ? {} : { tasks: join(folder, tasks) })
  return readInstance(join(folder, name))
}

/** What planning does not read and the fingerprint leaves out. */
const opaque = ({ name, tasks, fleet }: Instance) => ({
  name,
  languageModels: fleet.languageModels,
  providers: [...fleet.providers],
  workflows: [...tasks.workflows],
  inputs: [...tasks.inputs],
  accepts: [...tasks.accepts],
  complexities: [...tasks.complexities],
})

test.each([
  ['a.yaml', undefined],
  ['a.json', undefined],
  ['b.yaml', 'b.jsonl'],
  ['b.json', 'b.csv'],
])('the factory and a routing problem survive %s with tasks in %s', async (name, tasks) => {
  for (const instance of [
    factory(),
    lcrp({ tasks: 500, agents: 30, chains: 0.2, budget: { factor: 1.1 } }),
  ]) {
    const back = await roundTrip(instance, name, tasks)
    expect(instanceHash(back)).toBe(instanceHash(instance))
    expect(opaque(back)).toEqual(opaque(instance))
  }
})

test.each([
  ['p.yaml', undefined],
  ['p.json', undefined],
  ['q.yaml', 'q.jsonl'],
])('any instance survives %s with tasks in %s', async (name, tasks) => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, async (document) => {
      const instance = createInstance(document)
      const back = await roundTrip(instance, name, tasks)
      expect(instanceHash(back)).toBe(instanceHash(instance))
      expect(opaque(back)).toEqual(opaque(instance))
    }),
    { numRuns: 100 },
  )
})

test('any instance survives CSV, or the writer says what does not fit', async () => {
  let written = 0
  const plain = arbitraryDocument.map((document) => ({
    ...document,
    tasks: document.tasks.map(({ input, accept, ...task }) =>
      typeof input === 'string' ? { ...task, input } : task,
    ),
  }))
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: plain }, arbitraryDocument), async (document) => {
      const instance = createInstance(document)
      if (csvObstacle(instance) !== undefined) {
        await expect(roundTrip(instance, 'c.yaml', 'c.csv')).rejects.toThrow(/cannot be written as CSV/)
        return
      }
      written += 1
      expect(instanceHash(await roundTrip(instance, 'c.yaml', 'c.csv'))).toBe(instanceHash(instance))
    }),
    { numRuns: 150 },
  )
  expect(written).toBeGreaterThan(50)
})

test('a failed write leaves the old file and nothing else', async () => {
  const path = join(folder, 'kept.json')
  await writeInstance(path, factory({ tasks: 3 }))
  const before = await readFile(path, 'utf8')
  const broken = { ...factory({ tasks: 3 }), name: 1n as unknown as string }
  await expect(writeInstance(path, broken)).rejects.toThrow()
  expect(await readFile(path, 'utf8')).toBe(before)
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('an unknown ending and a missing folder are refused', async () => {
  await expect(writeInstance(join(folder, 'x.toml'), factory())).rejects.toThrow(
    /ending in "\.toml"\nMaybe use one/,
  )
  await expect(writeInstance(join(folder, 'no', 'x.json'), factory())).rejects.toThrow(
    /folder does not exist/,
  )
  await expect(writeInstance(folder, factory())).rejects.toThrow(/ending in ""/)
})
