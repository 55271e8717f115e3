/** The notebook's factory from the command line: the exact values that are known of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { interruptCli, ROOT, runCli, scratchFolder } from './run-cli.ts'

const FACTORY = join(ROOT, 'examples', 'factory.yaml')

test('examples/factory.yaml is what generate writes', async () => {
  const { stdout } = await runCli(['generate', 'factory'])
  expect(stdout).toBe(readFileSync(FACTORY, 'utf8'))
})

describe('proven optima', () => {
  test.each([
    [[], 25.5838],
    [['--reverse-edges'], 25.6416],
    [['--cloud-capacity', '40'], 22.94844],
    [['--cloud-capacity', '40', '--reverse-edges'], 23.02744],
  ])('generate factory %j: %d', async (options, optimum) => {
    const instance = join(scratchFolder(), 'factory.json')
    await runCli(['generate', 'factory', ...options, '-o', instance])
    const { code, stdout } = await runCli(['plan', instance, '--solver', 'exact', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      objective: expect.closeTo(optimum, 6),
      gap: 0,
      feasible: true,
      violations: [],
      termination: { reason: 'optimal' },
    })
  })
})

test('greedy spends $11.07 for 25.5988, and breaks all 125 reversed dependencies', async () => {
  const { stdout } = await runCli(['plan', FACTORY, '--solver', 'greedy', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    moneyUsd: expect.closeTo(11.07, 9),
    objective: expect.closeTo(25.5988, 9),
  })
  const { stdout: reversed } = await runCli(['generate', 'factory', '--reverse-edges', '--json'])
  const broken = await runCli(['plan', '-', '--solver', 'greedy', '--json'], { input: reversed })
  expect(broken.code).toBe(1)
  expect(JSON.parse(broken.stdout).violations).toHaveLength(125)
})

test('Ctrl-C returns the best plan so far, says so, and exits 130', async () => {
  const { code, stdout, stderr } = await interruptCli(
    ['plan', FACTORY, '--solver', 'anneal', '--time', '60s'],
    'SIGINT',
    /plan 2\d\./,
  )
  expect(code).toBe(130)
  expect(stderr).toContain('interrupted')
  expect(stdout).toContain('Tasks completed:       1000/1000')
})
