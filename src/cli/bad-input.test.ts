/** Bad input on the command line as shipped: one error with its place, exit code 2, nothing printed or written. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../bin/qaas.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'qaas-bad-'))
const HEAD = 'version: 1\nagents:\n  - { id: a, quality: 0.9 }\n'
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'good.yaml': `${HEAD}tasks: [{ id: t }]\n`,
  'syntax.yaml': 'version: 1\nagents: [\n',
  'syntax.json': '{"version": 1,}',
  'field.yaml': `${HEAD}task: []\n`,
  'quality.yaml': `${HEAD.replace('0.9', '95')}tasks: [{ id: t }]\n`,
  'kind.yaml':
    'version: 1\nagents:\n  - { id: a, quality: 0.9, provider: { kind: openai-compatibel } }\ntasks: [{ id: t }]\n',
  'provider.yaml':
    'version: 1\nagents:\n  - { id: a, quality: 0.9, provider: { kind: command, command: [cat], timeoutMS: 5 } }\ntasks: [{ id: t }]\n',
  'accept.yaml': `${HEAD}tasks: [{ id: t, accept: { regexp: x } }]\n`,
  'cycle.yaml': `${HEAD}tasks:\n  - { id: s, dependsOn: [t] }\n  - { id: t, dependsOn: [s] }\n`,
  'deep.yaml': `${HEAD}tasks: deep.jsonl\n`,
  'deep.jsonl': `${Array.from({ length: 2000 }, (_, k) => `{"id":"t${k}"}`).join('\n')}\n{"id":"x","minQuality":-1}\n`,
  'never.yaml': `${HEAD}tasks:\n  - { id: t, estimates: { a: { costUsd: 1e308 } } }\n`,
  'weight.yaml': `${HEAD}policy: { overkillWeight: 1.0e+300 }\ntasks: [{ id: t }]\n`,
  'noise.yaml': Uint8Array.from({ length: 500 }, (_, k) => (k * 197) & 255),
  'noise.qaas': Uint8Array.of(0x89, 0x51, 0x41, 0x41, 0x53, 0x0d, 0x0a, 0x1a, 1, 0, 0, 0, 9, 9, 9, 9, 9, 9),
}

beforeAll(() => {
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content)
  mkdirSync(join(folder, 'folder'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each<[string[], RegExp]>([
  [['plan', 'god.yaml'], /^error: god\.yaml: there is no such file\nMaybe you meant good\.yaml\.\n$/],
  [
    ['plan', 'never.yaml'],
    /^error: never\.yaml:5:\d+: .*costUsd is 1e\+308, it must be a number in \[0, 1e\+15\]\nMaybe .*\n$/,
  ],
  [
    ['verify', 'weight.yaml', 'weight.yaml'],
    /^error: weight\.yaml:4:\d+: .*overkillWeight is 1e\+300.*\nMaybe .*\n$/,
  ],
  [['plan', 'folder'], /^error: folder: is a folder, not a file\nMaybe .*\n$/],
  [['plan', 'syntax.yaml'], /^error: syntax\.yaml:\d+:\d+: is not valid YAML: .*\nMaybe .*\n$/],
  [
    ['plan', 'syntax.json'],
    /^error: syntax\.json:1:15: is not valid JSON: .*\nMaybe remove the comma before it\.\n$/,
  ],
  [['plan', 'field.yaml'], /^error: field\.yaml:4:1: unknown field "task"\nMaybe you meant "tasks"\.\n$/],
  [
    ['plan', 'quality.yaml'],
    /^error: quality\.yaml:3:23: agent "a": quality is 95, .*\nMaybe .* write 0\.95\.\n$/,
  ],
  [
    ['plan', 'kind.yaml'],
    /^error: kind\.yaml:3:46: agent "a": provider\.kind is "openai-compatibel", which is none of "echo", .*\nMaybe you meant "openai-compatible"\.\n$/,
  ],
  [
    ['run', 'provider.yaml', '--simulate'],
    /^error: provider\.yaml:3:\d+: agent "a": unknown field "timeoutMS"\nMaybe you meant "timeoutMs"\.\n$/,
  ],
  [
    ['check', 'accept.yaml'],
    /^error: accept\.yaml:4:\d+: task "t": unknown field "regexp"\nMaybe you meant "regex"\.\n$/,
  ],
  [['plan', 'cycle.yaml'], /^error: cycle\.yaml:5:25: .* in a cycle: s -> t -> s\nMaybe .*\n$/],
  [['plan', 'deep.yaml'], /^error: deep\.jsonl:2001:24: task "x": minQuality is -1, .*\nMaybe .*\n$/],
  [['plan', 'noise.yaml'], /^error: noise\.yaml: is not text: .*\nMaybe it is a binary file.*\n$/],
  [['plan', 'noise.qaas'], /^error: noise\.qaas: cannot be read as a \.qaas file: .*\nMaybe .*\n$/],
  [['plan', 'good.yaml', '--format', 'jsn'], /^error: there is no format "jsn"\nMaybe you meant json.*\n$/],
  [
    ['plan', 'good.yaml', '--solver', 'gredy'],
    /^error: there is no solver "gredy"\nMaybe you meant greedy.*\n$/,
  ],
  [
    ['plan', 'good.yaml', '--out', 'none/plan.json'],
    /^error: none\/plan\.json: its folder does not exist\nMaybe .*\n$/,
  ],
  [['plan', 'good.yaml', '--out', 'folder'], /^error: folder: is a folder, .*\nMaybe .*\n$/],
  [
    ['plan', 'good.yaml', '--json', '--markdown'],
    /^error: --json and --markdown contradict each other\nMaybe .*\n$/,
  ],
  ...['99999999', '65536', '0', '-1', '1.5', '1e3'].map((port): [string[], RegExp] => [
    ['run', 'good.yaml', '--simulate', `--metrics=${port}`],
    new RegExp(
      `^error: metrics cannot be served on port ${port}\nMaybe a whole number from 1 to 65535, .*\n$`,
    ),
  ]),
  [['run', 'good.yaml', '--simulate', '--metrics='], /^error: "" does not name a file\nMaybe .*\n$/],
  [
    ['run', 'good.yaml', '--simulate', '--metrics=none/'],
    /^error: "none\/" does not name a file\nMaybe .*\n$/,
  ],
  [
    ['run', 'good.yaml', '--simulate', '--metrics=none/m.txt'],
    /^error: none\/m\.txt: its folder does not exist\nMaybe .*\n$/,
  ],
])('qaas %j', (args, message) => {
  const before = readdirSync(folder)
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(stderr).toMatch(message)
  expect([status, stdout]).toEqual([2, ''])
  expect(readdirSync(folder)).toEqual(before)
})

// Nothing can be made in /proc, and Node's own recursive mkdir tries there forever.
test.runIf(existsSync('/proc/self')).each(['/proc/x', '/proc/x/y', join(folder, 'good.yaml', 'x')])(
  'a home that cannot be made, %s, is one error',
  (home) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'run', 'good.yaml', '--simulate'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, QAAS_HOME: home },
      timeout: 30_000,
    })
    expect(stderr).toMatch(/^error: cannot write to ".*": E[A-Z]+: .*\nMaybe set QAAS_HOME .*\n$/)
    expect([status, stdout]).toEqual([2, ''])
  },
)

test('a metrics port that is taken is refused before the run is stored', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { status, stderr } = spawnSync(
    process.execPath,
    [bin, 'run', 'good.yaml', '--simulate', '--metrics', String(port)],
    { cwd: folder, encoding: 'utf8' },
  )
  server.close()
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/^error: metrics cannot .*EADDRINUSE.*\nMaybe .*\n$/),
  ])
  expect(readdirSync(folder)).not.toContain('.qaas')
})
