import { describe, expect, test } from 'vitest'
import { parseArguments, parseDuration, parsePercent, usage } from './arguments.ts'
import { defineCommand } from './command.ts'

const command = defineCommand({
  name: 'plan',
  summary: 'Plan.',
  examples: ['qaas plan a.yaml'],
  positionals: [{ name: 'instance', help: 'the instance file' }],
  options: {
    seed: { kind: 'number', value: 'N', help: 'seed', integer: true, min: 0 },
    time: { kind: 'duration', value: 'TIME', help: 'limit' },
    solver: { kind: 'string', value: 'NAME', help: 'which', choices: ['greedy', 'exact'] },
    json: { kind: 'flag', help: 'for machines' },
  },
  run: async () => 0,
})

test('options and positionals arrive parsed, with their units', () => {
  const { positionals, options } = parseArguments(command, [
    'a.yaml',
    '--seed',
    '7',
    '--time=500ms',
    '--json',
  ])
  expect(positionals).toEqual(['a.yaml'])
  expect(options).toEqual({ seed: 7, time: 500, solver: undefined, json: true })
})

describe('a mistake gives one error with advice', () => {
  test.each([
    [['a.yaml', '--sed', '7'], "Unknown option '--sed'", 'Maybe you meant --seed.'],
    [['a.yaml', '--solver', 'exat'], '--solver is "exat"', 'Maybe you meant exact.'],
    [['a.yaml', '--seed', '1.5'], '--seed is "1.5", it must be a whole number', 'Maybe correct'],
    [['a.yaml', '--seed', '-1'], '--seed is "-1"', 'Maybe correct'],
    [['a.yaml', '--time', 'soon'], '--time is "soon"', 'Maybe write it in seconds'],
    [['a.yaml', '--seed', '1', '--seed=2'], '--seed is given twice: "1" and "2"', 'Maybe leave one'],
    [[], 'instance is missing', 'qaas plan --help'],
    [['a.yaml', 'b.yaml'], '"b.yaml" is one argument too many', 'qaas plan --help'],
  ])('%j', (argv, message, advice) => {
    const attempt = () => parseArguments(command, argv)
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(advice)
  })
})

test.each([
  ['10s', 10_000],
  ['500ms', 500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1.5', 1500],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text, 'time')).toBe(ms)
})

test('a percentage needs its sign, so that 0.5 is not taken for half of everything', () => {
  expect(parsePercent('0.5%', '--gap')).toBe(0.005)
  expect(parsePercent('.1 %', '--gap')).toBe(0.001)
  for (const text of ['0.5', '101%', '-1%', '%', 'x%'])
    expect(() => parsePercent(text, '--gap')).toThrow(`--gap is "${text}"`)
})

test('the usage names every option and an example', () => {
  const text = usage(command)
  for (const part of ['qaas plan <instance> [options]', '--seed N', '(greedy, exact)', 'qaas plan a.yaml'])
    expect(text).toContain(part)
})

test('help keeps to the width of a terminal, joins prose and keeps indented lines', () => {
  const text = usage({
    ...command,
    description: `${'word '.repeat(12)}\n${'more '.repeat(12)}and so on\n  a line of its own`,
  })
  const lines = text.split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(96)
  expect(text).toMatch(/word more/)
  expect(lines).toContain('  a line of its own')
})
