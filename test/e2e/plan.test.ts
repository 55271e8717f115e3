/** `qaas plan` and `qaas compare` as a user runs them. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, runCli, scratchFolder } from './run-cli.ts'

const TEAM = join(ROOT, 'examples', 'team.yaml')

describe('qaas plan', () => {
  test('prints the verdict, the figures and the shift report, and exits 0', async () => {
    const { code, stdout } = await runCli(['plan', TEAM, '--solver', 'exact'])
    expect(code).toBe(0)
    for (const part of [
      'proven optimal',
      'SHIFT REPORT',
      'Tasks completed:       8/8',
      'AGENT DISPATCH',
      'login:',
      'WHO DOES WHAT',
    ])
      expect(stdout).toContain(part)
    expect(stdout).toMatch(/review -> opus-[01] /)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  test('--json carries every promised figure', async () => {
    const { code, stdout } = await runCli(['plan', TEAM, '--solver', 'exact', '--seed', '3', '--json'])
    expect(code).toBe(0)
    const plan = JSON.parse(stdout)
    expect(plan).toMatchObject({
      objective: expect.closeTo(1.35237, 5),
      moneyUsd: expect.closeTo(0.8414, 4),
      bounds: { primal: plan.objective, dual: plan.objective },
      gap: 0,
      termination: { reason: 'optimal' },
      feasible: true,
      violations: [],
      unassigned: [],
      provenance: { solver: 'exact', seed: 3 },
    })
    expect(Object.keys(plan.assignments)).toHaveLength(8)
    expect(plan.assignments['read-screenshot']).toMatch(/^opus-[01]$/)
    expect(plan.elapsedMs).toBeGreaterThan(0)
  })

  test('a candidate that breaks promises is returned with them, and exits 1', async () => {
    const { code, stdout } = await runCli(['plan', TEAM, '--solver', 'greedy', '--json'])
    expect(code).toBe(1)
    const plan = JSON.parse(stdout)
    expect(plan.feasible).toBe(false)
    expect(plan.violations).toMatchObject([{ kind: 'dependency' }])
    expect(Object.keys(plan.assignments)).toHaveLength(8)
  })

  test('qubo-anneal tells samples, decoded and repaired plans apart, and why its penalties are what they are', async () => {
    const plan = async (...more: string[]) =>
      runCli(['plan', TEAM, '--solver', 'qubo-anneal', '--seed', '2', ...more])
    const calibrated = await plan('--penalty', 'calibrated', '--json')
    expect(calibrated.code).toBe(0)
    const { stats, provenance } = JSON.parse(calibrated.stdout)
    expect(provenance.options.penalty).toBe('calibrated')
    for (const stage of ['raw', 'decoded', 'repaired'])
      expect(stats[stage].numFeasible).toBeGreaterThanOrEqual(0)
    expect(stats.calibration.rounds.length).toBeGreaterThan(0)
    expect(stats.penalties[0]).toMatchObject({
      kind: 'assignment',
      why: expect.stringMatching(/^calibrated: /),
    })
    const bound = await plan()
    expect(bound.stdout).toMatch(/penalty assignment +\d.* on 8 rows; sufficient: objective range/)
    // Long lines are broken at blanks.
    expect(bound.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /distinct samples, \d+ feasible as sampled, \d+ as decoded, \d+ after repair/,
    )
    const refused = await runCli(['plan', TEAM, '--penalty', '2'])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/--penalty needs --solver qubo-anneal/)
  })

  test('--out and --html write whole files', async () => {
    const folder = scratchFolder()
    const [out, page] = [join(folder, 'plan.json'), join(folder, 'report.html')]
    const { code } = await runCli(['plan', TEAM, '--solver', 'exact', '--out', out, '--html', page])
    expect(code).toBe(0)
    expect(JSON.parse(readFileSync(out, 'utf8')).feasible).toBe(true)
    const html = readFileSync(page, 'utf8')
    expect(html.match(/<svg/g)).toHaveLength(3)
    expect(html).not.toMatch(/<script|src=|href="http/)
  })

  test('the same seed gives the same plan', async () => {
    const plans = await Promise.all([1, 2].map(() => runCli(['plan', TEAM, '--solver', 'exact', '--json'])))
    const [first, second] = plans.map(({ stdout }) => JSON.parse(stdout).assignments)
    expect(first).toEqual(second)
  })
})

describe('qaas compare', () => {
  test('always has the baselines, the bound and the slack', async () => {
    const { code, stdout } = await runCli(['compare', TEAM, '--solvers', 'exact', '--json'])
    expect(code).toBe(0)
    const comparison = JSON.parse(stdout)
    expect(comparison).toMatchObject({
      baselines: ['greedy', 'greedy-tight'],
      bound: expect.closeTo(1.35237, 5),
      slack: 2.5,
      seed: 1,
    })
    expect(comparison.rows.map(({ solver }: { solver: string }) => solver)).toEqual([
      'greedy',
      'greedy-tight',
      'exact',
    ])
  })

  test('says head to head what the plan changes', async () => {
    const { stdout } = await runCli(['compare', TEAM, '--solvers', 'exact', '--markdown'])
    expect(stdout).toContain('| head to head |')
    expect(stdout).toContain('-> greedy breaks 1 promise; exact breaks none')
  })
})

describe('mistakes end in exit code 2 with one error and nothing written', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, 'a-folder'))
  writeFileSync(join(folder, 'in-the-way'), '')
  const out = join(folder, 'never.json')
  test.each([
    ['an unknown solver', ['plan', TEAM, '--solver', 'exat', '--out', out], 'Maybe you meant exact'],
    ['contradictory flags', ['plan', TEAM, '--json', '--markdown', '--out', out], 'contradict each other'],
    ['an unknown option', ['plan', TEAM, '--slover', 'exact', '--out', out], 'Maybe you meant --solver'],
    ['a missing file', ['plan', join(ROOT, 'examples', 'teem.yaml'), '--out', out], 'team.yaml'],
    ['a folder', ['plan', join(folder, 'a-folder'), '--out', out], 'is a folder'],
    ['an output folder that does not exist', ['plan', TEAM, '--out', join(folder, 'no', 'plan.json')], 'no'],
    [
      'an output below a file',
      ['plan', TEAM, '--out', join(folder, 'in-the-way', 'plan.json')],
      'in-the-way',
    ],
    ['a bad time', ['plan', TEAM, '--time', 'soon', '--out', out], '--time is "soon"'],
    ['a missing instance', ['plan', '--out', out], 'instance is missing'],
    ['an unknown command', ['plam', TEAM], 'Maybe you meant "qaas plan"'],
  ])('%s', async (_, argv, message) => {
    const { code, stdout, stderr } = await runCli(argv)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.match(/^error:/gm)).toHaveLength(1)
    expect(existsSync(out)).toBe(false)
  })
})

test('a price beyond arithmetic is refused, not planned to NaN', async () => {
  const input =
    '{"version":1,"agents":[{"id":"a","quality":0.9,"price":{"inputPerMTokUsd":1e308}}],"tasks":[{"id":"t","inputTokens":1e15}]}'
  const { code, stderr } = await runCli(['plan', '-', '--json'], { input })
  expect(code).toBe(2)
  expect(stderr).toContain('price.inputPerMTokUsd is 1e+308, it must be a number in [0, 1e+15]')
})

test.skipIf(!existsSync('/dev/full'))('a full disk behind standard output is an error', async () => {
  const code = await new Promise((resolve) => {
    const full = openSync('/dev/full', 'w')
    spawn(process.execPath, [join(ROOT, 'bin', 'qaas.js'), 'plan', TEAM, '--json'], {
      stdio: ['ignore', full, 'ignore'],
    }).on('close', resolve)
  })
  expect(code).toBe(2)
})

test.each(['plan', 'compare'])('qaas %s --help shows an example', async (name) => {
  const { code, stdout } = await runCli([name, '--help'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/Examples?:\n {2}qaas /)
})
