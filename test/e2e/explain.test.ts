/** `qaas check` and `qaas explain` as a user runs them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROOT, runCli, scratchFolder } from './run-cli.ts'

const TEAM = join(ROOT, 'examples', 'team.yaml')
const folder = scratchFolder()
const PLAN = join(folder, 'plan.json')

/** The team with one line of its file replaced. */
function variant(from: string, to: string): string {
  const text = readFileSync(TEAM, 'utf8')
  expect(text).toContain(from)
  const path = join(folder, `${to.replace(/\W+/g, '-')}.yaml`)
  writeFileSync(path, text.replace(from, to))
  return path
}

beforeAll(async () => {
  await runCli(['plan', TEAM, '--out', PLAN])
})

describe('qaas check', () => {
  test('a good plan keeps every promise', async () => {
    const { code, stdout } = await runCli(['check', TEAM, PLAN])
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('keeps every promise'),
    })
  })

  test('a task given to two agents is seen', async () => {
    const plan = JSON.parse(readFileSync(PLAN, 'utf8'))
    plan.assignments['fix-typo'] = ['local-8b', 'haiku-1']
    const doubled = join(folder, 'doubled.json')
    writeFileSync(doubled, JSON.stringify(plan))
    const { code, stdout } = await runCli(['check', TEAM, doubled, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout).violations).toMatchObject([{ kind: 'assigned-twice' }])
  })

  test('a budget below the least spend is explained with both figures', async () => {
    const { code, stdout } = await runCli(['check', variant('budgetUsd: 0.90', 'budgetUsd: 0.30')])
    expect(code).toBe(1)
    expect(stdout).toContain('every plan spends at least $0.4722, the budget is $0.3')
  })

  test('a task that nobody may do is explained pool by pool', async () => {
    const { stdout } = await runCli(['check', variant('[simple, hard, vision]', '[simple, hard]'), '--json'])
    const [finding] = JSON.parse(stdout).findings
    expect(finding.kind).toBe('no-eligible-agent')
    expect(finding.text.join('\n')).toContain('"opus" lacks vision')
  })
})

describe('qaas explain', () => {
  test('names what stands between a task and the cheaper pool', async () => {
    const { code, stdout } = await runCli(['explain', TEAM, PLAN, 'implement'])
    expect(code).toBe(0)
    expect(stdout).toContain('it would be weaker than the agent of "design" (0.95)')
  })

  test('--json holds every pool', async () => {
    const { stdout } = await runCli(['explain', TEAM, PLAN, 'review', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      task: 'review',
      alternatives: [{ pool: 'opus', isCurrent: true }, {}, {}],
    })
  })

  test('a misspelt task gets the nearest name', async () => {
    const { code, stderr } = await runCli(['explain', TEAM, PLAN, 'reveiw'])
    expect(code).toBe(2)
    expect(stderr).toContain('Maybe you meant "review"')
  })
})
