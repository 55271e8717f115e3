/** `qaas plan --previous` as a user runs it: the plan of yesterday, a changed instance, and what moves. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ROOT, runCli, scratchFolder } from './run-cli.ts'

const TEAM = join(ROOT, 'examples', 'team.yaml')
const folder = scratchFolder()
const PLAN = join(folder, 'plan.json')

function variant(name: string, from: string | RegExp, to: string): string {
  const text = readFileSync(TEAM, 'utf8')
  expect(text).toMatch(from)
  const path = join(folder, `${name}.yaml`)
  writeFileSync(path, text.replace(from, to))
  return path
}

async function churn(path: string, ...more: string[]): Promise<Record<string, number>> {
  const { code, stdout } = await runCli(['plan', path, '--previous', PLAN, '--json', ...more])
  expect(code).toBe(0)
  return JSON.parse(stdout).churn
}

beforeAll(async () => {
  await runCli(['plan', TEAM, '--out', PLAN])
})

test('nothing moves where nothing changed', async () => {
  expect(await churn(TEAM)).toMatchObject({
    moved: 0,
    kept: 8,
    added: 0,
    gone: 0,
    agentGone: 0,
    chargesUsd: 0,
  })
})

test('a changed price moves tasks only when that saves more than the price of moving', async () => {
  const cheaper = variant(
    'cheaper',
    'inputPerMTokUsd: 0.8, outputPerMTokUsd: 4 ',
    'inputPerMTokUsd: 0, outputPerMTokUsd: 0.1 ',
  )
  const free = await churn(cheaper)
  expect(free.moved).toBeGreaterThan(0)
  expect(free.kept! + free.moved!).toBe(8)
  const held = await churn(cheaper, '--churn-usd', '5')
  expect(held.moved).toBeLessThanOrEqual(free.moved!)
  expect(held.chargesUsd).toBe(5 * held.moved!)
})

test('with a price on moves the sum with them is what is proven, in words and as data', async () => {
  const args = ['plan', TEAM, '--previous', PLAN, '--churn-usd', '5']
  const { stdout } = await runCli(args)
  expect(stdout).toMatch(/proven optimal with its moves at their price/)
  expect(stdout).toMatch(/total +[\d.]+ with moves, the least there is/)
  const { objective, churn } = JSON.parse((await runCli([...args, '--json'])).stdout)
  expect(churn).toMatchObject({ totalUsd: objective, totalGap: 0, stayUsd: objective, savedUsd: 0 })
})

test('tasks that are done and agents that are gone are counted apart, in words as well', async () => {
  const text = readFileSync(TEAM, 'utf8')
  const plan = JSON.parse(readFileSync(PLAN, 'utf8'))
  const [task] = Object.keys(plan.assignments)
  const edited = join(folder, 'edited.json')
  const assignments = { ...plan.assignments, 'done-long-ago': 'opus-0', [task!]: 'retired-7' }
  writeFileSync(edited, JSON.stringify({ ...plan, assignments }))
  expect(text).toContain(task)
  const { code, stdout } = await runCli(['plan', TEAM, '--previous', edited])
  expect(code).toBe(0)
  expect(stdout).toMatch(/churn +0 moved, 7 kept, 1 lost their agent, 1 gone/)
})

test.each([
  ['a price of moves without a plan', ['--churn-usd', '1'], '--churn-usd needs the plan to move from'],
  ['another solver', ['--previous', PLAN, '--solver', 'exact'], 'contradict each other'],
  ['a negative price', ['--previous', PLAN, '--churn-usd', '-1'], 'at least 0'],
])('%s is refused with exit code 2', async (_, options, message) => {
  const { code, stderr } = await runCli(['plan', TEAM, ...options])
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})
