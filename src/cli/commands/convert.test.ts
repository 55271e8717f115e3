/** `qaas convert` as shipped: instances into models, models into models, and that bad input writes nothing. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { bruteForceOptimum } from '../../../test/brute-force.ts'
import { allStates } from '../../../test/models.ts'
import { normalBqm, normalCqm } from '../../../test/normal-form.ts'
import { createBqm } from '../../formulation/bqm-builder.ts'
import { instanceToCqm } from '../../formulation/bridges/instance-to-cqm.ts'
import { energyOf } from '../../formulation/energy.ts'
import { readDimodBqm, writeDimodBqm } from '../../formulation/files/dimod-bqm.ts'
import { readDimodCqm } from '../../formulation/files/dimod-cqm.ts'
import { writeDimodJson } from '../../formulation/files/dimod-json.ts'
import { readLp } from '../../formulation/files/lp-read.ts'
import { readInstance } from '../../io/read-instance.ts'

const bin = fileURLToPath(new URL('../../../bin/qaas.js', import.meta.url))
const base = mkdtempSync(join(tmpdir(), 'qaas-convert-'))
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(base, 'case-'))
  writeFileSync(join(folder, 'team.yaml'), TEAM)
})
afterAll(() => rmSync(base, { recursive: true }))

const TEAM = `version: 1
policy: { budgetUsd: 0.9, dependency: { mode: hard } }
agents:
  - { id: a, quality: 0.5, price: { perTaskUsd: 0.25 }, capacity: { tasks: 2 } }
  - { id: b, quality: 0.9, price: { perTaskUsd: 0.4 } }
tasks:
  - { id: one }
  - { id: two/2, dependsOn: [one] }
`

function qaas(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, 'convert', ...args], { cwd: folder, encoding: 'utf8' })
}
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)))
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8')

test('an instance becomes a CQM with its names, and an LP with indices', async () => {
  const instance = await readInstance(join(folder, 'team.yaml'))
  const { status, stdout } = qaas('team.yaml', 'team.cqm')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^team\.cqm: 4 variables, \d constraints/)
  expect(normalCqm(readDimodCqm(bytesOf('team.cqm')))).toEqual(normalCqm(instanceToCqm(instance).cqm))
  expect(qaas('team.yaml', 'team.lp').status).toBe(0)
  expect(Object.keys(normalCqm(readLp(textOf('team.lp'))).variables)).toEqual([
    '"x_0_0"',
    '"x_0_1"',
    '"x_1_0"',
    '"x_1_1"',
  ])
  expect(qaas('team.yaml', 'team.mps').status).toBe(0)
  expect(textOf('team.mps')).toMatch(/^NAME[\s\S]*ENDATA\n$/)
})

test('an instance becomes a BQM whose ground state is its optimum, and says which penalties', async () => {
  const optimum = bruteForceOptimum(await readInstance(join(folder, 'team.yaml')))!
  for (const penalty of ['bound', '3', '4x']) {
    const { status, stdout } = qaas('team.yaml', 'team.bqm', '--penalty', penalty)
    expect(status).toBe(0)
    expect(stdout).toMatch(/constraints: weight/)
    const bqm = readDimodBqm(bytesOf('team.bqm'))
    const least = Math.min(...[...allStates(bqm.numVariables)].map((state) => energyOf(bqm, state)))
    expect(least).toBeCloseTo(optimum, 6)
  }
})

test('a CQM becomes a BQM only when asked to penalise, ours or exactly as dimod', () => {
  qaas('team.yaml', 'team.cqm', '--dependencies', 'products')
  const refused = qaas('team.cqm', 'team.bqm')
  expect([refused.status, existsSync(join(folder, 'team.bqm'))]).toEqual([2, false])
  expect(refused.stderr).toMatch(
    /cannot hold this model: it has \d constraints?\nMaybe turn constraints into penalties/,
  )
  expect(qaas('team.cqm', 'ours.bqm', '--penalty', 'bound').status).toBe(0)
  const { status, stdout } = qaas('team.cqm', 'dimod.bqm', '--as-dimod')
  expect(status).toBe(0)
  expect(stdout).toContain('constraints weigh 1000, as dimod')
  // dimod truncates the slack of the budget of 0.9 to nothing.
  expect(readDimodBqm(bytesOf('dimod.bqm')).numVariables).toBeLessThan(
    readDimodBqm(bytesOf('ours.bqm')).numVariables,
  )
})

test('models go from format to format, through gzip and by content', () => {
  const bqm = createBqm({
    vartype: 'SPIN',
    linear: [0, 0, 0],
    quadratic: [
      [0, 1, 0.5],
      [1, 2, 1],
    ],
    offset: -1.5,
  })
  writeFileSync(join(folder, 'a.bqm.gz'), gzipSync(writeDimodBqm(bqm)))
  writeFileSync(join(folder, 'b.json'), writeDimodJson(bqm))
  expect(qaas('a.bqm.gz', 'a.rud').status).toBe(0)
  expect(textOf('a.rud')).toBe('3 2\n1 2 1\n2 3 2\n')
  expect(qaas('b.json', 'b.cqm').status).toBe(0)
  expect(qaas('b.cqm', 'c.bqm').status).toBe(0)
  expect(normalBqm(readDimodBqm(bytesOf('c.bqm')))).toEqual(normalBqm(bqm))
  const offset = qaas('a.rud', 'a.qubo', '--vartype', 'BINARY')
  // The cut's offset and that of the spins cancel.
  expect([offset.status, offset.stderr]).toEqual([0, ''])
  expect(qaas('a.rud', 'd.coo').stderr).toMatch(/has the offset -1.5\nMaybe drop it/)
  expect(qaas('a.rud', 'd.coo', '--drop-offset').status).toBe(0)
  expect(qaas('d.coo', '-', '--to', 'dimod-json').stdout).toContain('"variable_type":"SPIN"')
})

test('instances are converted too, and standard output needs a format', async () => {
  expect(qaas('team.yaml', 'team.json').status).toBe(0)
  expect((await readInstance(join(folder, 'team.json'))).tasks.count).toBe(2)
  expect(qaas('team.yaml', '-', '--to', 'json').stdout).toContain('"two/2"')
  expect(qaas('team.yaml', '-').stderr).toMatch(/does not say which format to write\nMaybe name it with --to/)
})

test('what was written is said as JSON', () => {
  const facts = JSON.parse(qaas('team.yaml', 'team.cqm', '--json').stdout)
  expect(facts).toMatchObject({ from: 'team.yaml', to: 'team.cqm', format: 'cqm', notes: [] })
})

test.each([
  [['team.yaml', 'team.xyz'], /does not say which format to write/],
  [['team.yaml', 'x', '--to', 'cqmm'], /--to is "cqmm", which is no known format\nMaybe you meant cqm/],
  [['team.yaml', 'x.cqm', '--from', 'yamll'], /--from is "yamll".*\nMaybe you meant yaml/],
  [['team.yaml', 'x.cqm.gz'], /compressed files are read, not written/],
  [['missing.cqm', 'x.lp'], /missing\.cqm: there is no such file/],
  [['broken.cqm', 'x.lp'], /broken\.cqm: this is no readable zip archive/],
  [['broken.bqm', 'x.lp'], /broken\.bqm: this is no readable BQM file/],
  [['team.yaml', 'x.bqm', '--penalty', 'much'], /--penalty is "much"/],
  [['team.yaml', 'x.bqm', '--max-couplings', '2'], /couplings, the limit is 2/],
  [['team.yaml', 'x.cqm', '--vartype', 'SPIN'], /a CQM has a type per variable/],
  [['team.cqm', 'x.yaml'], /cannot be turned back into an instance/],
  [['team.cqm', 'x.lp'], /is no text\nMaybe relabel the model/],
  [['team.yaml'], /out/i],
] as const)('bad input %j ends in exit code 2 and writes nothing', (args, message) => {
  if (args[0] === 'team.cqm') qaas('team.yaml', 'team.cqm')
  if (args[0] === 'broken.cqm') {
    qaas('team.yaml', 'whole.cqm')
    writeFileSync(join(folder, 'broken.cqm'), bytesOf('whole.cqm').subarray(0, 900))
  }
  writeFileSync(join(folder, 'broken.bqm'), 'DIMODBQM')
  const before = readdirSync(folder)
  const { status, stderr } = qaas(...args)
  expect(stderr).toMatch(message)
  expect(status).toBe(2)
  expect(readdirSync(folder)).toEqual(before)
})

test('--relabel makes names fit for LP', () => {
  qaas('team.yaml', 'team.cqm')
  expect(qaas('team.cqm', 'team.lp', '--relabel').status).toBe(0)
  expect(textOf('team.lp')).toContain('x3')
})
