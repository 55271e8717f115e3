/**
 * Kills the orchestrator again and again at random moments and resumes it, as real processes, and checks after each
 * kill that nothing reported done was lost. Run: npx tsx benchmarks/kill-run.ts [--kills 100] [--seed 1]
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRng } from '../src/numeric/rng.ts'

const QAAS = fileURLToPath(new URL('../bin/qaas.js', import.meta.url))
const FACTORY = fileURLToPath(new URL('../examples/factory.yaml', import.meta.url))
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
})
const kills = Number(values.kills)
const rng = createRng(Number(values.seed))
const home = mkdtempSync(join(tmpdir(), 'qaas-soak-'))
const env = { ...process.env, QAAS_HOME: home }
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const qaas = (...args: string[]): string =>
  execFileSync(process.execPath, [QAAS, ...args], { env, maxBuffer: 1e9 }).toString()

interface Status {
  readonly outcome: string
  readonly reservedNano: number
}

/** Tasks reported done in the event log of the process that was killed. */
function reportedDone(file: string): string[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines
    .filter((line) => line.includes('"cause":"accepted"'))
    .map((line) => (JSON.parse(line) as { task: string }).task)
}

async function untilFirstDispatch(file: string, child: ChildProcess): Promise<number> {
  const start = performance.now()
  while (child.exitCode === null && performance.now() - start < 30_000) {
    if (existsSync(file) && readFileSync(file, 'utf8').includes('"kind":"started"')) break
    await pause(20)
  }
  return performance.now() - start
}

let killed = 0
let runs = 0
const slow: number[] = []
while (killed < kills) {
  const name = `soak-${++runs}`
  let first = true
  for (;;) {
    const events = join(home, `${name}-${killed}.jsonl`)
    const how = first ? ['run', FACTORY, '--simulate', '--speed', '10', '--name', name] : ['resume', name]
    const child = spawn(process.execPath, [QAAS, ...how, '--events', events, '--json'], {
      env,
      stdio: 'ignore',
    })
    const waited = await untilFirstDispatch(events, child)
    if (!first) slow.push(waited)
    first = false
    await pause(rng.nextFloat() * 1500)
    if (child.exitCode !== null || killed >= kills) {
      await new Promise((resolve) =>
        child.exitCode === null ? child.on('exit', resolve) : resolve(undefined),
      )
      break
    }
    child.kill('SIGKILL')
    await new Promise((resolve) => child.on('exit', resolve))
    killed += 1
    const results = qaas('results', name)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { task: string; state: string })
    const done = new Set(results.filter(({ state }) => state === 'done').map(({ task }) => task))
    const lost = reportedDone(events).filter((task) => !done.has(task))
    if (lost.length > 0) throw new Error(`${name}: ${lost.length} completions lost, such as ${lost[0]}`)
    console.log(`kill ${killed}: ${done.size} done, none of the reported ones lost`)
  }
  const status = JSON.parse(qaas('status', name, '--json')) as Status
  if (status.outcome !== 'finished' || status.reservedNano !== 0)
    throw new Error(`${name}: ${JSON.stringify(status)}`)
  const text = qaas('results', name, '--report')
  if (!/tasks done\s+1,000\s+1,000/.test(text) || !text.includes('spent exactly')) throw new Error(text)
}
slow.sort((a, b) => a - b)
console.log(
  `${killed} kills over ${runs} runs: every run ended with 1,000 tasks done, spend exact, nothing held. Process start to first new dispatch: median ${slow[slow.length >> 1]?.toFixed(0)} ms, worst ${slow.at(-1)?.toFixed(0)} ms`,
)
process.exit(0)
