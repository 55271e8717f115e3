/** Stores that cannot be what they should be, as every command of a run meets them: one error, exit code 2. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../bin/qaas.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'qaas-home-'))
const noise = Uint8Array.from({ length: 5_000 }, (_, k) => (k * 197) & 255)

beforeAll(() => {
  writeFileSync(join(folder, 'state.db'), noise)
  writeFileSync(
    join(folder, 'good.yaml'),
    'version: 1\nagents: [{ id: a, quality: 1 }]\ntasks: [{ id: t }]\n',
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['run', 'good.yaml', '--simulate'],
  ['resume'],
  ['status'],
  ['runs'],
  ['results'],
  ['cancel'],
  ['fleet'],
  ['budget', '5'],
])('a store that is no database is refused by %s, and left as it was', (...argv) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, QAAS_HOME: folder },
    timeout: 30_000,
  })
  expect(stderr).toMatch(
    /^error: run store ".*state\.db" is damaged \(.*\)\nMaybe restore it from a backup.*\n$/,
  )
  expect([status, stdout]).toEqual([2, ''])
  expect(Uint8Array.from(readFileSync(join(folder, 'state.db')))).toEqual(noise)
})
