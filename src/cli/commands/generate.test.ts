/** `qaas generate` and `qaas schema` as shipped: what they write, and that bad input writes nothing. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { factory } from '../../generators/factory.ts'
import { lcrpHardware } from '../../generators/lcrp-paper.ts'
import { readInstance } from '../../io/read-instance.ts'
import { instanceHash } from '../../model/instance-hash.ts'

const bin = fileURLToPath(new URL('../../../bin/qaas.js', import.meta.url))
let base = ''
let folder = ''
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'qaas-generate-'))
})
beforeEach(async () => {
  folder = await mkdtemp(join(base, 'case-'))
})
afterAll(() => rm(base, { recursive: true }))

function qaas(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 27 })
}

const hashOf = async (name: string): Promise<string> => instanceHash(await readInstance(join(folder, name)))

test('the factory goes to standard output as YAML or JSON', async () => {
  for (const flags of [[], ['--json']]) {
    const { status, stdout, stderr } = qaas('generate', 'factory', ...flags)
    expect([status, stderr]).toEqual([0, ''])
    await writeFile(join(folder, 'f'), stdout)
    expect(await hashOf('f')).toBe(instanceHash(factory()))
  }
})

test('files are written by their ending, tasks into a file of their own', async () => {
  expect(
    qaas('generate', 'factory', '--reverse-edges', '--cloud-capacity', '40', '-o', 'f.json').status,
  ).toBe(0)
  expect(await hashOf('f.json')).toBe(instanceHash(factory({ reverseEdges: true, cloudCapacity: 40 })))
  expect(qaas('generate', 'lcrp', '--hardware', '4x3', '-o', 'h.yaml', '--tasks-out', 'h.csv').status).toBe(0)
  expect(await hashOf('h.yaml')).toBe(instanceHash(lcrpHardware(4)))
  expect(await readFile(join(folder, 'h.yaml'), 'utf8')).toMatch(/^tasks: h\.csv$/m)
})

test('the same seed gives the same file', () => {
  const args = ['generate', 'lcrp', '--tasks', '50', '--agents', '12', '--chains', '0.3', '--budget', '1.2x']
  const { stdout } = qaas(...args, '--seed', '5')
  expect(stdout).toContain('budgetUsd')
  expect(qaas(...args, '--seed', '5').stdout).toBe(stdout)
  expect(qaas(...args, '--seed', '6').stdout).not.toBe(stdout)
})

test.each([
  [['generate', 'factroy'], /no generator "factroy"\nMaybe you meant factory/],
  [['generate', 'factory', '--tiers', '3'], /no option --tiers/],
  [['generate', 'factory', '--agents', '5'], /agents is 5/],
  [['generate', 'lcrp', '--tiers', '3'], /--tiers belongs to the scaled family\nMaybe say how many agents/],
  [['generate', 'lcrp', '--agents', '9', '--tiers', '3', '--distinct'], /contradict each other/],
  [['generate', 'lcrp', '--latency-price', '1'], /belongs to the scaled family/],
  [['generate', 'lcrp', '--hardware', '2x3', '--tasks', '9'], /contradict each other/],
  [['generate', 'lcrp', '--budget', 'much'], /--budget is "much"/],
  [['generate', 'lcrp', '--budget', '1.05x'], /needs capacities/],
  [['generate', 'factory', '-o', 'f.txt'], /ending in "\.txt"\nMaybe use one of these/],
  [['generate', 'factory', '-o', 'no/f.yaml'], /folder does not exist/],
  [['generate', 'factory', '--tasks-out', 't.csv'], /--tasks-out needs --out/],
  [['schema', 'plann'], /no schema "plann"\nMaybe you meant plan/],
])('%j is refused with exit code 2, and nothing is written', async (args, message) => {
  const { status, stdout, stderr } = qaas(...args)
  expect(status).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toMatch(message)
  expect(await readdir(folder)).toEqual([])
})

test('the printed schema takes what generate writes and refuses a slip', () => {
  const validate = new Ajv({ strict: false }).compile(JSON.parse(qaas('schema').stdout))
  const instance = parse(qaas('generate', 'factory').stdout)
  expect([validate(instance), validate.errors]).toEqual([true, null])
  expect(validate({ ...instance, agents: [{ id: 'a', quality: 2 }] })).toBe(false)
  expect(validate({ ...instance, task: [] })).toBe(false)
})

test('help shows every option and an example', () => {
  const { status, stdout } = qaas('generate', '--help')
  expect(status).toBe(0)
  for (const word of ['--reverse-edges', '--hardware', '--budget', 'Examples:', 'qaas generate factory'])
    expect(stdout).toContain(word)
})
