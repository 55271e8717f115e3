/** `qaas sample` as shipped. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../../bin/qaas.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'qaas-sample-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function qaas(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' })
}

const triangle = write('triangle.coo', '# vartype=SPIN\n0 1 1\n1 2 1\n0 2 1\n')
const pick = write(
  'pick.lp',
  'Minimize\n obj: 2 x + 3 y + 1 z\nSubject To\n one: x + y + z = 1\n not_z: x + y >= 1\nBinary\n x y z\nEnd\n',
)
const impossible = write(
  'impossible.lp',
  'Minimize\n obj: x + y\nSubject To\n a: x + y >= 2\n b: x + y <= 1\nBinary\n x y\nEnd\n',
)

test('prints energies, occurrences and a histogram of a BQM', () => {
  const { status, stdout } = qaas('sample', triangle, '--reads', '50', '--seed', '3')
  expect(status).toBe(0)
  expect(stdout).toMatch(/3 variables, 3 couplings/)
  expect(stdout).toMatch(/energy +times/)
  expect(stdout).toMatch(/^ +-1 +\d+$/m)
  expect(stdout).toMatch(/│█+ \d+/)
})

test('the exhaustive sampler says that its minimum is proven', () => {
  const { stdout } = qaas('sample', triangle, '--sampler', 'exhaustive')
  expect(stdout).toMatch(/the lowest energy is proven minimal/)
})

test('an instance is sampled with every promise it makes: broken dependencies are never "kept"', () => {
  const team = join(folder, 'team.yaml')
  writeFileSync(
    team,
    'version: 1\nagents: [{ id: weak, quality: 0.5 }, { id: strong, quality: 0.9, price: { perTaskUsd: 1 }, capacity: { tasks: 1 } }]\n' +
      'tasks: [{ id: write, minQuality: 0.8 }, { id: review, dependsOn: [write] }]\n',
  )
  const { status, stdout } = qaas('sample', team, '--sampler', 'exhaustive', '--json')
  expect(status).toBe(1)
  expect(JSON.parse(stdout).samples.some(({ feasible }: { feasible: boolean }) => feasible)).toBe(false)
})

test('samples of a CQM are judged against its constraints', () => {
  const { status, stdout } = qaas('sample', pick, '--reads', '20', '--json')
  expect(status).toBe(0)
  const document = JSON.parse(stdout)
  expect(document.labels).toEqual(['x', 'y', 'z'])
  expect(document.samples[0]).toMatchObject({ feasible: true, objective: 2, values: [1, 0, 0] })
})

test('exit code 1 when no sample keeps every constraint', () => {
  const { status, stdout } = qaas('sample', impossible, '--reads', '5')
  expect(status).toBe(1)
  expect(stdout).toMatch(/0 of 5 samples keep every constraint/)
})

test('the same seed prints the same samples on every run', () => {
  const json = () => JSON.parse(qaas('sample', triangle, '--reads', '9', '--json').stdout).samples
  expect(json()).toEqual(json())
})

test('options of another sampler, unknown formats and broken files are exit code 2', () => {
  expect(qaas('sample', triangle, '--sampler', 'tabu', '--sweeps', '5')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('the sampler tabu has no option --sweeps'),
  })
  expect(qaas('sample', triangle, '--sampler', 'magic').status).toBe(2)
  expect(qaas('sample', triangle, '--beta-range', '0,x').stderr).toMatch(/two numbers above 0/)
  expect(qaas('sample', write('bad.coo', 'nonsense\n')).status).toBe(2)
  expect(qaas('sample', join(folder, 'missing.coo')).status).toBe(2)
})
