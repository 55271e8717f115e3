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

/** The plan file with some of its fields replaced. */
function edited(name: string, change: (plan: Record<string, unknown>) => void): string {
  const plan = JSON.parse(readFileSync(PLAN, 'utf8'))
  change(plan)
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(plan))
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
    expect(stdout).toContain('every plan spends at least $0.4722, the budget is $0.30')
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

describe('a plan file that claims what is not so', () => {
  const FALSE = {
    objective: { objective: 0.01 },
    moneyUsd: { moneyUsd: 0.01 },
    'bounds.dual': { bounds: { dual: 1000 }, gap: 0 },
    gap: { gap: 0.9 },
    feasible: { feasible: false },
    unassigned: { unassigned: ['review'] },
  }

  test.each(Object.entries(FALSE))('is rejected by verify and check for its %s', async (name, claims) => {
    const path = edited(`${name}.json`, (plan) => Object.assign(plan, claims))
    for (const command of ['verify', 'check']) {
      const { code, stdout } = await runCli([command, TEAM, path])
      expect({ command, code, stdout }).toMatchObject({ code: 1 })
      expect(stdout).toMatch(new RegExp(`^REJECTED: the file claims ${name} .*, recomputed `, 'm'))
    }
  })

  test('without a certificate a tiny instance is tried plan by plan, and a false claim of optimality found out', async () => {
    const bare = edited('bare.json', (plan) => Object.assign(plan, { certificate: null }))
    expect((await runCli(['verify', TEAM, bare])).stdout).toContain('PROVEN optimal')
    const dearer = join(folder, 'dearer.json')
    const { assignments } = JSON.parse(readFileSync(PLAN, 'utf8'))
    const moved = { ...assignments, 'fix-typo': assignments['fix-typo'] === 'haiku-0' ? 'opus-0' : 'haiku-0' }
    writeFileSync(
      dearer,
      JSON.stringify({ version: 1, assignments: moved, termination: { reason: 'optimal' } }),
    )
    const { code, stdout } = await runCli(['verify', TEAM, dearer])
    expect(code).toBe(1)
    expect(stdout).toContain('REJECTED: the file claims to be optimal, and there is a cheaper plan')
  })

  test('without its certificate the bound of a larger one is only claimed, and the plan still stands', async () => {
    const [instance, path] = [join(folder, 'factory.yaml'), join(folder, 'factory.json')]
    await runCli(['generate', 'factory', '--tasks', '200', '-o', instance])
    await runCli(['plan', instance, '--solver', 'exact', '--out', path])
    const plan = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...plan, certificate: null }))
    for (const command of ['verify', 'check']) {
      const { code, stdout } = await runCli([command, instance, path])
      expect({ command, code }).toEqual({ command, code: 0 })
      expect(stdout).toMatch(/optimality claimed by \w+, no certificate to re-check/)
    }
  })

  test('a proof by search is re-checked from the file, and rejected when its tree or its plan is changed', async () => {
    const [instance, path] = [join(folder, 'reversed.yaml'), join(folder, 'reversed.json')]
    await runCli(['generate', 'factory', '--reverse-edges', '-o', instance])
    for (const solver of ['auto', 'exact']) {
      await runCli(['plan', instance, '--solver', solver, '--out', path])
      expect((await runCli(['verify', instance, path])).stdout).toMatch(
        /^PROVEN optimal: objective 25\.6416,/,
      )
    }
    const text = readFileSync(path, 'utf8')
    const rejected = async (change: (plan: Record<string, never>, tree: { nodes: Node[] }) => void) => {
      const plan = JSON.parse(text)
      change(plan, plan.certificate.data.tree)
      writeFileSync(path, JSON.stringify(plan))
      const { code, stdout, stderr } = await runCli(['verify', instance, path])
      expect(code).not.toBe(0)
      return stdout + stderr
    }
    interface Node {
      atMost: number
      prices: { tasks: number[] }
    }
    expect(await rejected((_, tree) => tree.nodes.pop())).toContain('certificate cannot be read')
    const claimed = 'the file claims bounds.certified'
    expect(await rejected((_, tree) => (tree.nodes[0]!.atMost += 1))).toContain(claimed)
    expect(await rejected((_, tree) => tree.nodes[1]!.prices.tasks.fill(0))).toContain(claimed)
    const incumbent = await rejected((plan) => Object.assign(plan, { objective: 25.6415 }))
    expect(incumbent).toContain('the file claims objective 25.6415')
  })

  test('verify, check and explain warn of a plan made for another instance', async () => {
    const other = variant('budgetUsd: 0.90', 'budgetUsd: 0.91')
    for (const command of ['verify', 'check', 'explain'])
      expect((await runCli([command, other, PLAN])).stderr).toContain('made for another instance')
  })
})

test.each(['flow', 'pricing', 'exact', 'greedy', 'anneal', 'auto'])(
  'what solver %s writes is not contradicted',
  async (solver) => {
    const path = join(folder, `${solver}.json`)
    await runCli(['plan', TEAM, '--solver', solver, '--time', '2s', '--out', path])
    const { contradictions } = JSON.parse((await runCli(['verify', TEAM, path, '--json'])).stdout)
    expect(contradictions).toEqual([])
  },
)

test('explain says that a task is given to two agents, in words and in JSON', async () => {
  const doubled = edited('twice.json', (plan) => {
    plan.assignments = { ...(plan.assignments as object), 'fix-typo': ['local-8b', 'haiku-1'] }
  })
  const { stdout } = await runCli(['explain', TEAM, doubled, 'fix-typo'])
  expect(stdout).toContain('broken promise: task "fix-typo" is given to 2 agents: local-8b, haiku-1')
  const json = JSON.parse((await runCli(['explain', TEAM, doubled, 'fix-typo', '--json'])).stdout)
  expect(json).toMatchObject({ agents: ['local-8b', 'haiku-1'], brokenPromises: [expect.any(String)] })
})

test('explain names every promise a plan breaks, at the task or not, and exits 1', async () => {
  const broken = edited('broken.json', (plan) => {
    const assignments = {
      ...(plan.assignments as Record<string, string>),
      'fix-typo': 'opus-0',
      review: 'local-8b',
    }
    Reflect.deleteProperty(assignments, 'design')
    plan.assignments = assignments
  })
  const { violations } = JSON.parse((await runCli(['check', TEAM, broken, '--json'])).stdout)
  expect(violations.length).toBeGreaterThan(1)
  const whole = await runCli(['explain', TEAM, broken])
  expect(whole.code).toBe(1)
  expect(whole.stdout).toContain(`the plan breaks ${violations.length} promises:`)
  for (const { text } of violations) expect(whole.stdout).toContain(text)
  const json = await runCli(['explain', TEAM, broken, '--json'])
  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout).brokenPromises).toHaveLength(violations.length)
  const one = await runCli(['explain', TEAM, broken, 'fix-typo'])
  expect(one.code).toBe(1)
  expect(one.stdout).toMatch(/the plan breaks \d+ promises? elsewhere: qaas check names them/)
})

test('plan and explain say which budget would be enough', async () => {
  const poor = variant('budgetUsd: 0.90', 'budgetUsd: 0.40')
  for (const command of ['plan', 'explain']) {
    const { code, stdout } = await runCli([command, poor])
    expect(code).toBe(1)
    expect(stdout).toContain('a budget of $0.8414 is enough, and no plan costs less (proven)')
  }
})

test('plan, verify and explain say what one more slot, a dollar of budget and a lower floor would save', async () => {
  const path = join(folder, 'priced.json')
  const planned = await runCli(['plan', TEAM, '--solver', 'pricing', '--out', path])
  const verified = await runCli(['verify', TEAM, path])
  const explained = await runCli(['explain', TEAM, path])
  for (const { stdout } of [planned, verified, explained]) {
    expect(stdout).toMatch(/one more (task )?slot in (any (other )?)?pool .*would save/)
    expect(stdout).toMatch(/one more dollar of budget would save/)
    expect(stdout).toMatch(/floors of quality 0\.01 lower .*would save/)
  }
})

test('limits that clash only together are named by plan and explain', async () => {
  const path = join(folder, 'clash.yaml')
  writeFileSync(
    path,
    `version: 1
policy: { budgetUsd: 20 }
agents:
  - { id: cheap, quality: 1, price: { perTaskUsd: 1 }, capacity: { tasks: 2 } }
  - { id: fair, quality: 1, price: { perTaskUsd: 10 }, capacity: { tasks: 5 } }
  - { id: dear, quality: 1, price: { perTaskUsd: 12 }, latencyMs: 900 }
tasks: [{ id: a }, { id: b }, { id: c }, { id: d }]
`,
  )
  const runs = await Promise.all([
    runCli(['plan', path]),
    runCli(['plan', path, '--solver', 'pricing']),
    runCli(['explain', path]),
  ])
  for (const { code, stdout } of runs) {
    expect(code).toBe(1)
    expect(stdout).toMatch(/the budget of \$20|every plan spends at least \$22/)
    expect(stdout).toContain('WHY THERE IS NO PLAN')
  }
})
