/** Budgets on the command line: of a run, of all runs, and what a plan keeps free for worst cases. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, runCli, scratchFolder } from './run-cli.ts'

const TEAM = join(ROOT, 'examples/team.yaml')
const SIMULATED = ['--simulate', '--speed', '1000', '--json'] as const

/** The team on agents that a run without `--simulate` takes for paid ones. */
function paidTeam(folder: string): string {
  const path = join(folder, 'paid.yaml')
  const provider = '    provider: { kind: simulated, latencyMs: 5 }\n    quality:'
  writeFileSync(path, readFileSync(TEAM, 'utf8').replace(/^ {4}quality:/gm, provider))
  return path
}

interface Report {
  readonly runId: string
  readonly planned: { readonly moneyUsd: number }
  readonly actual: { readonly done: number; readonly spentUsd: number }
}

test('a plan file that costs more than the budget is warned of, and run as far as the money goes', async () => {
  const home = scratchFolder()
  const plan = join(home, 'plan.json')
  expect((await runCli(['plan', TEAM, '--out', plan])).code).toBe(0)
  const run = await runCli(['run', TEAM, '--plan', plan, '--budget', '0.5', ...SIMULATED], { home })
  expect(run.code).toBe(1)
  expect(run.stderr).toMatch(
    /^warning: the plan costs \$0\.8414 but the run may spend \$0\.5000: .*\nMaybe raise --budget to \$0\.8414.*\n$/,
  )
  const { actual, runId } = JSON.parse(run.stdout) as Report
  expect(actual.done).toBeLessThan(8)
  expect(actual.spentUsd).toBeLessThanOrEqual(0.5)
  // What was left for want of money is done once there is more.
  expect((await runCli(['budget', 'none', '--run', runId], { home })).code).toBe(0)
  const resumed = await runCli(['resume', runId, '--json'], { home })
  expect(resumed.code).toBe(0)
  expect((JSON.parse(resumed.stdout) as Report).actual.done).toBe(8)
})

test('--budget binds the planner: a dearer, faster plan gives way, and without any plan nothing starts', async () => {
  const home = scratchFolder()
  const instance = join(home, 'instance.yaml')
  // Time is worth money here, so without a budget the fast agent gets everything.
  writeFileSync(
    instance,
    `version: 1
policy: { latencyUsdPerSecond: 1 }
agents:
  - { id: fast, quality: 0.9, price: { perTaskUsd: 0.3 }, latencyMs: 100 }
  - { id: cheap, quality: 0.9, price: { perTaskUsd: 0.1 }, latencyMs: 900 }
tasks: [{ id: a }, { id: b }, { id: c }, { id: d }]
`,
  )
  const free = await runCli(['run', instance, ...SIMULATED], { home })
  expect((JSON.parse(free.stdout) as Report).planned.moneyUsd).toBeCloseTo(1.2, 9)
  const bound = await runCli(['run', instance, '--budget', '0.85', ...SIMULATED], { home })
  expect([bound.code, bound.stderr]).toEqual([0, ''])
  expect((JSON.parse(bound.stdout) as Report).actual).toMatchObject({ done: 4, spentUsd: 0.8 })
  const broke = await runCli(['run', instance, '--budget', '0.3', '--name', 'broke', ...SIMULATED], { home })
  expect([broke.code, broke.stdout]).toEqual([1, ''])
  expect(broke.stderr).toMatch(/^there is no plan to run: .*\nMaybe the budget of \$0\.3000 is too small/)
  expect((await runCli(['runs', '--json'], { home })).stdout).not.toContain('broke')
})

test('the budget of all runs is set once, kept by every run, shown, raised and taken away', async () => {
  const home = scratchFolder()
  const paid = paidTeam(home)
  expect((await runCli(['budget'], { home })).stdout).toBe(
    'all runs together: $0.00 spent, $0.00 held, no limit\n',
  )
  expect((await runCli(['budget', '1.00'], { home })).code).toBe(0)
  expect((await runCli(['run', paid, '--name', 'one', '--json'], { home })).code).toBe(0)
  const second = await runCli(['run', paid, '--name', 'two', '--json'], { home })
  expect([second.code, second.stdout]).toEqual([1, ''])
  expect(second.stderr).toContain('the budget of $0.1586 is too small')
  expect(second.stderr).toContain('raise what all runs together may spend with "qaas budget"')
  const shown = JSON.parse((await runCli(['budget', '--json'], { home })).stdout) as object
  expect(shown).toEqual({
    limitUsd: 1,
    spentUsd: 0.8414,
    heldUsd: 0,
    freeUsd: 0.1586,
    runs: [{ runId: 'one', spentUsd: 0.8414, heldUsd: 0 }],
  })
  expect((await runCli(['budget', '2'], { home })).code).toBe(0)
  expect((await runCli(['run', paid, '--name', 'two', '--json'], { home })).code).toBe(0)
  expect((await runCli(['budget', 'none'], { home })).stdout).toMatch(/\$1\.68 spent, \$0\.00 held, no limit/)
  expect((await runCli(['budget', '2'], { home })).code).toBe(0)
  const plan = join(home, 'plan.json')
  expect((await runCli(['plan', paid, '--out', plan])).code).toBe(0)
  const forced = await runCli(['run', paid, '--plan', plan, '--budget', '6', '--name', 'none', '--json'], {
    home,
  })
  expect(forced.stderr).toContain('may spend $0.3172 that the budget of all runs has left')
  expect(forced.stderr).toContain('"qaas budget 2.53"')
  const bad = await runCli(['budget', '1e'], { home })
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringMatching(/^error: "1e" is not a budget\nMaybe /)])
  const over = await runCli(['budget', '1', '--run', 'one'], { home })
  expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('run "one" is over: finished')])
})

test('simulated runs take nothing from the budget of all runs, and say that they are simulated', async () => {
  const home = scratchFolder()
  expect((await runCli(['budget', '0.1'], { home })).code).toBe(0)
  const run = await runCli(['run', TEAM, '--name', 'play', ...SIMULATED], { home })
  expect([run.code, run.stderr]).toEqual([0, ''])
  expect(JSON.parse(run.stdout)).toMatchObject({ simulated: true, actual: { spentUsd: 0.8414 } })
  expect(JSON.parse((await runCli(['budget', '--json'], { home })).stdout)).toMatchObject({
    spentUsd: 0,
    runs: [],
  })
  expect((await runCli(['status'], { home })).stdout).toContain('run play of team (simulated): finished')
  expect((await runCli(['runs'], { home })).stdout).toMatch(/play .* finished, simulated /)
  expect(JSON.parse((await runCli(['status', '--json'], { home })).stdout)).toMatchObject({ simulated: true })
  expect(JSON.parse((await runCli(['runs', '--json'], { home })).stdout)).toMatchObject([{ simulated: true }])
})
