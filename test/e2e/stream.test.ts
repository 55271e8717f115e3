/** `qaas stream` as a user runs it: tasks in, one answer a line, a summary with the regret. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { runCli, scratchFolder } from './run-cli.ts'

const folder = scratchFolder()
const [FLEET, TASKS, OTHERS] = ['fleet.yaml', 'tasks.jsonl', 'yesterday.jsonl'].map((name) =>
  join(folder, name),
)

beforeAll(async () => {
  const generate = (seed: string, tasks: string) =>
    runCli(
      'generate lcrp --tasks 300 --agents 8 --chains 0.1 --budget 1.1x'
        .split(' ')
        .concat(['--seed', seed, '-o', FLEET!, '--tasks-out', tasks]),
    )
  await generate('4', OTHERS!)
  await generate('3', TASKS!)
})

test('every task is answered in its order, no limit is passed, and the regret is small', async () => {
  const { code, stdout, stderr } = await runCli([
    'stream',
    FLEET!,
    TASKS!,
    '--forecast',
    OTHERS!,
    '--time',
    '3s',
  ])
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const sent = readFileSync(TASKS!, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id)
  expect(code).toBe(0)
  expect(lines.slice(0, -1).map(({ task }) => task)).toEqual(sent)
  const { summary } = lines.at(-1)
  expect(summary).toMatchObject({ tasks: 300, unplaced: 0, feasible: true })
  expect(summary.moneyUsd).toBeCloseTo(lines.at(-2).spentUsd, 9)
  expect(summary.regret).toBeLessThan(0.08)
  expect(summary.regretAtMost).toBeGreaterThanOrEqual(summary.regret - 1e-9)
  expect(stderr).toMatch(/300 of 300 tasks placed.*\nregret: .* above the plan in hindsight/)
})

test('when the slots are used up tasks stay without an agent, which is said and ends in exit code 1', async () => {
  const [fleet, tasks] = [join(folder, 'one.yaml'), join(folder, 'two.jsonl')]
  writeFileSync(fleet, 'version: 1\nagents: [{ id: a, quality: 1, capacity: { tasks: 1 } }]\n')
  writeFileSync(tasks, '{"id":"x"}\n\n{"id":"y"}\n')
  const { code, stdout } = await runCli(['stream', fleet, tasks, '--expect', '2', '--no-hindsight'])
  expect(code).toBe(1)
  const [first, second, { summary }] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect([first.agent, second.agent]).toEqual(['a', null])
  expect(summary).toMatchObject({ unplaced: 1, feasible: false, regret: null, hindsight: null })
})

test.each([
  [
    'a line that is no task',
    '{"id":"x"}\n{"id":"y","minQuality":"high"}\n',
    /two\.jsonl:2:\d+: task "y": minQuality/,
  ],
  [
    'a parent that has not arrived',
    '{"id":"y","dependsOn":["z"]}\n',
    /two\.jsonl:1: task "y" depends on "z"/,
  ],
  ['an id that was there before', '{"id":"y"}\n{"id":"y"}\n', /two\.jsonl:2: .*used twice/],
  ['no task at all', '\n', /no task arrived/],
])('%s is refused with exit code 2', async (_, text, message) => {
  const tasks = join(folder, 'two.jsonl')
  writeFileSync(tasks, text)
  const { code, stderr } = await runCli(['stream', FLEET!, tasks, '--expect', '5'])
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
})

test('a bad line is answered by its error and the stream goes on', async () => {
  const [fleet, tasks] = [join(folder, 'two.yaml'), join(folder, 'mixed.jsonl')]
  writeFileSync(fleet, 'version: 1\nagents: [{ id: a, quality: 0.5, capacity: { tasks: 2 } }]\n')
  writeFileSync(
    tasks,
    [
      '{"id":"x"}',
      '{"id":"y","inputTokens":-1}',
      '{"id":"y"}',
      '{',
      '{"id":"z","minQuality":0.9}',
      '{"id":"w"}',
    ]
      .join('\n')
      .concat('\n'),
  )
  const { code, stdout, stderr } = await runCli(['stream', fleet, tasks, '--expect', '4', '--no-hindsight'])
  expect(code).toBe(2)
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(
    lines.slice(0, -1).map(({ agent, error, why }) => agent ?? why ?? (error ? 'error' : undefined)),
  ).toEqual([
    'a',
    'error',
    'a',
    'error',
    'no agent may do it',
    'no agent that may do it has a slot, tokens and money left',
  ])
  expect(lines[1].line).toBe(2)
  expect(lines.at(-1).summary).toMatchObject({ tasks: 4, unplaced: 2, refused: 2 })
  expect(stderr).toMatch(/mixed\.jsonl:2:.*inputTokens[\s\S]*mixed\.jsonl:4:/)
})

test('a stream of unknown length is refused', async () => {
  const { code, stderr } = await runCli(['stream', FLEET!, TASKS!])
  expect(code).toBe(2)
  expect(stderr).toContain('Maybe add --expect')
})
