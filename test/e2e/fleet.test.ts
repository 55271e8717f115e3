/** `qaas fleet`: agents that come, go and get other capacities while a run is under way, also across a kill. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, runCli, scratchFolder } from './run-cli.ts'

const INSTANCE = `version: 1
agents:
  - { id: cheap, quality: 0.9, replicas: 2, price: { perTaskUsd: 0.01 }, latencyMs: 100, capacity: { tasks: 200 } }
  - { id: dear, quality: 0.9, price: { perTaskUsd: 0.05 }, latencyMs: 20 }
tasks: [${Array.from({ length: 300 }, (_, k) => `{ id: t${k} }`).join(', ')}]
`

interface Pool {
  readonly id: string
  readonly tasks: number
  readonly removed: number
}

function begin(
  home: string,
  ...argv: readonly string[]
): { kill(): void; readonly ended: Promise<number | null> } {
  const child = spawn(process.execPath, [join(ROOT, 'bin/qaas.js'), ...argv], {
    env: { ...process.env, QAAS_HOME: home },
    stdio: 'ignore',
  })
  return {
    kill: () => void child.kill('SIGKILL'),
    ended: new Promise((resolve) => child.on('close', resolve)),
  }
}

async function until(home: string, done: number): Promise<void> {
  for (;;) {
    const { code, stdout } = await runCli(['status', '--json'], { home })
    if (code === 0 && (JSON.parse(stdout) as { tasks: { done: number } }).tasks.done >= done) return
  }
}

const fleetOf = async (home: string): Promise<Pool[]> =>
  JSON.parse((await runCli(['fleet', '--json'], { home })).stdout) as Pool[]

test('a live run takes a smaller capacity, an agent more and one less, survives a kill, and ends within all of them', async () => {
  const home = scratchFolder()
  const instance = join(home, 'instance.yaml')
  const events = join(home, 'events.jsonl')
  writeFileSync(instance, INSTANCE)
  const first = begin(home, 'run', instance, '--simulate', '--name', 'live', '--events', events)
  await until(home, 6)
  expect((await fleetOf(home)).map(({ tasks }) => tasks)).toEqual([300, 0])
  // What the file does not change stays, and a wrong wish is refused whole.
  const more = await runCli(['fleet', '--capacity', 'chep=3'], { home })
  expect([more.code, more.stderr]).toEqual([
    2,
    'error: the run has no agent "chep"\nMaybe you meant "cheap".\n',
  ])
  const wanted = join(home, 'fleet.yaml')
  writeFileSync(wanted, INSTANCE.replace('replicas: 2', 'replicas: 3'))
  expect((await runCli(['fleet', wanted], { home })).stderr).toMatch(
    /^error: agent "cheap" has 2 replicas in the run, not 3\nMaybe /,
  )
  writeFileSync(
    wanted,
    `agents:
  - { id: cheap, quality: 0.9, replicas: 1, price: { perTaskUsd: 0.01 }, latencyMs: 100, capacity: { tasks: 30 } }
  - { id: dear, quality: 0.9, price: { perTaskUsd: 0.05 }, latencyMs: 20 }
  - { id: joined, quality: 0.9, price: { perTaskUsd: 0.02 }, latencyMs: 20, capacity: { tasks: 40 } }
`,
  )
  const changed = await runCli(['fleet', wanted], { home })
  expect([changed.code, changed.stdout]).toEqual([0, 'run live goes on with 3 agents\n'])
  for (let pools = 2; pools < 3; ) pools = (await fleetOf(home)).length
  // The event file is written a few times a second.
  await new Promise((resolve) => setTimeout(resolve, 400))
  first.kill()
  await first.ended
  const second = begin(home, 'resume', 'live', '--events', events)
  expect(await second.ended).toBe(0)
  const pools = await fleetOf(home)
  expect(pools.map(({ id }) => id)).toEqual(['cheap', 'dear', 'joined'])
  expect(pools[0]!.removed).toBe(1)
  expect(pools.reduce((sum, { tasks }) => sum + tasks, 0)).toBe(300)
  expect(pools[2]!.tasks).toBe(40)
  const log = readFileSync(events, 'utf8')
  // The change is carried out once, however often the order is read again.
  expect(log.match(/"kind":"fleet"/g)).toHaveLength(1)
  const late = log.slice(log.indexOf('"kind":"fleet"'))
  expect(late).not.toMatch(/"kind":"started","task":"[^"]*","fence":\d+,"agent":"cheap-1"/)
}, 60_000)
